/** How often VMAs that are locked map each folio, counted from the raw tables: see census.ts. */
import { DEVICE_FRAMES, FRAME_MAX, pagesOf } from '../model/state/geometry.ts';
import { type MmView, VmaAttributes } from '../model/state/mm_types.ts';
import { folioOf, rowOf } from './folios.ts';
import { attributesAt, byLeaf, frameAt, NONE } from './reading.ts';

/** VM_LOCKED of the VMA that a page lies in. */
export const isLockedAt = (s: MmView, mm: number, page: number): boolean =>
  VmaAttributes.locked(attributesAt(s, mm, page)) === 1;

/** By the row of a folio's first page: entries of locked VMAs. One for all, so that the search allocates nothing. */
const locked = new Int32Array(FRAME_MAX + 1 - DEVICE_FRAMES);

const addEntry = (s: MmView, mm: number, page: number): void => {
  const row = rowOf(frameAt(s, mm, page));
  if (row < 0 || row >= s.memmap.frames || !isLockedAt(s, mm, page)) return;
  // A leaf is one entry: that of its first page.
  if (byLeaf(s, mm, page) && page % s.geometry.ptrsPerPte !== 0) return;
  locked[folioOf(s, row)]!++;
};

/** The census of a state; it stands until the next one is taken. */
export const lockedCensusOf = (s: MmView): Int32Array => {
  const pages = pagesOf(s.geometry);
  locked.fill(0);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) if (frameAt(s, mm, page) !== NONE) addEntry(s, mm, page);
  return locked;
};

/** Whether any page is in a VMA that is locked. */
export const anyLocked = (s: MmView): boolean => {
  for (let row = 0; row < s.vmaAttributes.rows; row++)
    if (VmaAttributes.locked(s.vmaAttributes.at(row)) === 1) return true;
  return false;
};
