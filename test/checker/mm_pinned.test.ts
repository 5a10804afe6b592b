/**
 * Worlds on the versions of a series, through the command line, and deep ones: how many states, and what is violated after how many
 * operations. A count that changes is a model that changed, and the difference must say so. `PIN=write npm test` writes the
 * counts anew. What takes long is searched on the newest version alone, and at size standard not at all; `PIN=all npm test`
 * compares all. Every world on every release: mm_releases.test.ts.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@effect/vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';
import type { PlannedKernel } from '../../checker/plan.ts';
import { type PinnedLine, pinnedLines, readPinned, takesAll } from './pinned_line.ts';
import { summary } from './run_summary.ts';
import { kernelsNamed, runOn, runWorld, unexplained } from './run_world.ts';

const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;

/** Transitions of a search that takes long. */
const MANY = 60_000;
const keyOf = ({ world, kernel }: PinnedLine): string => `${world} on ${kernel}`;

type Search = readonly [kernel: PlannedKernel, world: string];

/** Searches are compared with the lines that are pinned for the same worlds on the same kernels; so many. */
const comparePinned = (file: string, searches: readonly Search[], size?: 'standard'): number => {
  const found = searches.map(([kernel, world]) => summary(runOn(kernel, world, size)));
  if (process.env['PIN'] === 'write')
    writeFileSync(fileURLToPath(new URL(file, import.meta.url)), `${found.join('\n')}\n`);
  const searched = new Set(found.map((line) => keyOf(readPinned(line))));
  expect(found.toSorted()).toEqual(
    pinnedLines(file)
      .filter((one) => searched.has(keyOf(one)))
      .map(({ line }) => line)
      .toSorted(),
  );
  return searched.size;
};

const each = (kernels: readonly PlannedKernel[], worlds: readonly string[]): readonly Search[] =>
  kernels.flatMap((kernel) => worlds.map((world): Search => [kernel, world]));
const namesLike = (pattern: RegExp): readonly string[] =>
  catalogue.worlds.map(({ name }) => name).filter((name) => pattern.test(name));
const isOn = (version: string, { series: [name = ''] }: PlannedKernel): boolean => name === version;

it('the quick worlds of remap_pfn_range() on versions of its series are as they were', { timeout: 600_000 }, () => {
  const file = 'mm_series.pinned.txt';
  const many = pinnedLines(file).flatMap(({ world, transitions }) => (transitions > MANY ? [world] : []));
  const newest = `${series.name}@${series.versions.at(-1)!.version}`;
  const all = each(kernelsNamed({ kernel: [], series: [series.name] }), namesLike(/^(pfnmap.*|shmem-thp)$/));
  const some = all.filter(([kernel, world]) => takesAll || !many.includes(world) || isOn(newest, kernel));
  expect(comparePinned(file, some)).toBe(some.length);
  expect(all).toHaveLength(pinnedLines(file).length);
});

it('the quick worlds of BARs on v6.11, with huge pfnmaps and without, are as they were', { timeout: 600_000 }, () => {
  const file = 'mm_huge_pfnmaps.pinned.txt';
  const all = each(kernelsNamed({ kernel: [], series: ['huge-pfnmaps'] }), namesLike(/^vfio/));
  expect(comparePinned(file, all)).toBe(all.length);
  expect(all).toHaveLength(pinnedLines(file).length);
});

it('worlds at size standard are as they were', { timeout: 600_000 }, () => {
  const names = ['pfnmap-move', 'pfnmap-thp', ...(takesAll ? ['pfnmap'] : [])];
  const newest = kernelsNamed({ kernel: [], series: [`${series.name}@${series.versions.at(-1)!.version}`] });
  expect(comparePinned('mm_standard.pinned.txt', each(newest, names), 'standard')).toBe(names.length);
});

it(
  'nothing else is violated on v7.1 at size deep, as far as the first thousand states reach',
  { timeout: 600_000 },
  () => {
    const runs = catalogue.worlds.map(({ name }) =>
      runWorld({ kernel: 'v7.1', world: name, size: 'deep' }, { statesMax: 1000 }),
    );
    expect(unexplained(runs)).toEqual([]);
  },
);
