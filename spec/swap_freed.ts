/** I-SWAPFREED: what nobody maps any more, and no entry names, does not stay in the swap cache. */
import type { Step } from '../checker/search/index.ts';
import { DEVICE_FRAMES, FRAME_MAX } from '../model/state/geometry.ts';
import { Migration } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { type Census, censusOf, sum } from './census.ts';
import { folioName, folioOf, isBroken, pagesOfFolio, rowOf } from './folios.ts';
import { NONE } from './reading.ts';
import { anySwap, cachedIn, slotOfFrame, type SwapCensus, swapCensusOf } from './swap_census.ts';

/** Whether a folio is locked: whoever lets a mapping of it go can only try to lock it. */
const isLocked = (s: MmView, folio: number): boolean => {
  for (let i = 0; i < s.migration.rows; i++) {
    const one = s.migration.at(i);
    const row = rowOf(Migration.pfn(one));
    if (Migration.taken(one) === 1 && row >= folio && row < folio + pagesOfFolio(s, folio)) return true;
  }
  return false;
};

/** Whether anybody maps a page of the folio, or of `pages` from its first on, or has an entry that names a slot of them. */
const isUsed = (
  s: MmView,
  c: Census,
  swaps: SwapCensus,
  folio: number,
  pages: number = pagesOfFolio(s, folio),
): boolean => {
  if (c.leaves[folio]! + sum(c.ptes, folio, pages) > 0) return true;
  for (let row = folio; row < folio + pages; row++) {
    const slot = slotOfFrame(s, row + DEVICE_FRAMES);
    if (slot !== NONE && swaps.named[slot]! > 0) return true;
  }
  return false;
};

/** The row of what is in the swap cache for a slot, or NONE. */
const rowOfSlot = (s: MmView, slot: number): number => {
  const frame = cachedIn(s, slot);
  return frame < DEVICE_FRAMES || rowOf(frame) >= s.memmap.frames ? NONE : rowOf(frame);
};

/** By slot, one for all: whether its copy is there for nothing. */
const stale = new Uint8Array(FRAME_MAX + 1);
const anyStale = (s: MmView): boolean => {
  const [c, swaps] = [censusOf(s), swapCensusOf(s)];
  let any = false;
  for (let slot = 0; slot < s.swapSlot.rows; slot++) {
    const row = rowOfSlot(s, slot);
    const folio = row === NONE ? NONE : folioOf(s, row);
    const is = folio !== NONE && !isUsed(s, c, swaps, folio) && !isLocked(s, folio);
    stale[slot] = is ? 1 : 0;
    any ||= is;
  }
  return any;
};

/**
 * Whether the folio of a page was in use. Who splits a folio keeps one page locked, the first, or the one that is broken,
 * and leaves that where it is if only the others were in use.
 */
const wasUsed = (before: MmView, c: Census, swaps: SwapCensus, after: MmView, row: number): boolean => {
  const folio = folioOf(before, row);
  const isSplit = pagesOfFolio(before, folio) > pagesOfFolio(after, row);
  const isKept = isSplit && (folio === row || isBroken(after, row));
  return isKept && c.leaves[folio] === 0 ? isUsed(before, c, swaps, row, 1) : isUsed(before, c, swaps, folio);
};

/** The row of a page that the move has left there, of a folio that was in use; or NONE. */
const leftRow = (before: MmView, after: MmView): number => {
  if (!anySwap(after) || !anyStale(after)) return NONE;
  const [c, swaps] = [censusOf(before), swapCensusOf(before)];
  for (let slot = 0; slot < after.swapSlot.rows; slot++) {
    const row = stale[slot] === 1 ? rowOfSlot(after, slot) : NONE;
    if (row !== NONE && wasUsed(before, c, swaps, after, row)) return row;
  }
  return NONE;
};

export const swapfreed: Step<MmView> = {
  kind: 'step',
  name: 'I-SWAPFREED',
  says: 'A folio in the swap cache whose last mapping goes, or whose last swap entry, is not in the swap cache any more, unless it is locked, as is, of what is split, the first page, or the broken one.',
  cites:
    'v7.1 mm/swap_state.c free_swap_cache(), free_pages_and_swap_cache(), mm/memory.c wp_page_copy(), mm/huge_memory.c ' +
    '__folio_split() (free_folio_and_swap_cache()), mm/khugepaged.c __collapse_huge_page_copy_succeeded(), mm/swapfile.c ' +
    'swap_put_entries_direct()',
  subject: (before, _move, after) => anySwap(before) || anySwap(after),
  holds: (before, _move, after) => leftRow(before, after) === NONE,
  explain: (before, _move, after) => {
    const folio = folioName(after, folioOf(after, leftRow(before, after)));
    return `nobody maps ${folio} any more, and no entry names it, but it is still in the swap cache`;
  },
};
