import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { afterAll, describe, expect, it } from 'vitest';
import { Cells } from '../../checker/cells.ts';
import { kernelsOf } from '../../checker/plan.ts';
import type { Told } from '../../checker/narrate.ts';
import { runSearch } from '../../checker/run_search.ts';
import { searchWorld } from '../../checker/search_world.ts';
import { mm } from './command_line.ts';
import { catalogue } from './toy_catalogue.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-'));
afterAll(() => rmSync(directory, { recursive: true }));

const widestLine = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
interface Doc {
  readonly tool: string;
  readonly version: string;
  readonly runs: readonly Record<string, unknown>[];
}
const doc = (text: string): Doc => JSON.parse(text) as Doc;

describe('the exit code', () => {
  it('is 0 when all holds', async () => {
    expect(await mm(['check', '--world', 'reserve'])).toMatchObject({ code: 0, err: '' });
  });
  it('is 1 when something is violated', async () => {
    const { code, out, err } = await mm(['check', '--world', 'reserve', '--series', 'lazy-reserve@v1']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('reserveBalance (always) is violated after 2 operations');
  });
  it('is 1 also where a table takes the place of the reports', async () => {
    const { code, out } = await mm(['check', '--table', '--world', 'reserve', '--series', 'lazy-reserve@v1']);
    expect(code).toBe(1);
    expect(out).toMatch(/^Length of the shortest trace in any world/);
    expect(out).toMatch(/^reserveBalance +2$/m);
    expect(out).not.toContain('is violated after');
  });
  it('is 1 when one run of several is violated', async () => {
    expect((await mm(['check', '--world', 'reserve', '--world', 'mirror'])).code).toBe(1);
  });
  it('is 2 when the model throws, whatever else is found', async () => {
    const { code, out } = await mm(['check', '--world', 'mirror', '--world', 'reserve', '--set', 'khugepaged=faulty']);
    expect(code).toBe(2);
    expect(out).toContain('This is a fault of mmcheck');
    expect(out).not.toContain('    at ');
  });
  it.each([
    ['--depth-max', '2'],
    ['--states-max', '100'],
    ['--seconds-max', '0.01'],
  ])('is 3 when %s %s leaves it incomplete', async (flag, value) => {
    const { code, out } = await mm(['check', '--world', 'counters', '--size', 'standard', flag, value]);
    expect(code).toBe(3);
    expect(out).toContain('not all seen');
  });
  it('is 1, not 3, when an incomplete run is violated', async () => {
    expect((await mm(['check', '--world', 'mirror', '--depth-max', '4'])).code).toBe(1);
  });
  it('is 130 when interrupted', async () => {
    const cells = new Cells();
    const running = mm(['check', '--world', 'counters', '--world', 'reserve', '--size', 'deep'], cells);
    setTimeout(() => cells.askToStop(), 400);
    const { code, out, err } = await running;
    expect(code).toBe(130);
    expect(out).toContain('not all seen   interrupted');
    expect(out).not.toContain('World reserve');
    expect(err).toBe('mmcheck: interrupted; what is printed is what was found until then\n');
  });
});

const explain = (): string => {
  throw new TypeError('no such row');
};

describe('an explanation that throws', () => {
  it('takes nothing from the verdict', () => {
    const world = catalogue.worlds.find(({ name }) => name === 'mirror')!.build(undefined as never, 'quick');
    const properties = world.properties.map((one) =>
      one.kind === 'always' ? Object.assign({}, one, { explain }) : one,
    );
    const told = searchWorld({ ...world, properties }, [], {}) as Told;
    expect(told.verdict).toBe('violated');
    expect(told.properties[0]?.counterexample?.explanation).toBe('(no explanation: TypeError: no such row)');
  });
});

const begin = async (module: string, world: string) => {
  const [kernel] = await Effect.runPromise(kernelsOf(catalogue, { kernel: [], series: [], set: [] }));
  const run = { kernel: kernel!, world, size: 'quick' as const };
  return Effect.runPromise(runSearch(run, { module, properties: [], limits: {}, cells: new Cells() }));
};

describe('a run that cannot begin', () => {
  it('is a fault when the catalogue cannot be imported', async () => {
    const told = await begin('file:///nowhere/catalogue.ts', 'reserve');
    expect(told).toMatchObject({ verdict: 'incomplete', cut: 'fault', fault: { steps: [] } });
  });
  it('is a fault when the world cannot be built', async () => {
    const source =
      "export const catalogue = { kernels: [], toggles: [], findings: [], worlds: [{ name: 'w', build: () => { throw new RangeError('too small'); } }] };";
    const told = await begin(`data:text/javascript,${encodeURIComponent(source)}`, 'w');
    expect(told).toMatchObject({ cut: 'fault', fault: { message: 'RangeError: too small' } });
  });
});

describe('a limit of memory', () => {
  it('ends the search as incomplete', async () => {
    const [kernel] = await Effect.runPromise(kernelsOf(catalogue, { kernel: [], series: [], set: [] }));
    const module = new URL('./toy_catalogue.ts', import.meta.url).href;
    const run = { kernel: kernel!, world: 'counters', size: 'standard' as const };
    const searching = { module, properties: [], limits: { bytesMax: 4_000_000 }, cells: new Cells() };
    expect(await Effect.runPromise(runSearch(run, searching))).toMatchObject({ verdict: 'incomplete', cut: 'memory' });
  });
  it('can be set', async () => {
    const { code, out } = await mm(['check', '--world', 'counters', '--size', 'standard', '--memory-max', '4']);
    expect(code).toBe(3);
    expect(out).toContain('the memory limit was reached');
  });
});

describe('--property', () => {
  const fresh = ['check', '--world', 'reserve', '--set', 'split-table=fresh', '--json'];
  it('judges nothing else, not even an assertion', async () => {
    const { code, out } = await mm([...fresh, '--property', 'zapShrinks']);
    expect(code).toBe(3);
    expect(doc(out).runs[0]).toMatchObject({
      verdict: 'incomplete',
      cut: 'assertion',
      properties: [{ name: 'zapShrinks' }],
      unasked: ['noNullReserve'],
    });
  });
  it('with --first is not stopped by an assertion that nobody asked about', async () => {
    const { code, out } = await mm([...fresh, '--property', 'zapShrinks', '--first']);
    expect(code).toBe(3);
    expect(doc(out).runs[0]).toMatchObject({ verdict: 'incomplete', cut: 'assertion' });
  });
  it('judges an assertion that is named', async () => {
    expect((await mm([...fresh, '--property', 'noNullReserve'])).code).toBe(1);
  });
});

describe('--first', () => {
  it('stops at the first violation', async () => {
    const { code, out } = await mm(['check', '--world', 'reserve', '--series', 'lazy-reserve@v1', '--first', '--json']);
    expect(code).toBe(1);
    expect(doc(out).runs[0]).toMatchObject({ verdict: 'violated', cut: 'first' });
  });
});

describe('--json', () => {
  it('prints the fields that were promised, and nothing but the document', async () => {
    const { out, err } = await mm(['check', '--world', 'reserve', '--set', 'split-table=fresh', '--json']);
    expect(err).toBe('');
    const { tool, version, runs } = doc(out);
    expect({ tool, version }).toEqual({ tool: 'mmcheck', version: '0.0.0' });
    expect(runs[0]).toMatchObject({
      kernel: 'v6.18-x86',
      series: [],
      toggles: { 'split-table': 'fresh' },
      arch: 'x86-64',
      world: 'reserve',
      size: 'quick',
      verdict: 'violated',
      states: 12,
      transitions: 52,
      depth: 4,
      seconds: expect.any(Number) as number,
      peakBytes: expect.any(Number) as number,
      operations: expect.arrayContaining([
        { name: 'zap_huge_pmd', enabled: 8, fired: 8, newStates: 0 },
        { name: 'collapse_huge_page', enabled: 0, fired: 0, newStates: 0 },
      ]) as unknown,
    });
    const properties = runs[0]!['properties'] as readonly { name: string; counterexample?: unknown }[];
    expect(properties.find(({ name }) => name === 'noNullReserve')).toMatchInlineSnapshot(`
      {
        "counterexample": {
          "baseBreaksToo": false,
          "explanation": "pgtable_trans_huge_withdraw() finds no table",
          "initial": [],
          "length": 2,
          "mendedBy": [],
          "restsOn": [
            {
              "evidence": "asked",
              "toggle": "split-table",
              "value": "fresh",
            },
          ],
          "steps": [
            {
              "answers": [],
              "args": {
                "at": 0,
              },
              "changes": [
                {
                  "after": "huge folio=1",
                  "before": "none folio=0",
                  "where": "pmd[0]",
                },
                {
                  "after": "reserved=1",
                  "before": "reserved=0",
                  "where": "mm",
                },
              ],
              "mirrors": "mm/huge_memory.c do_huge_pmd_anonymous_page()",
              "op": "do_huge_pmd_anonymous_page",
              "step": "do_huge_pmd_anonymous_page",
            },
            {
              "answers": [
                "pte_alloc_one: fails",
              ],
              "args": {
                "at": 0,
                "freeze": false,
              },
              "bug": "pgtable_trans_huge_withdraw() finds no table",
              "changes": [],
              "mirrors": "mm/huge_memory.c __split_huge_pmd_locked()",
              "op": "split_huge_pmd",
              "step": "invalidate, populate",
            },
          ],
        },
        "exercised": true,
        "kind": "assertion",
        "name": "noNullReserve",
        "says": "A withdrawal finds a table in the reserve.",
        "verdict": "violated",
      }
    `);
    expect(properties.map(({ name, ...rest }) => [name, 'counterexample' in rest])).toEqual([
      ['reserveBalance', true],
      ['zapShrinks', false],
      ['twoReserved', false],
      ['noNullReserve', true],
      ['swapKept', false],
    ]);
  });
  it('has as many steps as the length says', async () => {
    const { out } = await mm(['check', '--world', 'mirror', '--json']);
    const [property] = doc(out).runs[0]!['properties'] as readonly {
      counterexample: { length: number; steps: unknown[] };
    }[];
    expect(property!.counterexample.steps).toHaveLength(property!.counterexample.length);
  });
});

describe('the text', () => {
  it('is at most 80 columns wide, with a line a world and a column a kernel at the end', async () => {
    const { out } = await mm(['check', '--series', 'lazy-reserve', '--size', 'quick']);
    expect(widestLine(out)).toBeLessThanOrEqual(80);
    expect(out).not.toContain('\u001B');
    const from = out.indexOf('Length of the shortest trace');
    expect(out.slice(from, out.indexOf('\n\n12 runs'))).toMatchInlineSnapshot(`
      "Length of the shortest trace; · holds, - unexercised, ? undecided, blank unasked
        v1  v6.18-x86 + lazy-reserve@v1
        v2  v6.18-x86 + lazy-reserve@v2

                        v6.18-x86 v1 v2
      reserve
        reserveBalance          ·  2  2
        noNullReserve           ·  ·  2
      counters                  ·  ·  ·
      mirror
        firstComesFirst         3  3  3
      alley
        noJump                  1  1  1
        goesOn                  2  2  2"
    `);
  });
});

describe('--trace-dir', () => {
  it('gets a file for every violation', async () => {
    const traces = join(directory, 'new', 'traces');
    const { out } = await mm(['check', '--world', 'reserve', '--set', 'split-table=fresh', '--trace-dir', traces]);
    expect(readdirSync(traces)).toEqual([
      'v6.18-x86+split-table=fresh+reserve+quick+noNullReserve.json',
      'v6.18-x86+split-table=fresh+reserve+quick+reserveBalance.json',
    ]);
    expect(out).toContain('replay         npx mmcheck replay');
    const text = readFileSync(join(traces, 'v6.18-x86+split-table=fresh+reserve+quick+noNullReserve.json'), 'utf8');
    expect(JSON.parse(text)).toMatchInlineSnapshot(`
      {
        "initial": 0,
        "kernel": "v6.18-x86",
        "property": "noNullReserve",
        "series": [],
        "settings": {
          "split-table": "fresh",
        },
        "size": "quick",
        "steps": [
          {
            "answers": [
              {
                "answer": "gives a table",
                "question": "pte_alloc_one",
              },
            ],
            "args": {
              "at": 0,
            },
            "changes": [
              {
                "after": "huge folio=1",
                "before": "none folio=0",
                "where": "pmd[0]",
              },
              {
                "after": "reserved=1",
                "before": "reserved=0",
                "where": "mm",
              },
            ],
            "op": "do_huge_pmd_anonymous_page",
          },
          {
            "answers": [
              {
                "answer": "fails",
                "question": "pte_alloc_one",
              },
            ],
            "args": {
              "at": 0,
              "freeze": false,
            },
            "bug": "pgtable_trans_huge_withdraw() finds no table",
            "changes": [],
            "op": "split_huge_pmd",
          },
        ],
        "tool": "mmcheck",
        "version": "0.0.0",
        "world": "reserve",
      }
    `);
  });
  it('that cannot be made is refused before the search', async () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    const { code, out, err } = await mm(['check', '--trace-dir', join(file, 'traces')]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('cannot be written to: not a directory');
  });
});
