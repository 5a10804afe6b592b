/** The fast search against the slow one, and with symmetry against without, on the worlds of the model. */
import { describe, expect, it } from '@effect/vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';
import type { AnyWorld } from '../../checker/outcomes.ts';
import { explore, type Verdict } from '../../checker/search/index.ts';
import { reference } from '../../checker/search/reference.ts';
import { pinnedLines, takesAll } from './pinned_line.ts';

const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;
const isPfnmap = (name: string): boolean => name.startsWith('pfnmap');

/** A world on a release, or on a version of the series on v7.1. */
const worldOn = (name: string, version: string): AnyWorld => {
  const settings = series.versions.find((one) => one.version === version)?.sets ?? [];
  const release = catalogue.kernels.find((one) => one.name === version)?.name ?? 'v7.1';
  const kernel = { kernel: release, arch: 'x86_64', series: [], settings };
  return catalogue.worlds.find((one) => one.name === name)!.build(kernel, 'quick');
};

/** The slow search keeps a string for each state, and takes long where there are more transitions than these. */
const MANY = takesAll ? 120_000 : 6_000;
const large = new Set(
  pinnedLines('mm_releases.pinned.txt').flatMap(({ world, kernel, transitions }) =>
    kernel === 'v7.1' && transitions > MANY ? [world] : [],
  ),
);

const lengths = ({ properties }: Verdict): readonly string[] =>
  properties.map(
    ({ name, verdict, exercised, trace }) => `${name} ${verdict} ${exercised} ${trace?.moves.length ?? '-'}`,
  );

describe('the slow search', () => {
  const small = catalogue.worlds.map(({ name }) => name).filter((name) => !large.has(name));
  // On the newest version of each, and on all with PIN=all: the search is the same for all.
  const versions = takesAll ? ['v7.1', ...series.versions.map(({ version }) => version)] : ['v7.1', 'v4'];
  const cases = small.flatMap((name) =>
    (isPfnmap(name) ? versions : takesAll ? ['v7.1', 'v6.12'] : ['v7.1']).map((version) => ({ name, version })),
  );
  it.each(cases)('agrees on $name on $version', { timeout: 60_000 }, ({ name, version }) => {
    const world = worldOn(name, version);
    const [fast, slow] = [explore(world), reference(world)];
    expect(lengths(fast)).toEqual(lengths(slow));
    expect([fast.states, fast.transitions, fast.depth]).toEqual([slow.states, slow.transitions, slow.depth]);
    expect(fast.actions.map(({ enabled, fired }) => [enabled, fired])).toEqual(
      slow.actions.map(({ enabled, fired }) => [enabled, fired]),
    );
  });

  // Without it a few thousand states of memory are a million.
  const MANY_NAMES = new Set(['anon-hash', 'shared-table', 'anon-pinned', 'anon-reclaim', 'shmem-pinned']);
  const few = cases.filter(({ name }) => !MANY_NAMES.has(name));
  it.each(few)('finds the same without symmetry on $name on $version', { timeout: 60_000 }, ({ name, version }) => {
    const { canonical: _without, ...world } = worldOn(name, version);
    const [plain, reduced] = [explore(world), explore(worldOn(name, version))];
    expect(lengths(plain)).toEqual(lengths(reduced));
    expect(plain.states).toBeGreaterThanOrEqual(reduced.states);
  });

  const deep = [...large].flatMap((name) =>
    (isPfnmap(name) ? ['v7.1', 'v2', 'v4'] : takesAll ? ['v7.1', 'v6.18'] : ['v7.1']).map((version) => ({
      name,
      version,
    })),
  );
  it.each(deep)('agrees on the first levels of $name on $version', ({ name, version }) => {
    const world = worldOn(name, version);
    const limits = { depthMax: isPfnmap(name) ? 5 : 4 };
    const [fast, slow] = [explore(world, limits), reference(world, limits)];
    expect(lengths(fast)).toEqual(lengths(slow));
    expect([fast.cut, fast.states, fast.transitions]).toEqual(['depth', slow.states, slow.transitions]);
  });
});
