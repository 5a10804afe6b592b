/**
 * Worlds on the versions of a series, through the command line, and deep ones: how many states, and what is violated after how many
 * operations. A count that changes is a model that changed, and the difference must say so. `PIN=write npm test` writes the
 * counts anew. What takes long is searched on the newest version alone, and at size standard not at all; `PIN=all npm test`
 * compares all. Every world on every release: mm_releases.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@effect/vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { type PinnedLine, pinnedLines, readPinned, takesAll } from './pinned_line.ts';
import { type Run, summary } from './run_summary.ts';
import { runWorld, unexplained } from './run_world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const runsOf = (...flags: readonly string[]): readonly Run[] => {
  const args = ['checker/bin.mjs', 'check', '--json', ...flags];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });
  return (JSON.parse(stdout) as { readonly runs: readonly Run[] }).runs;
};

/** Transitions of a search that takes long. */
const MANY = 60_000;
const keyOf = ({ world, kernel }: PinnedLine): string => `${world} on ${kernel}`;

/** The runs of command lines, compared with the lines that are pinned for the same worlds on the same kernels. */
const comparePinned = (file: string, commands: readonly (readonly string[])[]): readonly Run[] => {
  const runs = commands.flatMap((flags) => runsOf(...flags));
  const found = runs.map(summary);
  if (process.env['PIN'] === 'write') writeFileSync(pathOf(file), `${found.join('\n')}\n`);
  const searched = new Set(found.map((line) => keyOf(readPinned(line))));
  expect(found.toSorted()).toEqual(
    pinnedLines(file)
      .filter((one) => searched.has(keyOf(one)))
      .map(({ line }) => line)
      .toSorted(),
  );
  return runs;
};

const worldFlags = (names: readonly string[]): readonly string[] => names.flatMap((name) => ['--world', name]);
const remapWorlds = catalogue.worlds.map(({ name }) => name).filter((name) => /^(pfnmap.*|shmem-thp)$/.test(name));
const newest = `${series.name}@${series.versions.at(-1)!.version}`;
const kernels = 1 + series.versions.length;

it('the quick worlds of remap_pfn_range() on versions of its series are as they were', { timeout: 600_000 }, () => {
  const file = 'mm_series.pinned.txt';
  const many = pinnedLines(file).flatMap(({ world, transitions }) => (transitions > MANY ? [world] : []));
  const [long, short] = [
    remapWorlds.filter((name) => many.includes(name)),
    remapWorlds.filter((name) => !many.includes(name)),
  ];
  const all = [['--series', series.name, ...worldFlags(remapWorlds)]];
  const some = [
    ['--series', series.name, ...worldFlags(short)],
    ['--series', newest, ...worldFlags(long)],
  ];
  expect(comparePinned(file, takesAll ? all : some)).toHaveLength(
    takesAll ? remapWorlds.length * kernels : short.length * kernels + long.length,
  );
  expect(pinnedLines(file)).toHaveLength(remapWorlds.length * kernels);
});

it('the quick worlds of BARs on v6.11, with huge pfnmaps and without, are as they were', { timeout: 600_000 }, () => {
  const bars = catalogue.worlds.filter(({ name }) => name.startsWith('vfio'));
  const flags = ['--series', 'huge-pfnmaps', '--world', 'vfio*'];
  expect(comparePinned('mm_huge_pfnmaps.pinned.txt', [flags])).toHaveLength(2 * bars.length);
});

it('worlds at size standard are as they were', { timeout: 600_000 }, () => {
  const names = ['pfnmap-move', 'pfnmap-thp', ...(takesAll ? ['pfnmap'] : [])];
  const flags = ['--series', newest, '--size', 'standard', ...worldFlags(names)];
  expect(comparePinned('mm_standard.pinned.txt', [flags])).toHaveLength(names.length);
});

it(
  'nothing else is violated on v7.1 at size deep, as far as a twentieth of a second reaches',
  { timeout: 600_000 },
  () => {
    const runs = catalogue.worlds.map(({ name }) =>
      runWorld({ kernel: 'v7.1', world: name, size: 'deep' }, { secondsMax: 0.05 }),
    );
    expect(unexplained(runs)).toEqual([]);
  },
);
