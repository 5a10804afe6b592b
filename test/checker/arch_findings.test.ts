/**
 * Entries bit for bit: what a release violates in the worlds of devices rests on a finding, and each finding of such entries is met.
 * v7.1 on the architectures that have the most of their own, v6.18 and v6.12 in fewer worlds; `PIN=all npm test` asks every
 * release of every architecture.
 */
import { describe, expect, it } from '@effect/vitest';
import { findingsOf } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { fits } from '../../checker/pattern.ts';
import { CARRIED } from '../../model/arch/carried_all.ts';
import { PGTABLE_RELEASES } from '../../model/formats/architecture.ts';
import { runWorld, unexplained } from './run_world.ts';

const FAMILIES = ['pfnmap*', 'device-*', 'vfio-*', 'mixedmap*', 'second-stage*', 'phys-access*'];
/** A kernel, an architecture, and the worlds in which it is asked. */
type Place = readonly [kernel: string, arch: string, families: readonly string[]];
const SOME: readonly Place[] = [
  ...['arm64_4k', 'ppc64_hash_64k', 'riscv64_thead'].map((arch): Place => ['v7.1', arch, FAMILIES]),
  ...['v6.18', 'v6.12'].flatMap((kernel) =>
    ['arm64_4k', 'ppc64_radix_64k', 'riscv64_thead'].map((arch): Place => [kernel, arch, ['device-*', 'mixedmap*']]),
  ),
];
const EVERY: readonly Place[] = PGTABLE_RELEASES.flatMap((kernel) =>
  CARRIED.map(({ architecture }): Place => [kernel, architecture.name, FAMILIES]),
);

const worldsOn = (arch: string, families: readonly string[]) =>
  catalogue.worlds.filter(
    ({ name, exactOn = [] }) => exactOn.includes(arch) && families.some((pattern) => fits(pattern, name)),
  );

describe.each(process.env['PIN'] === 'all' ? EVERY : SOME)('%s with entries of %s', (kernel, arch, families) => {
  const worlds = worldsOn(arch, families);
  const runs = worlds.map(({ name }) => runWorld({ kernel, world: name, exact: arch }));
  it('violates nothing that no finding explains', () => {
    expect(unexplained(runs)).toEqual([]);
  });
  it('shows each finding of such entries that a quick world shows', () => {
    const own = findingsOf(catalogue, { kernel, exact: arch }).filter(
      (one) => one.arch !== undefined && one.size === undefined && worlds.some(({ name }) => one.worlds.includes(name)),
    );
    const met = new Set(
      runs.flatMap(({ properties }) => properties.flatMap(({ findings = [] }) => findings.map(({ name }) => name))),
    );
    expect(own.map(({ name }) => name).filter((name) => !met.has(name))).toEqual([]);
  });
});
