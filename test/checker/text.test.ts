import { describe, expect, it } from 'vitest';
import { type Finished, quoted } from '../../checker/finished.ts';
import { EVIDENCE, type FindingEntry, type Placed } from '../../checker/catalogue.ts';
import type { FindsRest, Told } from '../../checker/narrate.ts';
import type { PlannedKernel } from '../../checker/plan.ts';
import { plain } from '../../checker/report/paint.ts';
import { summaryText } from '../../checker/report/summary.ts';
import { runText } from '../../checker/report/text.ts';
import { call, changeLines, stepLines } from '../../checker/report/trace_text.ts';
import { restFinder } from '../../checker/rests_on.ts';
import { searchWorld } from '../../checker/search_world.ts';
import type { Options } from '../../checker/search/index.ts';
import { catalogue } from './toy_catalogue.ts';

const base: PlannedKernel = { kernel: 'v6.18-x86', arch: 'x86-64', series: [], settings: [], set: [] };
const lazy: PlannedKernel = {
  ...base,
  series: ['lazy-reserve@v1'],
  settings: [{ toggle: 'zap-reserve', value: 'keep', evidence: 'inferred', by: 'lazy-reserve@v1' }],
};
const fresh: PlannedKernel = {
  ...base,
  settings: [{ toggle: 'split-table', value: 'fresh', evidence: 'asked', by: '--set' }],
  set: ['split-table=fresh'],
};
const faulty: PlannedKernel = {
  ...base,
  settings: [{ toggle: 'khugepaged', value: 'faulty', evidence: 'asked', by: '--set' }],
  set: ['khugepaged=faulty'],
};

const finish = (
  kernel: PlannedKernel,
  world: string,
  properties: readonly string[],
  options: Options = {},
): Finished => {
  const { build } = catalogue.worlds.find(({ name }) => name === world)!;
  const buildWith = (settings: readonly Placed[]) => build({ ...kernel, settings }, 'quick');
  const rest: FindsRest = restFinder(buildWith, catalogue, { ...kernel, world });
  const told = searchWorld(build(kernel, 'quick'), properties, options, rest) as Told;
  return { kernel, world, size: 'quick', told: { ...told, seconds: 0 }, traces: {} };
};

const widestLine = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

const mark = (text: string): string => `<${text}>`;

