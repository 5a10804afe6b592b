/** Searches the world of a mutant, with the mistake and without. */
import type { Setting } from '../../checker/catalogue.ts';
import { askedOf, catalogue, kernelWith, ruleFor, wakesAt } from '../../checker/mm_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
import { type Patch, patched } from '../../model/mm/kernel.ts';
import { mmWorld } from '../../model/mm/world.ts';
import { NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { settingsOf as differences } from '../../model/releases/differences.ts';
import { type Geometry, SMALL } from '../../model/state/geometry.ts';
import { carriedNamed, exactKernel } from '../../checker/exact_world.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { specOf } from '../../spec/all.ts';
import type { Mutant } from './mutant.ts';

const v4 = catalogue.series
  .find(({ name }) => name === 'huge-remap-pfn-range')!
  .versions.find(({ version }) => version === 'v4')!.sets;

const LEAST: Geometry = { ...SMALL, puds: 1, vmas: 3, pteTables: 6 };

const releaseOf = ({ on }: Mutant): Exclude<Mutant['on'], 'v4'> => (on === 'v4' ? 'v7.1' : on);

/** Later settings replace earlier ones. */
const settingsOf = ({ on, with: holding = [] }: Mutant, set: readonly Setting[]): readonly Setting[] => {
  const all = [...(on === 'v4' ? v4 : []), ...holding, ...set];
  return all.filter(({ toggle }, i) => all.findLastIndex((one) => one.toggle === toggle) === i);
};

/** A property that is violated, and the operations on its shortest trace. */
export interface Caught {
  readonly name: string;
  readonly length: number;
}

/** What is violated, the shortest trace first. Which properties are asked is decided by the kernel without mistake. */
const violated = (mutant: Mutant, settings: readonly Setting[], patch: Patch): readonly Caught[] => {
  const { says: name, alphabet: some, failuresMax = 0, arch } = mutant;
  const geometry = { ...LEAST, ...mutant.geometry };
  const abstract = kernelWith(releaseOf(mutant), settings);
  const valueOf = (toggle: string): string | undefined => settings.find((one) => one.toggle === toggle)?.value;
  const { kernel: sane, exact } =
    arch === undefined
      ? { kernel: abstract, exact: undefined }
      : exactKernel(abstract, carriedNamed(arch), geometry, releaseOf(mutant), valueOf);
  const kernel = patched(sane, patch);
  const machine = kernel.configured(mutant.machine ?? X86_64);
  const sound = settingsOf(mutant, []);
  const alphabet = { ...NO_OPERATIONS, mms: [0], fork: true, ...some };
  const asked = askedOf(alphabet);
  const properties = specOf(ruleFor(sound, machine), {
    opsTellDeposit: mutant.on === 'v4',
    machine,
    geometry,
    entries: exact === undefined ? 'abstract' : 'exact',
    ...asked,
    splits: asked.splits || alphabet.migrations.length > 0,
    tracksWrites: true,
    wakesAt: wakesAt(sound),
    cowLeafForbidden: false,
    // What holds of no release by design is asked of the mutants that are about it.
    leafSizes: mutant.property === 'I-FITS',
    keepsRest: mutant.property === 'I-DROP' || mutant.property === 'I-RESERVE',
    hugeZeroIsSpecial: !differences(releaseOf(mutant)).some(({ toggle }) => toggle === 'huge-zero-special'),
  });
  const found = explore(mmWorld({ name, geometry, machine, kernel, alphabet, failuresMax, properties, exact }));
  if (found.cut !== undefined) throw new Error(`${name}: the search was cut short by ${found.cut}`);
  return found.properties
    .flatMap((one) => (one.verdict === 'violated' ? [{ name: one.name, length: one.trace!.moves.length }] : []))
    .toSorted((a, b) => a.length - b.length);
};

/** What the kernel without the mistake violates: nothing. */
export const violatedWithout = (mutant: Mutant): readonly Caught[] => violated(mutant, settingsOf(mutant, []), {});

/** What the mistake violates. */
export const violatedBy = (mutant: Mutant): readonly Caught[] =>
  violated(mutant, settingsOf(mutant, mutant.set ?? []), mutant.patch ?? {});
