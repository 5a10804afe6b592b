import { describe, expect, it } from 'vitest';
import type { FindingEntry } from '../../checker/catalogue.ts';
import type { Finished } from '../../checker/finished.ts';
import type { Told } from '../../checker/narrate.ts';
import { summaryText } from '../../checker/report/summary.ts';
import { catalogue } from './toy_catalogue.ts';
import { base, faulty, finish, lazy } from './toy_runs.ts';

const widestLine = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

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
      ? was cut short, or is behind an assertion that failed (--repaired goes on)

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
  it('has versions for long names, and rows of what was asked for and never exercised', () => {
    const asked = ['reserveBalance', 'swapKept'];
    const runs = [finish(base, 'reserve', asked), finish(lazy, 'reserve', asked)];
    expect(summaryText(runs, true)).toMatchInlineSnapshot(`
      "Length of the shortest trace; · holds, - unexercised, ? undecided, blank unasked
        v1  v6.18-x86 + lazy-reserve@v1

                       v6.18-x86 v1
      reserve
        reserveBalance         ·  2
        swapKept               -  -

      2 runs: 1 hold, 1 violated

      Settings that nobody has read anywhere, and no verdict is surer than they are:
        v6.18-x86 + lazy-reserve@v1: zap-reserve=keep"
    `);
  });
  it('has letters where versions would not tell kernels apart', () => {
    const other = { ...lazy, series: ['another-reserve@v1'] };
    const text = summaryText([finish(lazy, 'reserve', []), finish(other, 'reserve', [])]);
    expect(text).toContain('  A  v6.18-x86 + lazy-reserve@v1\n  B  v6.18-x86 + another-reserve@v1\n');
    expect(text).toMatch(/^ {17}A B$/m);
  });
  it('is at most 100 columns wide, however many there are', () => {
    const run = finish(base, 'mirror', []);
    const runs = Array.from({ length: 40 }, (_, i) => on(`v6.${100 + i}.100`, run, [twice]));
    const text = summaryText(runs);
    expect(widestLine(text)).toBeLessThanOrEqual(100);
    expect(text.match(/^ {2}firstComesFirst/gm)).toHaveLength(6);
  });
});

const ORDER = catalogue.properties.map(({ name }) => name);
const tableOf = (runs: readonly Finished[]): string => summaryText(runs, false, [], ORDER);

describe('the table of properties', () => {
  it('has a row each, also of what holds, a column a kernel, and states below', () => {
    const runs = [base, lazy].flatMap((kernel) => ['reserve', 'mirror'].map((world) => finish(kernel, world, [])));
    expect(tableOf(runs)).toMatchInlineSnapshot(`
      "Length of the shortest trace in any world; · holds in all that exercise it, -
      unexercised, ? undecided, blank unasked
        v1  v6.18-x86 + lazy-reserve@v1

                      v6.18-x86 v1
      reserveBalance          ·  2
      zapShrinks              ·  ·
      twoReserved             ·  ·
      noNullReserve           ·  ·
      swapKept                -  -
      firstComesFirst         3  3

      States of each world

              v6.18-x86 v1
      reserve         9 74
      mirror         10 10

      4 runs: 1 hold, 3 violated

      Settings that nobody has read anywhere, and no verdict is surer than they are:
        v6.18-x86 + lazy-reserve@v1: zap-reserve=keep"
    `);
  });
  it('says of one kernel what several would say', () => {
    expect(tableOf([finish(base, 'mirror', [])])).toContain('firstComesFirst');
  });
  it('takes what is cut short for undecided, unless it is violated', () => {
    const cut = finish(base, 'counters', [], { statesMax: 20 });
    const table = tableOf([cut]);
    expect(table).toMatch(/^counters +\d+\+$/m);
    expect(table).toMatch(/ \?$/m);
    expect(tableOf([finish(base, 'mirror', [], { depthMax: 4 })])).toMatch(/^firstComesFirst +\d$/m);
  });
  it('is exercised where one world exercises it, and numbered where a finding knows it', () => {
    const table = tableOf([on('v6.9', finish(base, 'mirror', []), [twice]), on('v7.1', finish(base, 'reserve', []))]);
    expect(table).toMatch(/^firstComesFirst \[1\] +3$/m);
    expect(table).toContain('[1] wakes-twice');
  });
  it('is at most 80 columns wide, however many there are', () => {
    const run = finish(base, 'mirror', []);
    expect(widestLine(tableOf(Array.from({ length: 40 }, (_, i) => on(`v6.${100 + i}.100`, run))))).toBeLessThanOrEqual(
      80,
    );
  });
});