describe('the report of a run', () => {
  it('that holds says what was never tried', () => {
    expect(runText(finish(base, 'reserve', []))).toMatchInlineSnapshot(`
      "World reserve (quick) on v6.18-x86, x86-64
        holds: 9 states, 30 transitions, depth 4, 0.00 s, 1 MiB
        holds          reserveBalance, zapShrinks, noNullReserve
        reached        twoReserved (after 2 operations)
        unexercised    swapKept
        never fired    collapse_huge_page
      "
    `);
  });
  it('of a release says what is known of a violation, or that nothing is', () => {
    const run = finish(lazy, 'reserve', ['reserveBalance']);
    const told = (findings: Finished['findings']) =>
      runText({ ...run, ...(findings === undefined ? {} : { findings }) })
        .split('\n')
        .filter((line) => line.includes('finding'));
    const [candidate] = catalogue.findings;
    const seen = { kernels: ['6.18.2'], said: 'nr_reserved: -1' };
    const known = [
      candidate!,
      { ...candidate!, status: 'known bug' },
      { ...candidate!, status: 'known bug', seen },
      { ...candidate!, status: 'reproduced', seen },
    ] as const;
    expect(told({ reserveBalance: known })).toEqual([
      '  finding        count-runs-back (candidate: inferred, unconfirmed): A count',
      '  finding        count-runs-back (known bug): A count runs backwards.',
      '  finding        count-runs-back (known bug, reproduced on 6.18.2: nr_reserved:',
      '  finding        count-runs-back (reproduced on 6.18.2: nr_reserved: -1): A',
    ]);
    expect(told({ reserveBalance: [] })).toEqual([
      '  finding        none is known here: an error of the model, or unknown so far',
    ]);
    expect(told(undefined)).toEqual([]);
  });
  it('that is violated shows what moved, the numbers, and what it rests on', () => {
    expect(runText(finish(lazy, 'reserve', ['reserveBalance']))).toMatchInlineSnapshot(`
      "World reserve (quick) on v6.18-x86 + lazy-reserve@v1, x86-64
        with           lazy-reserve@v1: zap-reserve=keep [inferred]
        VIOLATED: 74 states, 230 transitions, depth 18, 0.00 s, 1 MiB

      reserveBalance (always) is violated after 2 operations

         1  do_huge_pmd_anonymous_page(at=0)
             mm/huge_memory.c do_huge_pmd_anonymous_page()
             pmd[0]  none folio=0 -> huge folio=1
             mm      reserved=0   -> reserved=1
         2  zap_huge_pmd(at=0)
             mm/huge_memory.c zap_huge_pmd()
             pmd[0]  huge folio=1 -> none folio=0

        property       Every huge PMD has its tables in reserve, and nothing else has.
        observed       0 owed, 1 held
        source         mm/huge_memory.c has_deposited_pgtable()
        depends on     zap-reserve=keep (INFERRED, not read anywhere)
        reproduce      npx mmcheck check --kernel v6.18-x86 --series lazy-reserve@v1 \\
                       --world reserve --size quick --property reserveBalance

        never fired    collapse_huge_page
      "
    `);
  });
  it('with a failed assertion shows the answers that led to it', () => {
    expect(runText(finish(fresh, 'reserve', ['noNullReserve']))).toMatchInlineSnapshot(`
      "World reserve (quick) on v6.18-x86, x86-64
        with           --set: split-table=fresh
        VIOLATED: 12 states, 52 transitions, depth 4, 0.00 s, 1 MiB

      noNullReserve (assertion) is violated after 2 operations

         1  do_huge_pmd_anonymous_page(at=0)
             mm/huge_memory.c do_huge_pmd_anonymous_page()
             pmd[0]  none folio=0 -> huge folio=1
             mm      reserved=0   -> reserved=1
         2  split_huge_pmd(at=0, freeze=false)
             mm/huge_memory.c __split_huge_pmd_locked()
             pte_alloc_one: fails
             BUG: pgtable_trans_huge_withdraw() finds no table

        property       A withdrawal finds a table in the reserve.
        observed       pgtable_trans_huge_withdraw() finds no table
        depends on     split-table=fresh
        reproduce      npx mmcheck check --kernel v6.18-x86 --set split-table=fresh \\
                       --world reserve --size quick --property noNullReserve

        never fired    collapse_huge_page
      "
    `);
  });
  it('names a trace file when there is one', () => {
    const run = { ...finish(lazy, 'reserve', ['reserveBalance']), traces: { reserveBalance: 'traces/one.json' } };
    expect(runText(run)).toContain('  replay         npx mmcheck replay traces/one.json\n');
  });
  it('that was cut short says what stays open', () => {
    expect(runText(finish(base, 'counters', [], { depthMax: 2 }))).toMatchInlineSnapshot(`
      "World counters (quick) on v6.18-x86, x86-64
        incomplete: 15 states, 20 transitions, depth 2, 0.00 s, 1 MiB
        not all seen   states at depth 2 were not expanded; 10 states found but not
                       expanded
        undecided      ordered
        not reached    everyCount
      "
    `);
  });
  it('that the model broke off says whose fault it is', () => {
    expect(runText(finish(faulty, 'reserve', []))).toMatchInlineSnapshot(`
      "World reserve (quick) on v6.18-x86, x86-64
        with           --set: khugepaged=faulty

      The model failed after 2 operations: collapse_huge_page threw TypeError: Cannot
      read properties of undefined
      This is a fault of mmcheck or of a patch, and says nothing about the kernel.

         1  do_huge_pmd_anonymous_page(at=0)
             mm/huge_memory.c do_huge_pmd_anonymous_page()
             pmd[0]  none folio=0 -> huge folio=1
             mm      reserved=0   -> reserved=1
         2  split_huge_pmd(at=0, freeze=false)
             mm/huge_memory.c __split_huge_pmd_locked()
             pmd[0]  huge folio=1 -> table folio=0
             mm      reserved=1   -> reserved=0

        undecided      reserveBalance, zapShrinks, noNullReserve, swapKept
        not reached    twoReserved
      "
    `);
  });
  it('names things alike in all steps, though the search swaps them', () => {
    expect(runText(finish(base, 'mirror', []))).toMatchInlineSnapshot(`
      "World mirror (quick) on v6.18-x86, x86-64
        VIOLATED: 10 states, 15 transitions, depth 6, 0.00 s, 1 MiB

      firstComesFirst (always) is violated after 3 operations

         1  wake(by=0)
             events[0]  0 -> 1
         2  wake(by=0)
             events[0]  1 -> 2
         3  wake(by=0)
             events[0]  2 -> 3

        property       No process has seen three events.
        observed       3 and 0 seen
        reproduce      npx mmcheck check --kernel v6.18-x86 --world mirror \\
                       --size quick --property firstComesFirst
      "
    `);
  });
  it('with a broken step and a dead end shows both', () => {
    expect(runText(finish(base, 'alley', []))).toMatchInlineSnapshot(`
      "World alley (quick) on v6.18-x86, x86-64
        VIOLATED: 4 states, 6 transitions, depth 2, 0.00 s, 1 MiB

      noJump (step) is violated after 1 operation

         1  walk()
             pace: a jump
             place  0 -> 2

        property       Nobody jumps.
        observed       walk from 0 to 2
        reproduce      npx mmcheck check --kernel v6.18-x86 --world alley \\
                       --size quick --property noJump

      goesOn (never stuck) is violated after 2 operations

         1  walk()
             place  0 -> 1
         2  walk()
             pace: a jump
             place  1 -> 3

        property       There is always a way on.
        observed       no operation is possible here
        reproduce      npx mmcheck check --kernel v6.18-x86 --world alley \\
                       --size quick --property goesOn
      "
    `);
  });
  it('says why a search was cut short', () => {
    const run = finish(base, 'counters', [], { depthMax: 2 });
    const why = (cut: Finished['told']['cut'] & string) =>
      runText({ ...run, told: { ...run.told, cut } }).match(/all seen +(.*);/)?.[1];
    expect((['first', 'states', 'depth', 'seconds', 'memory', 'interrupted'] as const).map(why)).toMatchInlineSnapshot(`
      [
        "stopped at the first violation",
        "the limit of states was reached",
        "states at depth 2 were not expanded",
        "the time limit was reached",
        "the memory limit was reached",
        "interrupted",
      ]
    `);
  });
  it('marks what rests on inference or memory, and nothing else', () => {
    const settings = EVIDENCE.map((evidence) => ({ toggle: `t-${evidence}`, value: 'on', evidence, by: 'a@1' }));
    const run = finish(lazy, 'reserve', ['reserveBalance']);
    const properties = run.told.properties.map((one) => ({
      ...one,
      counterexample: { ...one.counterexample!, rest: { base: false, on: settings, mendedBy: [] } },
    }));
    const text = runText({ ...run, kernel: { ...lazy, settings }, told: { ...run.told, properties } });
    expect(text.match(/depends on [^]*?(?= {2}reproduce)/g)).toMatchInlineSnapshot(`
      [
        "depends on     t-source=on, t-mail=on, t-cover letter=on, t-inferred=on
                       (INFERRED, not read anywhere), t-memory=on (FROM MEMORY, not
                       checked), t-asked=on
      ",
      ]
    `);
    expect(text.match(/\[[a-z ]+\]/g)).toEqual(['[inferred]', '[memory]']);
  });
  it('does not name a setting without which the same would happen', () => {
    const idle = { toggle: 'khugepaged', value: 'off', evidence: 'inferred', by: 'a@1' } as const;
    const text = runText(finish({ ...lazy, settings: [...lazy.settings, idle] }, 'reserve', ['reserveBalance']));
    expect(text.match(/depends on .*/g)).toEqual(['depends on     zap-reserve=keep (INFERRED, not read anywhere)']);
  });
  it('names the world of a trace that has been shown before', () => {
    const run = finish(lazy, 'reserve', ['reserveBalance']);
    expect(runText(run, { seenBefore: () => 'mirror' })).toContain(
      'reserveBalance (always) is violated after 2 operations; shown above, world\nmirror',
    );
  });
  it('is coloured without a change to its words', () => {
    const paint = { bad: mark, good: mark, doubtful: mark, strong: mark, faint: mark };
    const run = finish(lazy, 'reserve', []);
    expect(runText(run, { paint })).toContain('<reserveBalance (always) is violated after 2 operations>');
    expect(runText(run, { paint }).replaceAll(/[<>]/g, '')).toBe(runText(run).replaceAll(/[<>]/g, ''));
  });
  it('tells of an assertion that fails though nobody asked', () => {
    expect(runText(finish(fresh, 'reserve', ['zapShrinks']))).toContain('  fails, unasked noNullReserve');
  });
});

