/**
 * Every world on every kernel, at size quick, through the command line: how many states, and what is violated after
 * how many operations. A count that changes is a model that changed, and the difference must say so. `PIN=write npm
 * test` writes the counts anew.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';
import type { AnyWorld } from '../../checker/outcomes.ts';
import { explore, type Verdict } from '../../checker/search/index.ts';
import { reference } from '../../checker/search/reference.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;

/** What the JSON document promises of a run, as far as it is pinned. */
interface Run {
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
  }[];
  readonly operations: readonly { readonly name: string; readonly fired: number }[];
}

const named = (what: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `; ${what} ${names.join(', ')}`;

const summary = ({ series: on, world, verdict, states, transitions, depth, properties, operations }: Run): string => {
  const violated = properties.filter((one) => one.verdict === 'violated');
  const lengths = violated.map(({ name, counterexample }) => `${name} (${counterexample!.length})`);
  const idle = properties.filter((one) => one.verdict === 'unexercised').map(({ name }) => name);
  const never = operations.filter(({ fired }) => fired === 0).map(({ name }) => name);
  const counts = `${states} states, ${transitions} transitions, depth ${depth}`;
  const rest = `${named('violated', lengths)}${named('unexercised', idle)}${named('never fired', never)}`;
  return `${world} on ${on[0] ?? 'v7.1'}: ${verdict}, ${counts}${rest}`;
};

/** The runs of one command line, compared with the lines that are pinned for it. */
const comparePinned = (file: string, ...flags: readonly string[]): readonly Run[] => {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const args = ['checker/bin.mjs', 'check', '--series', series.name, '--json', ...flags];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { runs } = JSON.parse(stdout) as { readonly runs: readonly Run[] };
  const found = runs.map(summary);
  if (process.env['PIN'] === 'write') writeFileSync(path, `${found.join('\n')}\n`);
  expect(found).toEqual(readFileSync(path, 'utf8').trimEnd().split('\n'));
  return runs;
};

const kernels = 1 + series.versions.length;

it('quick worlds on every kernel are as they were', { timeout: 600_000 }, () => {
  expect(comparePinned('mm_worlds.pinned.txt')).toHaveLength(catalogue.worlds.length * kernels);
});

it('the world pfnmap at size standard is as it was', { timeout: 600_000 }, () => {
  expect(comparePinned('mm_standard.pinned.txt', '--world', 'pfnmap', '--size', 'standard')).toHaveLength(kernels);
});

it('nothing is violated on the base kernel at size deep, as far as some seconds reach', { timeout: 600_000 }, () => {
  const names = catalogue.worlds.map(({ name }) => name).filter((name) => name !== 'pfnmap-hash');
  const worlds = names.flatMap((name) => ['--world', name]);
  const args = ['checker/bin.mjs', 'check', '--size', 'deep', '--seconds-max', '2', '--json', ...worlds];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { runs } = JSON.parse(stdout) as { readonly runs: readonly Run[] };
  expect(runs.map(({ world, verdict }) => `${world} ${verdict}`).filter((text) => text.endsWith('violated'))).toEqual(
    [],
  );
  expect(runs).toHaveLength(names.length);
});

const worldOn = (name: string, version: string): AnyWorld => {
  const settings = series.versions.find((one) => one.version === version)?.sets ?? [];
  const kernel = { kernel: 'v7.1', arch: 'x86_64', series: [], settings };
  return catalogue.worlds.find((one) => one.name === name)!.build(kernel, 'quick');
};

const lengths = ({ properties }: Verdict): readonly string[] =>
  properties.map(
    ({ name, verdict, exercised, trace }) => `${name} ${verdict} ${exercised} ${trace?.moves.length ?? '-'}`,
  );

describe('the slow search', () => {
  // All that have up to some ten thousand states: the slow search keeps a string for each.
  const large = new Set(['pfnmap', 'pfnmap-fault', 'pfnmap-cache']);
  const small = catalogue.worlds.map(({ name }) => name).filter((name) => !large.has(name));
  const cases = small.flatMap((name) =>
    ['main', ...series.versions.map(({ version }) => version)].map((version) => ({ name, version })),
  );
  it.each(cases)('agrees on $name on $version', ({ name, version }) => {
    const world = worldOn(name, version);
    const [fast, slow] = [explore(world), reference(world)];
    expect(lengths(fast)).toEqual(lengths(slow));
    expect([fast.states, fast.transitions, fast.depth]).toEqual([slow.states, slow.transitions, slow.depth]);
    expect(fast.actions.map(({ enabled, fired }) => [enabled, fired])).toEqual(
      slow.actions.map(({ enabled, fired }) => [enabled, fired]),
    );
  });

  it.each(cases)('finds the same without symmetry on $name on $version', ({ name, version }) => {
    const { canonical: _without, ...world } = worldOn(name, version);
    const [plain, reduced] = [explore(world), explore(worldOn(name, version))];
    expect(lengths(plain)).toEqual(lengths(reduced));
    expect(plain.states).toBeGreaterThanOrEqual(reduced.states);
  });

  const deep = [...large].flatMap((name) => ['main', 'v2', 'v4'].map((version) => ({ name, version })));
  it.each(deep)('agrees on the first levels of $name on $version', ({ name, version }) => {
    const world = worldOn(name, version);
    const limits = { depthMax: 5 };
    const [fast, slow] = [explore(world, limits), reference(world, limits)];
    expect(lengths(fast)).toEqual(lengths(slow));
    expect([fast.cut, fast.states, fast.transitions]).toEqual(['depth', slow.states, slow.transitions]);
  });
});
