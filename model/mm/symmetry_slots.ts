/**
 * The canonical numbers of swap slots: see symmetry.ts. Only where every folio that can be swapped out has one page: a large
 * one needs a run of slots, and is given the first that is free.
 */
import type { Geometry } from '../state/geometry.ts';
import { SwapSlot } from '../state/memmap.ts';
import { isSwapPte, type MmDraft, Pte } from '../state/mm_types.ts';

const nothing = (): void => undefined;

/** Renames swap slots of a state: those that PTEs meet first come first, then those in the swap cache, by their pages. */
export const canonicalSlots = (g: Geometry): ((s: MmDraft) => void) => {
  const { swapSlots } = g;
  if (swapSlots < 2 || g.memory.some(({ use, pages }) => use === 'anon' && pages > 1)) return nothing;
  /** New number of each slot, or -1, and what each holds, under its new number. */
  const renamed = new Int8Array(swapSlots);
  const held = new Int32Array(swapSlots);
  let next = 0;
  const name = (slot: number): void => {
    if (slot < swapSlots && renamed[slot] === -1) renamed[slot] = next++;
  };

  /** The slot without a name that has the lowest page in the swap cache, or -1. */
  const lowest = (s: MmDraft): number => {
    let found = -1;
    for (let slot = 0; slot < swapSlots; slot++) {
      const page = SwapSlot.cached(s.swapSlot.at(slot));
      if (renamed[slot] !== -1 || page === 0) continue;
      if (found === -1 || page < SwapSlot.cached(s.swapSlot.at(found))) found = slot;
    }
    return found;
  };

  const name_all = (s: MmDraft): void => {
    renamed.fill(-1);
    next = 0;
    for (let row = 0; row < s.pte.rows; row++) if (isSwapPte(s.pte.at(row))) name(Pte.pfn(s.pte.at(row)));
    for (let slot = lowest(s); slot !== -1; slot = lowest(s)) name(slot);
    // What is named by nothing and yet in use has leaked.
    for (let slot = 0; slot < swapSlots; slot++) if (s.swapSlot.at(slot) !== 0) name(slot);
    for (let slot = 0; slot < swapSlots; slot++) name(slot);
  };

  return (s) => {
    name_all(s);
    for (let slot = 0; slot < swapSlots; slot++) held[renamed[slot]!] = s.swapSlot.at(slot);
    for (let slot = 0; slot < swapSlots; slot++) s.swapSlot.put(slot, held[slot]! as never);
    for (let row = 0; row < s.pte.rows; row++) {
      const pte = s.pte.at(row);
      if (isSwapPte(pte) && Pte.pfn(pte) < swapSlots) s.pte.put(row, Pte.mkPfn(pte, renamed[Pte.pfn(pte)]!));
    }
  };
};