const asHolding = (one: Told['properties'][number]): Told['properties'][number] => {
  const { counterexample: _, ...rest } = one;
  return { ...rest, verdict: 'holds' };
};

describe('the summary', () => {
  it('has a line a run', () => {
    const runs = [finish(base, 'mirror', []), finish(faulty, 'reserve', [])];
    expect(summaryText(runs)).toMatchInlineSnapshot(`
      "kernel     world    verdict   states  seconds  violated
      v6.18-x86  mirror   violated      10     0.00  firstComesFirst
      v6.18-x86  reserve  fault          0     0.00

      2 runs: 1 violated, 1 incomplete"
    `);
  });
  it('has a heading for a kernel with a long name', () => {
    const runs = [finish(lazy, 'mirror', []), finish(lazy, 'reserve', [])];
    expect(summaryText(runs)).toMatchInlineSnapshot(`
      "world    verdict   states  seconds  violated
      v6.18-x86 + lazy-reserve@v1
      mirror   violated      10     0.00  firstComesFirst
      reserve  violated      74     0.00  reserveBalance

      2 runs: 2 violated

      Settings that nobody has read anywhere, and no verdict is surer than they are:
        v6.18-x86 + lazy-reserve@v1: zap-reserve=keep"
    `);
  });
  it('stays within 80 columns whatever the names', () => {
    const long = { ...lazy, series: ['a-series-with-a-rather-long-name@v12', 'another-one-that-is-long-too@v3'] };
    const run = finish(long, 'reserve', []);
    const many = run.told.properties.map((one) => ({
      ...one,
      name: `${one.name}${'AndOn'.repeat(12)}`,
      verdict: 'violated' as const,
    }));
    const text = summaryText([{ ...run, told: { ...run.told, properties: many } }]);
    expect(widestLine(text)).toBeLessThanOrEqual(80);
  });
});

