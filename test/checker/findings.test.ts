/**
 * Every finding is the cause of what it is said to explain: its worlds show it when all else is repaired, the trace
 * does no harm with its repair, and with all repairs nothing is violated there.
 */
import { describe, expect, it } from '@effect/vitest';
import { type FindingEntry, findingsOf, type Placed, repairOf } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { fits } from '../../checker/pattern.ts';
import { CARRIED } from '../../model/arch/carried_all.ts';
import type { AnyWorld } from '../../checker/outcomes.ts';
import { explainedBy } from '../../checker/explained_by.ts';
import { harms, remembering } from '../../checker/harm.ts';
import { restFinder } from '../../checker/rests_on.ts';
import { explore, retrace, type Verdict } from '../../checker/search/index.ts';

/** The newest kernel that has a finding, and the first architecture, where abstract entries do not have it. */
const kernelOf = ({ kernels, arch }: FindingEntry): { readonly kernel: string; readonly exact?: string } => {
  const kernel = kernels[0]!;
  if (arch === undefined || arch.some((pattern) => fits(pattern, 'x86_64'))) return { kernel };
  return {
    kernel,
    exact: CARRIED.find(({ architecture: { name } }) => arch.some((one) => fits(one, name)))!.architecture.name,
  };
};

/** The world that shows a finding, with these settings. */
const worldOf = (finding: FindingEntry, world: string, settings: readonly Placed[]): AnyWorld => {
  const entry = catalogue.worlds.find(({ name }) => name === world)!;
  const choice = { ...kernelOf(finding), arch: entry.arch ?? 'x86_64', series: [], settings };
  return entry.build(choice, finding.size ?? 'quick');
};

/** The repairs of all findings that a kernel has in a world; on another machine than the world's own, of all that it has. */
const repairsIn = (finding: FindingEntry, world: string): readonly Placed[] => {
  const chosen = kernelOf(finding);
  const known = findingsOf(catalogue, chosen);
  return known.flatMap((one) => (chosen.exact !== undefined || one.worlds.includes(world) ? repairOf(one) : []));
};

const violated = ({ properties }: Verdict) => properties.filter(({ verdict }) => verdict === 'violated');
const names = (found: Verdict): readonly string[] => violated(found).map(({ name }) => name);

const shown = catalogue.findings.flatMap((finding) =>
  finding.worlds.map((world) => ({ name: finding.name, world, finding })),
);

const places = [
  ...new Map(shown.map((one) => [[one.world, ...Object.values(kernelOf(one.finding))].join(' on '), one])).entries(),
].map(([place, { finding, world }]) => ({ place, finding, world }));

it.each(places)('nothing is violated in $place with all repairs', { timeout: 60_000 }, ({ finding, world }) => {
  expect(names(explore(worldOf(finding, world, repairsIn(finding, world))))).toEqual([]);
});

describe.each(shown)('$name in $world', ({ name, world, finding }) => {
  const others = repairsIn(finding, world).filter((one) => !finding.repair.some(({ toggle }) => toggle === one.toggle));
  const found = explore(worldOf(finding, world, others));
  it('is what is left when all else is repaired', () => {
    expect(names(found).filter((one) => finding.properties.includes(one))).not.toEqual([]);
    expect(names(found).filter((one) => explainable(finding, one))).toEqual(names(found));
  });
  it('explains a violation of the kernel as it is, by name', () => {
    const plain = worldOf(finding, world, others);
    const build = remembering((settings: readonly Placed[]) => worldOf(finding, world, [...others, ...settings]));
    const find = explainedBy(build, catalogue, { ...kernelOf(finding), world });
    const told = violated(found).flatMap(({ name: property, trace }) => {
      const steps = retrace(plain, trace!);
      return find({ property, initial: trace!.initial, steps });
    });
    expect(told).toContain(name);
  });
});

/** By this finding, or by one that the same toggle repairs. */
const explainable = ({ repair }: FindingEntry, property: string): boolean =>
  catalogue.findings.some(
    (one) => one.repair.some(({ toggle }) => toggle === repair[0]!.toggle) && one.properties.includes(property),
  );

it('does not explain what goes on with its repair: the cause counts, not the name', () => {
  const world = catalogue.worlds.find(({ name }) => name === 'shmem')!;
  const build = (settings: readonly Placed[]): AnyWorld =>
    world.build({ kernel: 'v7.1', arch: 'x86_64', series: [], settings }, 'quick');
  // A folio that never becomes dirty: I-DIRTY, which two findings of this kernel violate, too.
  const broken = (settings: readonly Placed[]): AnyWorld => {
    const made = build(settings);
    const properties = made.properties.map((one) =>
      one.name === 'I-DIRTY' && one.kind === 'step' ? { ...one, subject: () => true, holds: () => false } : one,
    );
    return { ...made, properties };
  };
  const found = explore(broken([]), { first: true }).properties.find(({ name }) => name === 'I-DIRTY')!;
  const steps = retrace(broken([]), found.trace!);
  const rest = restFinder(broken, catalogue, { kernel: 'v7.1', settings: [], world: 'shmem' });
  expect(rest({ property: 'I-DIRTY', initial: 0, steps }).findings).toEqual([]);
});

it('lays no violation of a series on its base that fails otherwise on the way', () => {
  const { sets } = catalogue.series
    .find(({ name }) => name === 'hgm')!
    .versions.find(({ version }) => version === 'rfc2')!;
  const world = catalogue.worlds.find(({ name }) => name === 'hgm-protect')!;
  const build = (settings: readonly Placed[]): AnyWorld =>
    world.build({ kernel: 'v6.1', arch: 'x86_64', series: [], settings }, 'quick');
  const found = explore(build(sets)).properties.find(({ name }) => name === 'endless-loop')!;
  const way = { property: 'endless-loop', initial: 0, steps: retrace(build(sets), found.trace!) };
  expect(harms(build([]), way)).toBe(true);
  const rest = restFinder(build, catalogue, { kernel: 'v6.1', settings: sets, world: 'hgm-protect' })(way);
  expect(rest).toMatchObject({ base: false });
  expect(rest.on).not.toEqual([]);
  expect(rest.findings).toBeUndefined();
});
