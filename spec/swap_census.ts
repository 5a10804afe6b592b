/** What page tables say of swap, counted from the raw entries: how many name a slot, and how many each mm has. */
import { FRAME_MAX, pagesOf } from '../model/state/geometry.ts';
import { SwapSlot } from '../model/state/memmap.ts';
import { isSwapPte, type MmView, Pte } from '../model/state/mm_types.ts';
import { NONE, pteAt } from './reading.ts';

const SLOTS = FRAME_MAX + 1;
const MMS = 3;

export interface SwapCensus {
  /** By slot: entries that name it, and those of them that say that it is nobody else's. */
  readonly named: Int32Array;
  readonly claims: Int32Array;
  /** By mm: its entries. */
  readonly ofMm: Int32Array;
}

/** One for all, filled anew each time, so that the search allocates nothing. */
const all = new Int32Array(2 * SLOTS + MMS);
const census: SwapCensus = {
  named: all.subarray(0, SLOTS),
  claims: all.subarray(SLOTS, 2 * SLOTS),
  ofMm: all.subarray(2 * SLOTS),
};

/** The slot that the entry of a page names, or NONE. */
export const swapSlotAt = (s: MmView, mm: number, page: number): number => {
  const pte = pteAt(s, mm, page);
  return isSwapPte(pte) ? Pte.pfn(pte) : NONE;
};

/** The census of a state; it stands until the next one is taken. */
export const swapCensusOf = (s: MmView): SwapCensus => {
  all.fill(0);
  const pages = pagesOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) {
      const slot = swapSlotAt(s, mm, page);
      if (slot === NONE) continue;
      census.named[slot]!++;
      census.claims[slot]! += Pte.exclusive(pteAt(s, mm, page));
      census.ofMm[mm]!++;
    }
  return census;
};

/** Whether anything is in swap, or in the swap cache. */
export const anySwap = (s: MmView): boolean => {
  for (let slot = 0; slot < s.swapSlot.rows; slot++) if (s.swapSlot.at(slot) !== 0) return true;
  return false;
};

/** The frame that is the slot's copy in the swap cache, or NONE. */
export const cachedIn = (s: MmView, slot: number): number => {
  if (slot >= s.swapSlot.rows) return NONE;
  const frame = SwapSlot.cached(s.swapSlot.at(slot));
  return frame === 0 ? NONE : frame;
};
/** The slot that the swap cache has a frame for, or NONE. */
export const slotOfFrame = (s: MmView, frame: number): number => {
  for (let slot = 0; slot < s.swapSlot.rows; slot++) if (cachedIn(s, slot) === frame) return slot;
  return NONE;
};
