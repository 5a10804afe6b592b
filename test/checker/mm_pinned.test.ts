/**
 * Worlds on the versions of a series, through the command line, and deep ones: how many states, and what is violated after how many
 * operations. A count that changes is a model that changed, and the difference must say so. `PIN=write npm test` writes the
 * counts anew. Every world on every release: mm_releases.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@effect/vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { type Run, summary } from './run_summary.ts';
import { runWorld, unexplained } from './run_world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const pinnedIn = (file: string): readonly string[] => readFileSync(pathOf(file), 'utf8').trimEnd().split('\n');

const runsOf = (...flags: readonly string[]): readonly Run[] => {
  const args = ['checker/bin.mjs', 'check', '--json', ...flags];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });
  return (JSON.parse(stdout) as { readonly runs: readonly Run[] }).runs;
};

/** The runs of one command line, compared with the lines that are pinned for it. */
const comparePinned = (file: string, ...flags: readonly string[]): readonly Run[] => {
  const runs = runsOf(...flags);
  const found = runs.map(summary);
  if (process.env['PIN'] === 'write') writeFileSync(pathOf(file), `${found.join('\n')}\n`);
  expect(found).toEqual(pinnedIn(file));
  return runs;
};

const pfnmaps = catalogue.worlds.map(({ name }) => name).filter((name) => name.startsWith('pfnmap'));
const onSeries = ['--series', series.name, '--world', 'pfnmap*', '--world', 'shmem-thp'];
const kernels = 1 + series.versions.length;

it(
  'the quick worlds of remap_pfn_range() on every version of its series are as they were',
  { timeout: 600_000 },
  () => {
    expect(comparePinned('mm_series.pinned.txt', ...onSeries)).toHaveLength((pfnmaps.length + 1) * kernels);
  },
);

it('the quick worlds of BARs on v6.11, with huge pfnmaps and without, are as they were', { timeout: 600_000 }, () => {
  const bars = catalogue.worlds.filter(({ name }) => name.startsWith('vfio'));
  const flags = ['--series', 'huge-pfnmaps', '--world', 'vfio*'];
  expect(comparePinned('mm_huge_pfnmaps.pinned.txt', ...flags)).toHaveLength(2 * bars.length);
});

it('the world pfnmap at size standard is as it was', { timeout: 600_000 }, () => {
  const flags = ['--series', `${series.name}@v4`, '--world', 'pfnmap', '--size', 'standard'];
  expect(comparePinned('mm_standard.pinned.txt', ...flags)).toHaveLength(1);
});

it(
  'nothing else is violated on v7.1 at size deep, as far as a quarter of a second reaches',
  { timeout: 600_000 },
  () => {
    const runs = catalogue.worlds.map(({ name }) =>
      runWorld({ kernel: 'v7.1', world: name, size: 'deep' }, { secondsMax: 0.25 }),
    );
    expect(unexplained(runs)).toEqual([]);
  },
);