const twice: FindingEntry = { ...catalogue.findings[0]!, name: 'wakes-twice' };
const thrice: FindingEntry = { ...catalogue.findings[0]!, name: 'wakes-thrice' };
const on = (kernel: string, run: Finished, findings: readonly FindingEntry[] = []): Finished => ({
  ...run,
  kernel: { ...run.kernel, kernel },
  findings: { firstComesFirst: findings },
});

describe('the summary of several kernels', () => {
  it('has a row a property that is violated, and a column a kernel, the oldest first', () => {
    const mirror = finish(base, 'mirror', []);
    const { findings: _, ...holding } = {
      ...on('v6.9', mirror),
      told: { ...mirror.told, verdict: 'holds' as const, properties: mirror.told.properties.map(asHolding) },
    };
    const { findings: __, ...counters } = on('v6.9', finish(base, 'counters', [], { statesMax: 20 }));
    const runs = [on('v7.1', mirror, [twice]), on('v6.12.117', mirror, [twice, thrice]), holding, counters];
    expect(summaryText(runs)).toMatchInlineSnapshot(`
      "Length of the shortest trace; · holds, - unexercised, ? undecided, blank unasked

                                v6.9 v6.12.117 v7.1
      mirror
        firstComesFirst [1] [2]    ·         3    3
      counters                     ?

      4 runs: 1 hold, 2 violated, 1 incomplete

      Findings behind these violations (npx mmcheck explain NAME):
        [1] wakes-twice (candidate: inferred, unconfirmed)
        [2] wakes-thrice (candidate: inferred, unconfirmed)
        violations of releases without a finding: none"
    `);
  });
  it('has letters for long names, and rows of what was asked for and never exercised', () => {
    const asked = ['reserveBalance', 'swapKept'];
    const runs = [finish(base, 'reserve', asked), finish(lazy, 'reserve', asked)];
    expect(summaryText(runs, true)).toMatchInlineSnapshot(`
      "Length of the shortest trace; · holds, - unexercised, ? undecided, blank unasked
        A  v6.18-x86
        B  v6.18-x86 + lazy-reserve@v1

                       A B
      reserve
        reserveBalance · 2
        swapKept       - -

      2 runs: 1 hold, 1 violated

      Settings that nobody has read anywhere, and no verdict is surer than they are:
        v6.18-x86 + lazy-reserve@v1: zap-reserve=keep"
    `);
  });
  it('is at most 100 columns wide, however many there are', () => {
    const run = finish(base, 'mirror', []);
    const runs = Array.from({ length: 40 }, (_, i) => on(`v6.${100 + i}.100`, run, [twice]));
    const text = summaryText(runs);
    expect(widestLine(text)).toBeLessThanOrEqual(100);
    expect(text.match(/^ {2}firstComesFirst/gm)).toHaveLength(6);
  });
});

