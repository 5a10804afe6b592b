import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceFile } from '../../checker/read_trace.ts';
import { mm } from './command_line.ts';

/** The text without its line breaks. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-'));
const written = (name: string): string => join(directory, `v6.18-x86+${name}.json`);
const leak = written('lazy-reserve@v1+reserve+quick+reserveBalance');
const bug = written('split-table=fresh+reserve+quick+noNullReserve');
const jump = written('alley+quick+noJump');
const stuck = written('alley+quick+goesOn');
const swapped = written('mirror+quick+firstComesFirst');

beforeAll(async () => {
  const dir = ['--trace-dir', directory];
  await mm(['check', '--world', 'reserve', '--series', 'lazy-reserve@v1', ...dir]);
  await mm(['check', '--world', 'reserve', '--set', 'split-table=fresh', ...dir]);
  await mm(['check', '--world', 'mirror', '--world', 'alley', ...dir]);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A copy of the leak's trace with something changed. */
const changed = (name: string, change: (trace: TraceFile) => object): string => {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(leak, 'utf8')) as TraceFile)));
  return path;
};

/** The last step of the failed assertion, as if it had failed with `bug` or not at all. */
const splitFailing = (failure: string | undefined): object => ({
  ...(JSON.parse(readFileSync(bug, 'utf8')) as TraceFile).steps.at(-1),
  bug: failure,
});

