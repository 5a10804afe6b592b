/**
 * Every bug of the catalogue is found from nothing, by its property in its world after so many operations, and its fix holds:
 * `PIN=write npm test` writes what is found anew, `PIN=all npm test` compares all, and without it those whose worlds are small.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { byWorld, foundBy, makeSearches, planBug, searchesOf } from '../../checker/bug_searches.ts';
import { exitCodeOf } from '../../checker/bugs.ts';
import { fixHolds, fixVerdict, type FoundBug, lengthOf, type PlannedBug } from '../../checker/found_bug.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { bugsJson, bugsText } from '../../checker/report/bugs_text.ts';
import { BUGS } from '../../model/bugs/all.ts';
import { pinnedLines, takesAll } from './pinned_line.ts';

const FILE = 'bugs.pinned.txt';
/** States of the search for the fix: a world that has more is searched only where all is. */
const FEW = 1500;

const planned = await Promise.all(Object.keys(BUGS).map((name) => Effect.runPromise(planBug(catalogue, name))));
const pinned = new Map(
  process.env['PIN'] === 'write' ? [] : pinnedLines(FILE).map(({ line }) => [line.split(':', 1)[0]!, line]),
);
const fixStates = (name: string): number => Number(/without it \S+ in (\d+) states/.exec(pinned.get(name) ?? '')?.[1]);

const search = async (bugs: readonly PlannedBug[]): Promise<readonly FoundBug[]> =>
  foundBy(bugs, await makeSearches(catalogue, searchesOf(bugs), {}));

const lineOf = (one: FoundBug): string => {
  const { name, bug, told, fix } = one;
  const where = `${bug.violates} in ${bug.world} after ${lengthOf(one)} operations, ${told.states} states`;
  return `${name}: ${where}; without it ${fixVerdict(one)} in ${fix.states} states`;
};

describe('the bugs of the catalogue', () => {
  it('are found, and their fixes hold', { timeout: 900_000 }, async () => {
    const some = takesAll ? planned : planned.filter(({ name }) => fixStates(name) <= FEW);
    const found: FoundBug[] = [];
    for (const bugs of byWorld(some)) found.push(...(await search(bugs)));
    const lines = found.map(lineOf).toSorted();
    if (process.env['PIN'] === 'write') {
      writeFileSync(fileURLToPath(new URL(FILE, import.meta.url)), `${lines.join('\n')}\n`);
      for (const line of lines) pinned.set(line.split(':', 1)[0]!, line);
    }
    expect(lines).toEqual(some.map(({ name }) => pinned.get(name) ?? name).toSorted());
    expect(found.filter((one) => lengthOf(one) !== one.bug.steps).map(lineOf)).toEqual([]);
    expect(found.filter((one) => !fixHolds(one)).map(lineOf)).toEqual([]);
    expect(exitCodeOf(found, false)).toBe(0);
    expect(found.length).toBeGreaterThan(planned.length / 3);
  });

  it('are pinned, each of them, and nothing else', () => {
    expect([...pinned.keys()].toSorted()).toEqual(Object.keys(BUGS).toSorted());
    expect(Object.keys(BUGS).length).toBeGreaterThanOrEqual(100);
  });
});

describe('the report', () => {
  const names = ['vmf_insert_folio_pud_marks_special', 'fork_of_pud_leaf_beyond_vma'];
  const both = async (): Promise<readonly [FoundBug, FoundBug]> => {
    const found = await Promise.all(
      byWorld(planned.filter(({ name }) => names.includes(name))).map((bugs) => search(bugs)),
    );
    const [a, b] = found.flat();
    return [a!, b!];
  };

  it('says of one that is not found, and of a fix that does not hold, which it is, and ends with 1', async () => {
    const [a, b] = await both();
    // The kernels changed places: the bug is where the fix should be.
    const [missed, broken] = [
      { ...a, told: a.fix },
      { ...b, fix: b.told },
    ];
    expect(exitCodeOf([a, missed], false)).toBe(1);
    expect(exitCodeOf([a, broken], false)).toBe(1);
    expect(exitCodeOf([a, broken], true)).toBe(130);
    const text = bugsText({ found: [missed, broken], left: 3, notExpressible: [] }, false);
    expect(text).toContain(`${a.name}: not found: ${a.bug.violates} holds in ${a.bug.world}`);
    expect(text).toContain('2 bugs: 1 found, 1 fixes hold, 3 not searched for');
    expect(text.replaceAll(/\n +/g, ' ')).toContain(`without it ${b.bug.violates} is violated in ${b.bug.world}`);
  });

  it('says where a trace has another length than it was to have', async () => {
    const [a, b] = await both();
    const longer = { ...a, bug: { ...a.bug, steps: a.bug.steps + 1 } };
    const text = bugsText({ found: [longer, b], left: 0, notExpressible: [] }, false);
    expect(text).toContain(`${a.bug.steps} (${a.bug.steps + 1})`);
    expect(text).toContain('2 bugs: 2 found, 1 by a trace of another length than expected, 2 fixes hold');
  });

  it('is no wider than a mail, and has the traces where they are wanted, and in JSON', async () => {
    const found = await both();
    const notExpressible = [{ title: 'a race', commit: 'v6.1', why: 'interleaving', says: 'of two' }] as const;
    const text = bugsText({ found, left: 0, notExpressible }, true);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('1  mmap(parent, ');
    expect(text).toContain('a race (v6.1)');
    const { bugs } = JSON.parse(bugsJson('0', { found, left: 0, notExpressible })) as {
      readonly bugs: readonly Readonly<Record<string, unknown>>[];
    };
    expect(bugs.map(({ name, operations, found: is, fixHolds: holds }) => [name, operations, is, holds])).toEqual(
      found.map((one) => [one.name, one.bug.steps, true, true]),
    );
    expect(bugs[0]!['trace']).toHaveLength(found[0].bug.steps);
  });
});