describe('the command that finds a violation again', () => {
  it('can be pasted into a shell, whatever the names', () => {
    expect(quoted('I-DEP')).toBe('I-DEP');
    expect(quoted('BUG_ON(!pte_none)')).toBe("'BUG_ON(!pte_none)'");
    expect(quoted("a 'b'")).toBe(String.raw`'a '\''b'\'''`);
    const kernel = { ...base, set: ['split-table=fresh', 'zap-reserve=keep', 'khugepaged=off'] };
    const run = { ...finish(kernel, 'mirror', []), world: 'mirror', size: 'standard' as const };
    const again = runText(run)
      .split('\n')
      .slice(-5)
      .filter((line) => line.includes('--'));
    expect(again.join('\n')).toMatchInlineSnapshot(`
      "  reproduce      npx mmcheck check --kernel v6.18-x86 --set split-table=fresh \\
                       --set zap-reserve=keep --set khugepaged=off --world mirror \\
                       --size standard --property firstComesFirst"
    `);
  });
});

describe('a step', () => {
  it('stays within 80 columns whatever it changes', () => {
    const words = 'present write young dirty soft_dirty uffd_wp exclusive folio=3 '.repeat(3).trim();
    const changes = [
      { where: 'mm[0].pgd[1].p4d[0].pud[3].pmd[255]', before: words, after: 'none' },
      { where: 'pmd', before: 'none', after: words },
      { where: 'x'.repeat(130), before: 'y'.repeat(130), after: 'z'.repeat(130) },
    ];
    expect(widestLine(changeLines(changes).join('\n'))).toBeLessThanOrEqual(80);
    const step = {
      op: 'o'.repeat(90),
      args: { at: 'a'.repeat(90) },
      step: '',
      mirrors: 'm'.repeat(120),
      answers: [],
      changes: [],
    };
    expect(widestLine(stepLines(step, 1, plain).join('\n'))).toBeLessThanOrEqual(80);
    const { mirrors: _, ...bare } = step;
    expect(widestLine(stepLines(bare, 1, plain).join('\n'))).toBeLessThanOrEqual(80);
  });
  it('shows structured arguments plainly', () => {
    expect(call({ op: 'mremap', args: { mm: 0, move: { from: 0, to: [4, 5] }, flags: 'FIXED', dry: false } })).toBe(
      'mremap(mm=0, move={from=0, to=[4, 5]}, flags=FIXED, dry=false)',
    );
  });
  it('breaks a long change in front of its arrow', () => {
    const before = 'present write young dirty soft_dirty uffd_wp exclusive folio=3';
    expect(changeLines([{ where: 'mm[0].pmd[1]', before, after: `${before} mapcount=2` }]).join('\n'))
      .toMatchInlineSnapshot(`
        "       mm[0].pmd[1]  present write young dirty soft_dirty uffd_wp exclusive
                             folio=3
                             -> present write young dirty soft_dirty uffd_wp exclusive
                                folio=3 mapcount=2"
      `);
  });
});
