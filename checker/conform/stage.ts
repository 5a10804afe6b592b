/** From a scope to the stages it is played on: one for each way to cut a table. */
import { type Kernel, patched, type Sys } from '../../model/mm/kernel.ts';
import { large_row, folio_nr_pages, pfn_to_page } from '../../model/mm/page_flags.ts';
import { mmWorld } from '../../model/mm/world.ts';
import type { Machine } from '../../model/state/machine.ts';
import type { Sight } from './observe.ts';
import { type Placement, placementOf } from './placement.ts';
import type { ConformScope } from './scopes.ts';
import type { Stage } from './walk.ts';

/** The kernel that the real one is held against. */
export interface Against {
  readonly kernel: Kernel;
  readonly machine: Machine;
  readonly sight: Sight;
}

/** No allocation fails: of a kernel with free memory none is seen to. One that the small machine has no room for is told. */
const FAILURES_MAX = 0;

/** Real mappings of a large folio: a page of the model stands for as many as its cut says. */
const realMappings = (s: Sys, { cuts }: Placement, folio: number): number => {
  const pages = folio_nr_pages(s, folio);
  const byPtes = Array.from({ length: pages }, (_, i) => s.mapcount.at(pfn_to_page(folio + i)) * cuts[i]!);
  return byPtes.reduce((sum, one) => sum + one, s.entireMapcount.at(large_row(s, folio)));
};

/** Where the kernel compares a count with 1, pages that stand for many must not be taken for one. */
const counting = (kernel: Kernel, placement: Placement): Kernel =>
  patched(kernel, { is_mapped_once: () => (s, folio) => realMappings(s, placement, folio) <= 1 });

export const stagesOf = (scope: ConformScope, { kernel, machine, sight }: Against): readonly Stage[] => {
  const { name, geometry, alphabet, scale, device } = scope;
  return scope.cuts.map((cuts) => {
    const placement = placementOf(geometry, scale, cuts);
    const world = mmWorld({
      name,
      geometry,
      machine: kernel.configured(machine),
      kernel: counting(kernel, placement),
      alphabet,
      failuresMax: FAILURES_MAX,
      properties: [],
    });
    return { name: `${name}[${cuts.join(',')}]`, world, alphabet, placement, sight, device };
  });
};
