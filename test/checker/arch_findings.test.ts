/**
 * Entries bit for bit: what a release violates in the worlds of devices rests on a finding, and each finding of such entries is met.
 * v7.1 on the architectures that have the most of their own, v6.18 and v6.12 in fewer worlds; `PIN=all npm test` asks every
 * release of every architecture.
 */
import { describe, expect, it } from '@effect/vitest';
import { findingsOf, type Placed } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { fits } from '../../checker/pattern.ts';
import { restFinder } from '../../checker/rests_on.ts';
import { explore, retrace } from '../../checker/search/index.ts';
import { CARRIED } from '../../model/arch/carried_all.ts';
import { PGTABLE_RELEASES } from '../../model/formats/architecture.ts';

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

/** The properties that a world violates, each with the findings that explain it. */
const violatedIn = (
  kernel: string,
  arch: string,
  { name, build }: (typeof catalogue.worlds)[number],
): readonly { readonly property: string; readonly findings: readonly string[] }[] => {
  const choice = { kernel, arch, exact: arch, series: [] };
  const plain = build({ ...choice, settings: [] }, 'quick');
  const withSettings = (settings: readonly Placed[]) => build({ ...choice, settings }, 'quick');
  const find = restFinder(withSettings, catalogue, { ...choice, settings: [], world: name });
  return explore(plain).properties.flatMap(({ name: property, verdict, trace }) => {
    if (verdict !== 'violated') return [];
    const steps = retrace(plain, trace!);
    return [{ property, findings: find({ property, initial: trace!.initial, steps }).findings! }];
  });
};

describe.each(process.env['PIN'] === 'all' ? EVERY : SOME)('%s with entries of %s', (kernel, arch, families) => {
  const worlds = worldsOn(arch, families);
  const found = worlds.flatMap((world) =>
    violatedIn(kernel, arch, world).map((one) => ({ ...one, world: world.name })),
  );
  it('violates nothing that no finding explains', () => {
    expect(found.filter(({ findings }) => findings.length === 0)).toEqual([]);
  });
  it('shows each finding of such entries that a quick world shows', () => {
    const own = findingsOf(catalogue, { kernel, exact: arch }).filter(
      (one) => one.arch !== undefined && one.size === undefined && worlds.some(({ name }) => one.worlds.includes(name)),
    );
    expect(
      own.map(({ name }) => name).filter((name) => !found.some(({ findings }) => findings.includes(name))),
    ).toEqual([]);
  });
});
