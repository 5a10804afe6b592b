/** From a scope to the stages it is played on: one for each way to cut a table. */
import { type Kernel, patched } from '../../model/mm/kernel.ts';
import { mmWorld } from '../../model/mm/world.ts';
import type { Machine } from '../../model/state/machine.ts';
import { movesOf } from '../search/index.ts';
import { withGuest } from './guest_access.ts';
import { objectLines } from './objects.ts';
import type { Sight } from './observe.ts';
import { type Placement, placementOf, watchedOf } from './placement.ts';
import { largeFolioPages, realMappings, realPages } from './real_counts.ts';
import type { ConformScope } from './scope.ts';
import type { Stage } from './walk.ts';
import { type Contents, tellingZeroes } from './zeroes.ts';

/** The kernel that the real one is held against. */
export interface Against {
  readonly kernel: Kernel;
  readonly machine: Machine;
  readonly sight: Sight;
}

/** No allocation fails: of a kernel with free memory none is seen to. One that the small machine has no room for is told. */
const FAILURES_MAX = 0;

/** Where the kernel compares a count of mappings, pages that stand for many must not be taken for one. */
const counting = (kernel: Kernel, p: Placement): Kernel =>
  patched(kernel, {
    is_mapped_once: () => (s, folio) => realMappings(s, p, folio) <= 1,
    folio_maybe_mapped_shared: (base) => (s, folio) =>
      base(s, folio, realMappings(s, p, folio), realPages(s, p, folio)),
  });

export const stagesOf = (scope: ConformScope, { kernel, machine, sight }: Against): readonly Stage[] => {
  const { name, geometry, alphabet, scale, device, knobs } = scope;
  return scope.cuts.map((cuts) => {
    const placement = placementOf(geometry, scale, cuts);
    const worldOf = (one: Kernel) =>
      withGuest(
        mmWorld({
          name,
          geometry,
          machine: one.configured(machine),
          kernel: one,
          alphabet,
          failuresMax: FAILURES_MAX,
          properties: [],
        }),
        alphabet,
      );
    const contents: Contents = { isZero: () => false };
    const placed = tellingZeroes(counting(kernel, placement), contents);
    const world = worldOf(placed);
    const stage: Stage = {
      name: `${name}[${cuts.join(',')}]`,
      world,
      // All that the stage maps is mapped.
      prelude: movesOf(world).filter((move) => move.name === 'mmap'),
      alphabet,
      placement,
      sight,
      device,
      knobs,
      watch: watchedOf(placement),
      objects: objectLines({ alphabet, placement, device }),
      folioPages: largeFolioPages(placement),
      // A leaf that a file on DAX cannot have counts as a THP that could not be allocated (dax_iomap_pmd_fault()).
      usual: geometry.daxFiles.length > 0 ? ['thp-fallback'] : [],
      quirks: [],
      contents,
    };
    return { ...stage, instead: (change) => ({ ...stage, world: worldOf(change(placed)) }) };
  });
};
