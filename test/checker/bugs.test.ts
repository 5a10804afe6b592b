/**
 * Every bug of the catalogue is found from nothing, by its property in its world after so many operations, and its fix holds:
 * `PIN=write npm test` writes what is found anew, `PIN=all npm test` compares all, and without it those whose worlds are small: the
 * others are told as skipped, world by world.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { byWorld, foundBy, makeSearches, planBug, searchesOf } from '../../checker/bug_searches.ts';
import { exitCodeOf } from '../../checker/bugs.ts';
import { fixOutcome, type FoundBug, lengthOf, type PlannedBug } from '../../checker/found_bug.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { casesOfBugs } from '../../checker/ci_reports/cases.ts';
import { junitOf } from '../../checker/ci_reports/junit.ts';
import { sarifOf } from '../../checker/ci_reports/sarif.ts';
import { bugsJson, bugsText } from '../../checker/report/bugs_text.ts';
import { BUGS } from '../../model/bugs/all.ts';
import type { NotSearchedFor } from '../../model/bugs/not_searched_for.ts';
import { NOT_SEARCHED_FOR } from '../../model/bugs/not_searched_for_all.ts';
import { pinnedLines, takesAll } from './pinned_line.ts';

const FILE = 'bugs.pinned.txt';
/** States of the search for the fix: a world that has more is searched only where all is. */
const FEW = 1500;

/** Without these bugs nothing comes up in their worlds that their properties speak of. */
const NO_OCCASION = ['acrn_looks_up_first_page', 'dax_mapped_page_is_busy', 'generic_access_phys_crosses_page'];

const planned = await Promise.all(Object.keys(BUGS).map((name) => Effect.runPromise(planBug(catalogue, name))));
const pinned = new Map(
  process.env['PIN'] === 'write' ? [] : pinnedLines(FILE).map(({ line }) => [line.split(':', 1)[0]!, line]),
);
const fixStates = (name: string): number =>
  Number(/without it [a-z ]+ in (\d+) states/.exec(pinned.get(name) ?? '')?.[1]);

const difference = (all: readonly FoundBug[], without: readonly FoundBug[]): readonly FoundBug[] =>
  all.filter((one) => !without.includes(one));

const search = async (bugs: readonly PlannedBug[]): Promise<readonly FoundBug[]> =>
  foundBy(bugs, await makeSearches(catalogue, searchesOf(bugs), {}));

const lineOf = (one: FoundBug): string => {
  const { name, bug, told, fix } = one;
  const where = `${bug.violates} in ${bug.world} after ${lengthOf(one)} operations, ${told.states} states`;
  return `${name}: ${where}; without it ${fixOutcome(one)} in ${fix.states} states`;
};

const isAsked = ({ name }: PlannedBug): boolean => takesAll || fixStates(name) <= FEW;
const [some, left] = [planned.filter(isAsked), planned.filter((one) => !isAsked(one))];

describe('the bugs of the catalogue', () => {
  it('are found, and no fix fails', { timeout: 900_000 }, async () => {
    const found: FoundBug[] = [];
    for (const bugs of byWorld(some)) found.push(...(await search(bugs)));
    const lines = found.map(lineOf).toSorted();
    if (process.env['PIN'] === 'write') {
      writeFileSync(fileURLToPath(new URL(FILE, import.meta.url)), `${lines.join('\n')}\n`);
      for (const line of lines) pinned.set(line.split(':', 1)[0]!, line);
    }
    expect(lines).toEqual(some.map(({ name }) => pinned.get(name) ?? name).toSorted());
    expect(found.filter((one) => lengthOf(one) !== one.bug.steps).map(lineOf)).toEqual([]);
    const idle = found.filter((one) => fixOutcome(one) !== 'holds');
    expect(idle.map(({ name }) => name).toSorted()).toEqual(
      some.flatMap(({ name }) => (NO_OCCASION.includes(name) ? [name] : [])).toSorted(),
    );
    expect(exitCodeOf(found, false)).toBe(0);
    expect(exitCodeOf(idle, false)).toBe(3);
    expect(exitCodeOf(difference(found, idle), false)).toBe(0);
  });

  it('are asked about, or told as skipped, each of them', () => {
    expect([...some, ...left].map(({ name }) => name).toSorted()).toEqual(Object.keys(BUGS).toSorted());
    expect(takesAll ? left : []).toEqual([]);
    expect(some.length).toBeGreaterThan(planned.length / 3);
  });

  for (const bugs of byWorld(left)) {
    const [{ bug, size }] = bugs as [PlannedBug];
    const names = bugs.map(({ name }) => name).join(', ');
    const states = Math.max(...bugs.map(({ name }) => fixStates(name)));
    it(`in ${bug.world} (${size}): ${names}`, ({ skip }) => {
      expect(states).toBeGreaterThan(FEW);
      skip(`the search for the fix has ${states} states, more than ${FEW}; PIN=all asks`);
    });
  }

  it('are pinned, each of them, and nothing else', () => {
    expect([...pinned.keys()].toSorted()).toEqual(Object.keys(BUGS).toSorted());
    expect(Object.keys(BUGS).length).toBeGreaterThanOrEqual(100);
  });
});

