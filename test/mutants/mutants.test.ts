import { describe, expect, it } from '@effect/vitest';
import type { Setting } from '../../checker/catalogue.ts';
import { catalogue, kernelWith, ruleFor } from '../../checker/mm_catalogue.ts';
import { explore, type PropertyVerdict } from '../../checker/search/index.ts';
import { type Kernel, patched } from '../../model/mm/kernel.ts';
import { NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { mmWorld } from '../../model/mm/world.ts';
import { MEMORY, SMALL } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { specOf } from '../../spec/all.ts';
import { type Mutant, MUTANTS } from './mutants.ts';

const v4 = catalogue.series
  .find(({ name }) => name === 'huge-remap-pfn-range')!
  .versions.find(({ version }) => version === 'v4')!.sets;

/** Later settings replace earlier ones. */
const settingsOf = ({ on, with: holding = [] }: Mutant, set: readonly Setting[]): readonly Setting[] => {
  const all = [...(on === 'v4' ? v4 : []), ...holding, ...set];
  return all.filter(({ toggle }, i) => all.findLastIndex((one) => one.toggle === toggle) === i);
};

const violated = (mutant: Mutant, kernel: Kernel, rule: readonly Setting[]): readonly PropertyVerdict[] => {
  const { alphabet, machine = X86_64 } = mutant;
  const properties = specOf(ruleFor(rule, machine), {
    opsTellDeposit: mutant.on === 'v4',
    machine,
    cowLeafForbidden: false,
  });
  const geometry = { ...SMALL, vmas: 3, pteTables: 6, memory: MEMORY };
  const world = mmWorld({
    name: mutant.says,
    geometry,
    machine,
    kernel,
    alphabet: { ...NO_OPERATIONS, mms: [0], fork: true, ...alphabet },
    failuresMax: 2,
    properties,
  });
  const { verdict, properties: found } = explore(world);
  expect(verdict).not.toBe('incomplete');
  return found.filter((one) => one.verdict === 'violated');
};

const lengthOf = (one: PropertyVerdict): number => one.trace!.moves.length;

describe.each(MUTANTS)('$property: $says', (mutant) => {
  const sound = settingsOf(mutant, []);
  it('holds without the mistake', () => {
    expect(violated(mutant, kernelWith('v7.1', sound), sound).map(({ name }) => name)).toEqual([]);
  });

  it('is caught, and by nothing earlier', () => {
    const kernel = patched(kernelWith('v7.1', settingsOf(mutant, mutant.set ?? [])), mutant.patch ?? {});
    const found = violated(mutant, kernel, sound);
    const own = found.find(({ name }) => name === mutant.property);
    expect(own === undefined ? found.map(({ name }) => name) : lengthOf(own)).toBe(mutant.length);
    const shortest = Math.min(...found.map((one) => lengthOf(one)));
    // The WARN in fork sees, one operation later, what I-NOCOW sees at once: the same fact at another place.
    expect(shortest).toBe(mutant.property === 'WARN-cow-write' ? mutant.length - 1 : mutant.length);
  });
});

describe('the mutants', () => {
  it('leave no property out', () => {
    const all = specOf(ruleFor([], X86_64), { opsTellDeposit: true, machine: 'any', cowLeafForbidden: false });
    expect(MUTANTS.map(({ property }) => property).toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  });
});