describe('a replay', () => {
  it('on the same kernel goes as it was recorded', async () => {
    const { code, out, err } = await mm(['replay', leak]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatchInlineSnapshot(`
      "Trace of reserveBalance, world reserve (quick)
        recorded on  v6.18-x86 + lazy-reserve@v1
        replayed on  v6.18-x86 + lazy-reserve@v1

         1  do_huge_pmd_anonymous_page(at=0)
             mm/huge_memory.c do_huge_pmd_anonymous_page()
             pmd[0]  none folio=0 -> huge folio=1
             mm      reserved=0   -> reserved=1
         2  zap_huge_pmd(at=0)
             mm/huge_memory.c zap_huge_pmd()
             pmd[0]  huge folio=1 -> none folio=0

        goes as it was recorded
        reserveBalance is broken after step 2
        property  Every huge PMD has its tables in reserve, and nothing else has.
        observed  0 owed, 1 held

      "
    `);
  });
  it('on another kernel says where they part, and that nothing breaks', async () => {
    const { code, out } = await mm(['replay', leak, '--kernel', 'v6.18-x86']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "Trace of reserveBalance, world reserve (quick)
        recorded on  v6.18-x86 + lazy-reserve@v1
        replayed on  v6.18-x86

         1  do_huge_pmd_anonymous_page(at=0)
             mm/huge_memory.c do_huge_pmd_anonymous_page()
             pmd[0]  none folio=0 -> huge folio=1
             mm      reserved=0   -> reserved=1
         2  zap_huge_pmd(at=0)
             mm/huge_memory.c zap_huge_pmd()
             pmd[0]  huge folio=1 -> none folio=0
             mm      reserved=1   -> reserved=0

        diverges at step 2: zap_huge_pmd(at=0) leaves another state
          here: mm reserved=1 -> reserved=0
        reserveBalance is not broken in these 2 steps
        property  Every huge PMD has its tables in reserve, and nothing else has.

      "
    `);
  });
  it('on another architecture diverges earlier, and still breaks', async () => {
    const { code, out } = await mm(['replay', leak, '--kernel', 'v6.18-ppc', '--series', 'lazy-reserve@v1']);
    expect(code).toBe(1);
    expect(out).toContain('diverges at step 1: do_huge_pmd_anonymous_page(at=0) leaves another state');
    expect(out).toContain('reserveBalance is broken after step 2');
  });
  it('tells every difference, not only the first', async () => {
    const { out } = await mm(['replay', leak, '--kernel', 'v6.18-ppc']);
    expect(out.slice(out.indexOf('  diverges'))).toMatchInlineSnapshot(`
      "  diverges at step 1: do_huge_pmd_anonymous_page(at=0) leaves another state
          recorded: mm reserved=0 -> reserved=1
          here: mm reserved=0 -> reserved=2
        and then, at step 2: zap_huge_pmd(at=0) leaves another state
          here: mm reserved=2 -> reserved=0
        reserveBalance is not broken in these 2 steps
        property  Every huge PMD has its tables in reserve, and nothing else has.

      "
    `);
  });
  it('on every version of a series', async () => {
    const { code, out } = await mm(['replay', leak, '--series', 'lazy-reserve']);
    expect(code).toBe(1);
    expect(out.match(/replayed on {2}.*/g)).toEqual([
      'replayed on  v6.18-x86',
      'replayed on  v6.18-x86 + lazy-reserve@v1',
      'replayed on  v6.18-x86 + lazy-reserve@v2',
    ]);
  });
  it('with --set alone changes a toggle of the kernel in the file', async () => {
    const { code, out } = await mm(['replay', leak, '--set', 'zap-reserve=withdraw']);
    expect(code).toBe(0);
    expect(out).toContain('replayed on  v6.18-x86 + lazy-reserve@v1 with zap-reserve=withdraw');
  });
  it('of a failed assertion fails it again', async () => {
    const { code, out } = await mm(['replay', bug]);
    expect(code).toBe(1);
    expect(out).toContain('BUG: pgtable_trans_huge_withdraw() finds no table');
    expect(out).toContain('goes as it was recorded');
  });
  it('says when other environment choices are met', async () => {
    const { code, out } = await mm(['replay', bug, '--set', 'split-table=reserve']);
    expect(code).toBe(0);
    expect(out).toContain('diverges at step 2: split_huge_pmd(at=0, freeze=false) meets other environment');
    expect(out).toContain('recorded: pte_alloc_one: fails');
    expect(out).toContain('here: nothing is asked');
  });
  it('says when a step is not possible, and ends there', async () => {
    const path = changed('twice.json', (trace) => ({
      ...trace,
      steps: [trace.steps[0], trace.steps[0], trace.steps[1]],
    }));
    const { code, out } = await mm(['replay', path]);
    expect(code).toBe(0);
    expect(out).toContain('diverges at step 2: do_huge_pmd_anonymous_page(at=0) is not possible here');
    expect(out).toContain('reserveBalance is not broken in these 1 steps');
  });
  it('works on a trace that was found with symmetry', async () => {
    const { code, out } = await mm(['replay', swapped]);
    expect(code).toBe(1);
    expect(out).toContain('goes as it was recorded');
  });
  it('breaks a step and ends in a dead end again', async () => {
    const jumped = await mm(['replay', jump]);
    expect(jumped.code).toBe(1);
    expect(jumped.out).toContain('pace: a jump');
    expect(jumped.out).toContain('noJump is broken after step 1');
    expect(jumped.out).toContain('observed  walk from 0 to 2');
    const ended = await mm(['replay', stuck]);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('goesOn is broken after step 2');
    expect(ended.out).toContain('observed  no operation is possible here');
  });
  it('says when an assertion fails that did not, and when one does not that did', async () => {
    const calm = changed('calm.json', (trace) => ({
      ...trace,
      ...JSON.parse(readFileSync(bug, 'utf8')),
      steps: [trace.steps[0], splitFailing(undefined)],
    }));
    expect(oneLine((await mm(['replay', calm])).out)).toContain(
      'fails an assertion that it did not fail when recorded',
    );
    const broken = changed('broken.json', (trace) => ({ ...trace, steps: [{ ...trace.steps[0]!, bug: 'BUG()' }] }));
    const { out } = await mm(['replay', broken]);
    expect(oneLine(out)).toContain('does not fail the assertion that it failed when recorded');
    expect(out).toContain('recorded: BUG()');
  });
  it('says which kernel has no such property, who has, and what to try', async () => {
    const { code, out, err } = await mm(['replay', stuck, '--kernel', 'v6.18-ppc']);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out.replaceAll(directory, 'DIR').replaceAll(/ \\\n +/g, ' ')).toMatchInlineSnapshot(`
      "Trace of goesOn, world alley (quick)
        recorded on  v6.18-x86
        replayed on  v6.18-ppc

        undecided: v6.18-ppc has no property goesOn in this world
        property  There is always a way on.
        asked of  v6.18-x86 (since v6.18-x86)
        try       npx mmcheck replay DIR/v6.18-x86+alley+quick+goesOn.json --kernel v6.18-x86

      "
    `);
    const never = changed('never.json', (trace) => ({ ...trace, property: 'khugepaged' }));
    const nowhere = await mm(['replay', never]);
    expect(nowhere.code).toBe(2);
    expect(oneLine(nowhere.out)).toContain(
      'asked of no release as it is, but of v6.18-x86 + lazy-reserve@v1, on which the trace was recorded',
    );
  });
  it('is decided by the kernels that have it', async () => {
    const both = ['--kernel', 'v6.18-ppc', '--kernel', 'v6.18-x86'];
    expect((await mm(['replay', stuck, ...both])).code).toBe(1);
    const short = changed('short.json', () => {
      const trace = JSON.parse(readFileSync(stuck, 'utf8')) as TraceFile;
      return { ...trace, steps: trace.steps.slice(0, 1) };
    });
    expect((await mm(['replay', short, ...both])).code).toBe(0);
  });
  it('is at most 80 columns wide', async () => {
    const { out } = await mm(['replay', leak, '--series', 'lazy-reserve']);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

const refused = async (path: string, ...flags: string[]): Promise<string> => {
  const { code, out, err } = await mm(['replay', path, ...flags]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  return err.replaceAll(directory, 'DIR');
};

describe('a trace file is refused', () => {
  it('when it is not there', async () => {
    expect(await refused(join(directory, 'no.json'))).toMatchInlineSnapshot(`
      "mmcheck: DIR/no.json cannot be read: no such file or directory
        \`mmcheck check --trace-dir DIR\` writes trace files, and \`mmcheck trace
        FILE.litmus --to json\` makes one of a scenario
      "
    `);
  });
  it('when it is a directory', async () => {
    expect(await refused(directory)).toMatch(/^mmcheck: DIR cannot be read: illegal operation on a directory/);
  });
  it('when it is not JSON', async () => {
    const path = join(directory, 'text.json');
    writeFileSync(path, 'hello');
    expect(await refused(path)).toContain('DIR/text.json is not JSON');
  });
  it('when something is missing', async () => {
    const path = changed('less.json', (trace) => ({ ...trace, world: undefined }));
    expect(await refused(path)).toMatchInlineSnapshot(`
      "mmcheck: DIR/less.json is not a trace file: Missing key
        at ["world"]
        \`mmcheck check --trace-dir DIR\` writes trace files, and \`mmcheck trace
        FILE.litmus --to json\` makes one of a scenario
      "
    `);
  });
  it('when it names an operation that the world does not have', async () => {
    const path = changed('op.json', (trace) => ({ ...trace, steps: [{ ...trace.steps[0], op: 'zap_huge_pud' }] }));
    expect(await refused(path)).toMatchInlineSnapshot(`
      "mmcheck: there is no operation "zap_huge_pud" of world reserve;
      DIR/op.json names it in step 1
        did you mean: zap_huge_pmd
        there are: do_huge_pmd_anonymous_page, zap_huge_pmd, split_huge_pmd,
        collapse_huge_page
      "
    `);
  });
  it('when it names arguments that the operation does not have', async () => {
    const path = changed('args.json', (trace) => ({ ...trace, steps: [{ ...trace.steps[0], args: { at: 9 } }] }));
    expect(await refused(path)).toMatchInlineSnapshot(`
      "mmcheck: there are no arguments "do_huge_pmd_anonymous_page {"at":9}" of world
      reserve; DIR/args.json names it in step 1
        did you mean: do_huge_pmd_anonymous_page {"at":0}
        there are: do_huge_pmd_anonymous_page {"at":0}, do_huge_pmd_anonymous_page
        {"at":1}
      "
    `);
  });
  it('when it begins nowhere', async () => {
    const path = changed('initial.json', (trace) => ({ ...trace, initial: 4 }));
    expect(await refused(path)).toContain('begins in initial state 4; there are 1');
  });
  it('when it names an unknown world, property or kernel', async () => {
    const world = changed('world.json', (trace) => ({ ...trace, world: 'reserv' }));
    expect(await refused(world)).toContain('there is no world "reserv"\n  did you mean: reserve');
    const property = changed('property.json', (trace) => ({ ...trace, property: 'zapShrink' }));
    expect(await refused(property)).toContain('did you mean: zapShrinks');
    const kernel = changed('kernel.json', (trace) => ({ ...trace, kernel: 'v6.18-arm' }));
    expect(await refused(kernel)).toContain('there is no kernel "v6.18-arm"');
    expect(await refused(leak, '--kernel', 'v6')).toContain('there is no kernel "v6"');
  });
  it('when the model throws on it', async () => {
    const split = { ...(JSON.parse(readFileSync(bug, 'utf8')) as TraceFile).steps[1]!, answers: [] };
    const collapse = { op: 'collapse_huge_page', args: { at: 0 }, answers: [], changes: [] };
    const path = changed('fault.json', (trace) => ({ ...trace, series: [], steps: [trace.steps[0], split, collapse] }));
    expect(await refused(path, '--set', 'khugepaged=faulty')).toContain('this is a fault of mmcheck');
  });
});