/** As if the property had had nothing to speak of without the bug. */
const unexercised = (one: FoundBug): FoundBug => ({
  ...one,
  fix: { ...one.fix, properties: one.fix.properties.map((each) => ({ ...each, verdict: 'unexercised' })) },
});

const rowsOf = (reason: NotSearchedFor['why']): number => NOT_SEARCHED_FOR.filter(({ why }) => why === reason).length;

describe('the report', () => {
  const names = ['vmf_insert_folio_pud_marks_special', 'fork_of_pud_leaf_beyond_vma'];
  const both = async (): Promise<readonly [FoundBug, FoundBug]> => {
    const found = await Promise.all(
      byWorld(planned.filter(({ name }) => names.includes(name))).map((bugs) => search(bugs)),
    );
    const [a, b] = found.flat();
    return [a!, b!];
  };

  it('says of one that is not found, and of a fix that fails, which it is, and ends with 1', async () => {
    const [a, b] = await both();
    // The kernels changed places: the bug is where the fix should be.
    const [missed, broken] = [
      { ...a, told: a.fix },
      { ...b, fix: b.told },
    ];
    expect(exitCodeOf([a, missed], false)).toBe(1);
    expect(exitCodeOf([a, broken], false)).toBe(1);
    expect(exitCodeOf([a, broken], true)).toBe(130);
    const text = bugsText({ found: [missed, broken], left: 3, notSearchedFor: [] }, false);
    const words = text.replaceAll(/\n +/g, ' ');
    expect(words).toContain(`${a.name}: not found: ${a.bug.violates} is not violated in ${a.bug.world}`);
    expect(text).toContain('2 bugs: 1 found, 1 fix holds, 1 fails, 3 not searched for');
    expect(words).toContain(`its fix does not hold: without it ${b.bug.violates} is violated in ${b.bug.world}`);
  });

  it('tells a fix without occasion to fail apart from one that holds, and from one that fails', async () => {
    const [a, b] = await both();
    const [idle, broken] = [unexercised(a), { ...b, fix: b.told }];
    const codes = [[b], [idle, b], [idle], [idle, broken]].map((all) => exitCodeOf(all, false));
    expect(codes).toEqual([0, 0, 3, 1]);
    const found = [b, idle, { ...broken, name: 'broken' }];
    const text = bugsText({ found, left: 0, notSearchedFor: [] }, false);
    expect(text).toContain('3 bugs: 3 found, 1 fix holds, 1 has no occasion to fail, 1 fails');
    expect(text.replaceAll(/\n +/g, ' ')).toContain(`${a.name}: its fix has no occasion to fail`);
    const json = JSON.parse(bugsJson('0', { found, left: 0, notSearchedFor: [] })) as { readonly bugs: unknown[] };
    expect(json.bugs).toMatchObject([{ fixOutcome: 'holds' }, { fixOutcome: 'no occasion' }, { fixOutcome: 'fails' }]);
    const cases = casesOfBugs(found);
    const xml = junitOf(cases);
    expect(xml).toMatch(/<testsuite [^>]*tests="3" failures="1" errors="0" skipped="1"/);
    expect(xml).toMatch(/<skipped\/>\s*<system-out><!\[CDATA\[found; its fix has no occasion to fail/);
    const { results } = (JSON.parse(sarifOf('0', cases)) as { runs: [{ results: unknown[] }] }).runs[0];
    expect(results).toMatchObject([
      { ruleId: a.name, kind: 'open', level: 'none' },
      { ruleId: 'broken', level: 'error' },
    ]);
  });

  it('calls nothing missed, or mended, that a search did not get to', async () => {
    const [a, b] = await both();
    const cut = { ...a.fix, cut: 'states' as const, properties: [] };
    const [unseen, undecided] = [
      { ...a, told: cut },
      { ...b, fix: cut },
    ];
    expect(exitCodeOf([unseen, undecided], false)).toBe(3);
    expect(casesOfBugs([unseen, undecided]).map(({ outcome }) => outcome)).toEqual(['undecided', 'undecided']);
    const text = bugsText({ found: [unseen, undecided], left: 0, notSearchedFor: [] }, false);
    expect(text).toContain('2 bugs: 1 found, 1 fix holds, 1 undecided');
    expect(text.replaceAll(/\n +/g, ' ')).toContain('not found as far as the search went (states)');
  });

  it('says where a trace has another length than it was to have', async () => {
    const [a, b] = await both();
    const longer = { ...a, bug: { ...a.bug, steps: a.bug.steps + 1 } };
    const text = bugsText({ found: [longer, b], left: 0, notSearchedFor: [] }, false);
    expect(text).toContain(`${a.bug.steps} (${a.bug.steps + 1})`);
    expect(text).toContain('2 bugs: 2 found, 1 by a trace of another length than expected, 2 fixes hold');
  });

  it('says what had a bug, and which kernel it is shown on, which nobody wrote by hand', async () => {
    const [a, b] = await both();
    const { releases: _, ...bug } = b.bug;
    const whatIf: FoundBug = { ...b, bug: { ...bug, whatIf: 'nobody does', there: 'it is seen elsewhere' } };
    const text = bugsText({ found: [a, b, whatIf], left: 0, notSearchedFor: [] }, false);
    expect(text).toContain('  in: v6.15, v6.16; shown on: v7.1\n');
    expect(text).toContain('  in: v6.12 to v7.3; shown on: v7.1 + vma-split-pud=splits\n');
    expect(text).toContain('  what-if: nobody does; shown on: v7.1; there: it is seen elsewhere\n');
    expect(text).toContain('in releases: 2, in series as they were posted: 0, what-if: 1');
  });

  it('has three groups of those that are not searched for, and three numbers', () => {
    const text = bugsText({ found: [], left: 0, notSearchedFor: NOT_SEARCHED_FOR }, false);
    const [seen, no] = [rowsOf('not seen'), rowsOf('no bug')];
    expect(text.replaceAll('\n', ' ')).toContain(
      `${NOT_SEARCHED_FOR.length} others: ${NOT_SEARCHED_FOR.length - seen - no} cannot be expressed here yet, ` +
        `${seen} can be expressed, and no search finds them, ${no} are no bugs after all`,
    );
    const parts = text.split(/^(?:not expressible yet|expressible, not found|no bug after all) +why$/m);
    expect(parts).toHaveLength(4);
    expect(parts[1]).toContain('interleaving: ');
    expect(parts.slice(2).join('')).not.toContain('interleaving: ');
    const json = JSON.parse(bugsJson('0', { found: [], left: 0, notSearchedFor: NOT_SEARCHED_FOR })) as {
      readonly notSearchedFor: readonly { readonly group: string }[];
    };
    const groups = Object.groupBy(json.notSearchedFor, ({ group }) => group);
    expect([groups['not found']?.length, groups['no bug']?.length]).toEqual([seen, no]);
  });

  it('is no wider than a mail, and has the traces where they are wanted, and in JSON', async () => {
    const found = await both();
    const notSearchedFor = [{ title: 'a race', commit: 'v6.1', why: 'interleaving', says: 'of two' }] as const;
    const text = bugsText({ found, left: 0, notSearchedFor }, true);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('1  mmap(parent, ');
    expect(text).toContain('a race (v6.1)');
    const { bugs } = JSON.parse(bugsJson('0', { found, left: 0, notSearchedFor })) as {
      readonly bugs: readonly Readonly<Record<string, unknown>>[];
    };
    expect(bugs.map(({ name, operations, found: is, shownOn }) => [name, operations, is, shownOn])).toEqual([
      [found[0].name, found[0].bug.steps, true, 'v7.1 + vma-split-pud=splits'],
      [found[1].name, found[1].bug.steps, true, 'v7.1'],
    ]);
    expect(bugs[0]!['trace']).toHaveLength(found[0].bug.steps);
  });
});
