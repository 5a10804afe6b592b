/** Searches the world of a mutant of hugetlb, with the mistake and without. */
import { askedOf, factsOf } from '../../../checker/hugetlb_catalogue.ts';
import { explore } from '../../../checker/search/index.ts';
import { type HugetlbPatch, patchedHugetlb } from '../../../model/hugetlb/kernel.ts';
import { NO_HUGETLB_OPERATIONS } from '../../../model/hugetlb/operations/alphabet.ts';
import { hugetlbKernelWith } from '../../../model/hugetlb/releases/kernels.ts';
import { MAPCOUNT_VERSIONS } from '../../../model/hugetlb/series/mapcount.ts';
import { hugetlbWorld } from '../../../model/hugetlb/world.ts';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { hugetlbSpecOf } from '../../../spec/hugetlb/all.ts';
import type { HugetlbMutant } from './mutant.ts';

const HGM = MAPCOUNT_VERSIONS.find(({ version }) => version === 'M3-repaired')!.sets;
const LEAST: HugetlbGeometry = { ...SMALL_HUGETLB, mms: 1, vmas: 2, usage: 1 };

/** Later settings replace earlier ones. */
const settingsOf = ({ on, with: holding = {} }: HugetlbMutant, set: Readonly<Record<string, string>>) => {
  const own = on === 'hgm' ? HGM.map(({ toggle, value }) => [toggle, value] as const) : [];
  const all = new Map([...own, ...Object.entries(holding), ...Object.entries(set)]);
  return [...all].map(([toggle, value]) => ({ toggle, value, evidence: 'asked' as const }));
};

/** A property that is violated, and the operations on its shortest trace. */
interface Caught {
  readonly name: string;
  readonly length: number;
}

/** What is violated, the shortest trace first. Which properties are asked is decided by the kernel without mistake. */
const violated = (mutant: HugetlbMutant, set: Readonly<Record<string, string>>, patch: HugetlbPatch) => {
  const release = mutant.on === 'hgm' ? 'v7.3' : mutant.on;
  const geometry = { ...LEAST, ...mutant.geometry };
  const alphabet = { ...NO_HUGETLB_OPERATIONS, ...mutant.alphabet };
  const world = hugetlbWorld({
    name: mutant.says,
    geometry,
    kernel: patchedHugetlb(hugetlbKernelWith(release, settingsOf(mutant, set)), patch),
    alphabet,
    failuresMax: mutant.failuresMax ?? 0,
    properties: hugetlbSpecOf({ ...factsOf(alphabet), ...askedOf(release, settingsOf(mutant, {})), geometry }),
  });
  const found = explore(world);
  if (found.cut !== undefined) throw new Error(`${mutant.says}: the search was cut short by ${found.cut}`);
  return found.properties
    .flatMap(({ name, verdict, trace }): readonly Caught[] =>
      verdict === 'violated' ? [{ name, length: trace!.moves.length }] : [],
    )
    .toSorted((a, b) => a.length - b.length);
};

/** What the kernel without the mistake violates: nothing. */
export const violatedWithout = (mutant: HugetlbMutant): readonly Caught[] => violated(mutant, {}, {});
/** What the mistake violates. */
export const violatedBy = (mutant: HugetlbMutant): readonly Caught[] =>
  violated(mutant, mutant.set ?? {}, mutant.patch ?? {});
