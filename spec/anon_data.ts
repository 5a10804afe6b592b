/** Anonymous memory behind a page of address space, whether reclaim may drop it, and whether it is one mm's own. */
import { FRAME_MAX } from '../model/state/geometry.ts';
import { Page, PageKind } from '../model/state/memmap.ts';
import { isPrivatePte, type MmView, Pmd, PmdKind, Pte } from '../model/state/mm_types.ts';
import { folioOf, rowOf } from './folios.ts';
import { byLeaf, frameAt, isAnonFrame, migratingAt, NONE, pmdAt, privateAt, pteAt, useOf } from './reading.ts';
import { swapSlotAt } from './swap_census.ts';

/** What is in swap goes by its slot, behind all frames. */
export const SWAPPED = FRAME_MAX + 1;
export const isSwapped = (data: number): boolean => data >= SWAPPED;
export const slotOf = (data: number): number => data - SWAPPED;

/** The frame that a page translates to, or that a device-private entry stands for; or NONE. */
const coveredAt = (s: MmView, mm: number, page: number): number => {
  const frame = frameAt(s, mm, page);
  return frame === NONE ? privateAt(s, mm, page) : frame;
};

/**
 * The anonymous memory behind a page, mapped, of a device, under way to another folio, or in swap; NONE: there is none, or only
 * zeroes.
 */
export const dataAt = (s: MmView, mm: number, page: number): number => {
  const mapped = coveredAt(s, mm, page);
  const frame = mapped === NONE ? migratingAt(s, mm, page) : mapped;
  if (frame === NONE) {
    const slot = swapSlotAt(s, mm, page);
    return slot === NONE ? NONE : SWAPPED + slot;
  }
  return frame !== NONE && isAnonFrame(s, frame) ? frame : NONE;
};

/** Of the first page of a folio: MADV_FREE has given the folio up, and it is not known to be dirty itself. */
export const isGivenUp = (page: Page): boolean =>
  Page.kind(page) === PageKind.anon && Page.tail(page) === 0 && Page.swapbacked(page) === 0 && Page.dirty(page) === 0;

const isOfGivenUp = (s: MmView, frame: number): boolean =>
  isAnonFrame(s, frame) && isGivenUp(s.page.at(folioOf(s, rowOf(frame))));

/**
 * Whether MADV_FREE has given up the memory behind a page, mapped or under way, and nobody has written to it here
 * since: neither folio nor entry is dirty. Only entries of PTEs and PMDs map anonymous memory.
 */
export const isDroppable = (s: MmView, mm: number, page: number): boolean => {
  const pmd = pmdAt(s, mm, page);
  const kind = Pmd.kind(pmd);
  if (kind === PmdKind.leaf || kind === PmdKind.migration)
    return Pmd.dirty(pmd) === 0 && isOfGivenUp(s, Pmd.pfn(pmd) + (page % s.geometry.ptrsPerPte));
  const pte = pteAt(s, mm, page);
  const isThere = Pte.present(pte) === 1 || Pte.migration(pte) === 1 || isPrivatePte(pte);
  return isThere && Pte.dirty(pte) === 0 && isOfGivenUp(s, Pte.pfn(pte));
};

/** That which an entry maps, or stands for while it migrates; or NONE. */
export const memoryAt = (s: MmView, mm: number, page: number): number => {
  const data = dataAt(s, mm, page);
  return data === NONE || isSwapped(data) ? NONE : data;
};

/** Whether the page is marked as the mm's own, by its flag or by its migration entry; of a leaf the first page tells. */
export const isOwn = (s: MmView, mm: number, page: number): boolean => {
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.migration) return (Pmd.write(pmd) | Pmd.exclusive(pmd)) === 1;
  const pte = pteAt(s, mm, page);
  if (Pte.migration(pte) === 1) return (Pte.write(pte) | Pte.exclusive(pte)) === 1;
  const frame = coveredAt(s, mm, page);
  if (useOf(s, frame) === undefined) return false;
  const row = rowOf(frame);
  return Page.anonExclusive(s.page.at(byLeaf(s, mm, page) ? folioOf(s, row) : row)) === 1;
};
