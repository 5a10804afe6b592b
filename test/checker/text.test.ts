import { describe, expect, it } from 'vitest';
import { EVIDENCE } from '../../checker/catalogue.ts';
import { type Finished, quoted } from '../../checker/finished.ts';
import { plain } from '../../checker/report/paint.ts';
import { runText } from '../../checker/report/text.ts';
import { call, changeLines, stepLines } from '../../checker/report/trace_text.ts';
import { catalogue } from './toy_catalogue.ts';
import { base, faulty, finish, fresh, lazy } from './toy_runs.ts';

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
      This is a fault of mmcheck, and says nothing about the kernel.

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
