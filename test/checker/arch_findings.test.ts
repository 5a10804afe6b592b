/**
 * Entries bit for bit: what v7.1 violates in the worlds of devices rests on a finding, and each finding of such entries is met.
 * On the architectures that have the most of their own; `PIN=all npm test` asks every one.
 */
import { describe, expect, it } from '@effect/vitest';
import { findingsOf, type Placed } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { fits } from '../../checker/pattern.ts';
import { restFinder } from '../../checker/rests_on.ts';
import { explore, retrace } from '../../checker/search/index.ts';
import { CARRIED } from '../../model/arch/carried_all.ts';

const FAMILIES = ['pfnmap*', 'device-*', 'vfio-*', 'mixedmap*', 'second-stage*', 'phys-access*'];
const KERNEL = 'v7.1';
const SOME = ['arm64_4k', 'ppc64_hash_64k', 'riscv64_thead'];

const worldsOn = (arch: string) =>
  catalogue.worlds.filter(
    ({ name, exactOn = [] }) => exactOn.includes(arch) && FAMILIES.some((pattern) => fits(pattern, name)),
  );

/** The properties that a world violates, each with the findings that explain it. */
const violatedIn = (
  arch: string,
  { name, build }: (typeof catalogue.worlds)[number],
): readonly { readonly property: string; readonly findings: readonly string[] }[] => {
  const choice = { kernel: KERNEL, arch, exact: arch, series: [] };
  const plain = build({ ...choice, settings: [] }, 'quick');
  const withSettings = (settings: readonly Placed[]) => build({ ...choice, settings }, 'quick');
  const find = restFinder(withSettings, catalogue, { ...choice, settings: [], world: name });
  return explore(plain).properties.flatMap(({ name: property, verdict, trace }) => {
    if (verdict !== 'violated') return [];
    const steps = retrace(plain, trace!);
    return [{ property, findings: find({ property, initial: trace!.initial, steps }).findings! }];
  });
};

const names = CARRIED.map(({ architecture }) => architecture.name);

describe.each(process.env['PIN'] === 'all' ? names : SOME)('entries of %s', (arch) => {
  const found = worldsOn(arch).flatMap((world) =>
    violatedIn(arch, world).map((one) => ({ ...one, world: world.name })),
  );
  it('violate nothing that no finding explains', () => {
    expect(found.filter(({ findings }) => findings.length === 0)).toEqual([]);
  });
  it('show each finding of their own that a quick world shows', () => {
    const own = findingsOf(catalogue, { kernel: KERNEL, exact: arch }).filter(
      (one) => one.arch !== undefined && one.size === undefined,
    );
    expect(
      own.map(({ name }) => name).filter((name) => !found.some(({ findings }) => findings.includes(name))),
    ).toEqual([]);
  });
});
