/** From flags to runs. */
import { versionOf } from '../../model/series/patch.ts';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { type AskedKernel, kernelsOf, planOf } from '../../checker/plan.ts';
import { mm } from './command_line.ts';
import { catalogue } from './toy_catalogue.ts';

/** The worlds of the runs that a JSON document holds. */
const doc = (text: string) => JSON.parse(text) as { readonly runs: readonly { readonly world: string }[] };

const labels = async (asked: Partial<AskedKernel>) => {
  const kernels = await Effect.runPromise(kernelsOf(catalogue, { kernel: [], series: [], set: [], ...asked }));
  return kernels.map(({ kernel, series, settings }) =>
    [kernel, ...series, ...settings.map((one) => `${one.toggle}=${one.value}`)].join(' '),
  );
};

describe('the runs', () => {
  it('take the first kernel by default', async () => {
    expect(await labels({})).toEqual(['v6.18-x86']);
  });
  it('are the base and every version for a series without a version', async () => {
    expect(await labels({ kernel: ['v6.18-ppc'], series: ['lazy-reserve'] })).toEqual([
      'v6.18-ppc',
      'v6.18-ppc lazy-reserve@v1 zap-reserve=keep',
      'v6.18-ppc lazy-reserve@v2 split-table=fresh',
    ]);
  });
  it('are those of all worlds that fit a pattern', async () => {
    const asked = { kernel: [], series: [], set: [], property: [], first: false };
    const worlds = async (...world: readonly string[]) =>
      (await Effect.runPromise(planOf(catalogue, { ...asked, world }))).runs.map((run) => run.world);
    expect(await worlds('*r', 'reserve')).toEqual(['mirror', 'reserve']);
    expect(await worlds('r*rv*')).toEqual(['reserve']);
    await expect(worlds('nowhere*')).rejects.toThrow('nowhere*');
  });
  it('are all kernels for all, and several for several', async () => {
    expect(await labels({ kernel: ['all'] })).toEqual(['v6.18-x86', 'v6.18-ppc']);
    expect(await labels({ kernel: ['v6.18-ppc', 'v6.18-x86', 'v6.18-ppc'] })).toEqual(['v6.18-ppc', 'v6.18-x86']);
  });
  it('stand on the kernel that the series was written on, unless another one is named', async () => {
    const based = { ...catalogue, series: [{ ...catalogue.series[0]!, base: 'v6.18-ppc' }] };
    const asked = { kernel: [], series: ['lazy-reserve@v1'], set: [] };
    const on = async (kernel: readonly string[]) =>
      (await Effect.runPromise(kernelsOf(based, { ...asked, kernel }))).map((one) => one.kernel);
    expect([await on([]), await on(['v6.18-x86'])]).toEqual([['v6.18-ppc'], ['v6.18-x86']]);
  });
  it('have only what differs from the value that the kernel has itself', async () => {
    const [first, ...others] = catalogue.kernels;
    const own = [{ toggle: 'zap-reserve', value: 'keep', evidence: 'source' as const }];
    const older = { ...catalogue, kernels: [{ ...first!, settings: own }, ...others] };
    const settings = async (set: readonly string[]) =>
      (await Effect.runPromise(kernelsOf(older, { kernel: [], series: [], set })))[0]!.settings.length;
    expect([await settings(['zap-reserve=keep']), await settings(['zap-reserve=withdraw'])]).toEqual([0, 1]);
  });
  it('are one for each version named', async () => {
    expect(await labels({ series: ['lazy-reserve@v2', 'lazy-reserve@v1', 'lazy-reserve@v2'] })).toEqual([
      'v6.18-x86 lazy-reserve@v2 split-table=fresh',
      'v6.18-x86 lazy-reserve@v1 zap-reserve=keep',
    ]);
  });
  it('stack different series', async () => {
    const other = {
      ...catalogue.series[0]!,
      name: 'other',
      versions: [versionOf({ version: '1', says: '', patches: [] })],
    };
    const two = { ...catalogue, series: [...catalogue.series, other] };
    const series = ['lazy-reserve@v1', 'other@1', 'lazy-reserve@v2'];
    const kernels = await Effect.runPromise(kernelsOf(two, { kernel: [], series, set: [] }));
    expect(kernels.map((one) => one.series)).toEqual([
      ['lazy-reserve@v1', 'other@1'],
      ['lazy-reserve@v2', 'other@1'],
    ]);
  });
  it('have --set on top, also to undo what a series sets', async () => {
    const set = ['zap-reserve=withdraw', 'khugepaged=faulty'];
    expect(await labels({ series: ['lazy-reserve@v1'], set })).toEqual([
      'v6.18-x86 lazy-reserve@v1 zap-reserve=withdraw khugepaged=faulty',
    ]);
  });
  it('are made for all worlds by default', async () => {
    const { out } = await mm(['check', '--json']);
    expect(doc(out).runs.map(({ world }) => world)).toEqual(['reserve', 'counters', 'mirror', 'alley']);
  });
  it('leave out worlds without the property asked', async () => {
    const { out, code } = await mm(['check', '--json', '--property', 'ordered']);
    expect(code).toBe(0);
    expect(doc(out).runs.map(({ world }) => world)).toEqual(['counters']);
  });
});
