/**
 * Every world on every release, and on the versions of a series, through the command line: how many states, and what is
 * violated after how many operations. A count that changes is a model that changed, and the difference must say so.
 * `PIN=write npm test` writes the counts anew. Worlds that take long are searched on the newest release and on one of the
 * stable series alone; `PIN=all npm test` compares them on all.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@effect/vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;

/** What the JSON document promises of a run, as far as it is pinned. */
interface Run {
  readonly kernel: string;
  readonly series: readonly string[];
  readonly world: string;
  readonly verdict: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly properties: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly counterexample?: { readonly length: number };
    readonly findings?: readonly { readonly name: string }[];
  }[];
  readonly operations: readonly { readonly name: string; readonly fired: number }[];
}

const named = (what: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `; ${what} ${names.join(', ')}`;

const summary = ({
  kernel,
  series: on,
  world,
  verdict,
  states,
  transitions,
  depth,
  properties,
  operations,
}: Run): string => {
  const violated = properties.filter((one) => one.verdict === 'violated');
  const lengths = violated.map(({ name, counterexample }) => `${name} (${counterexample!.length})`);
  const idle = properties.filter((one) => one.verdict === 'unexercised').map(({ name }) => name);
  const never = operations.filter(({ fired }) => fired === 0).map(({ name }) => name);
  const counts = `${states} states, ${transitions} transitions, depth ${depth}`;
  const rest = `${named('violated', lengths)}${named('unexercised', idle)}${named('never fired', never)}`;
  return `${world} on ${on[0] ?? kernel}: ${verdict}, ${counts}${rest}`;
};

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

const RELEASES_FILE = 'mm_releases.pinned.txt';
/** Transitions of a search that takes long. */
const MANY = 25_000;
/** Where even the worlds that take long are searched. */
const ALWAYS = ['v7.1', 'v6.12.117'];

/** World, kernel and transitions of a line. */
const readLine = (line: string): readonly [world: string, kernel: string, transitions: number] => {
  const [, world, kernel, transitions] = /^(\S+) on (\S+): .*?(\d+) transitions/.exec(line)!;
  return [world!, kernel!, Number(transitions)];
};
const takesLong = (world: string): boolean =>
  pinnedIn(RELEASES_FILE).some((line) => {
    const [of, , transitions] = readLine(line);
    return of === world && transitions > MANY;
  });

const flagsOf = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);

/** Every world on every release; but when all are asked for, those that take long on some. */
const releaseRuns = (): readonly Run[] => {
  if (['write', 'all'].includes(process.env['PIN'] ?? '')) return comparePinned(RELEASES_FILE, '--kernel', 'all');
  const names = catalogue.worlds.map(({ name }) => name);
  const long = new Set(names.filter(takesLong));
  const short = names.filter((name) => !long.has(name));
  const runs = [
    ...runsOf('--kernel', 'all', ...flagsOf('--world', short)),
    ...runsOf(...flagsOf('--kernel', ALWAYS), ...flagsOf('--world', [...long])),
  ];
  const pinned = pinnedIn(RELEASES_FILE).filter((line) => {
    const [world, kernel] = readLine(line);
    return !long.has(world) || ALWAYS.includes(kernel);
  });
  expect(runs.map(summary).toSorted()).toEqual(pinned.toSorted());
  expect(pinnedIn(RELEASES_FILE)).toHaveLength(catalogue.worlds.length * catalogue.kernels.length);
  return runs;
};

it('every quick world on every release is as it was, and what is violated is a finding', { timeout: 1_200_000 }, () => {
  const runs = releaseRuns();
  const found = runs.flatMap(({ kernel, world, properties }) =>
    properties.flatMap(({ name, verdict, findings }) =>
      verdict === 'violated'
        ? [{ at: `${kernel} ${world} ${name}`, names: (findings ?? []).map((one) => one.name) }]
        : [],
    ),
  );
  expect(found.filter(({ names }) => names.length === 0)).toEqual([]);
});

it('the world pfnmap at size standard is as it was', { timeout: 600_000 }, () => {
  const flags = ['--series', `${series.name}@v4`, '--world', 'pfnmap', '--size', 'standard'];
  expect(comparePinned('mm_standard.pinned.txt', ...flags)).toHaveLength(1);
});

it('nothing else is violated on v7.1 at size deep, as far as a second reaches', { timeout: 600_000 }, () => {
  const args = ['checker/bin.mjs', 'check', '--size', 'deep', '--seconds-max', '1', '--json'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });
  const { runs } = JSON.parse(stdout) as { readonly runs: readonly Run[] };
  const unknown = runs.flatMap(({ world, properties }) =>
    properties.flatMap(({ name, verdict, findings = [] }) =>
      verdict === 'violated' && findings.length === 0 ? [`${world} ${name}`] : [],
    ),
  );
  expect(unknown).toEqual([]);
  expect(runs).toHaveLength(catalogue.worlds.length);
});
