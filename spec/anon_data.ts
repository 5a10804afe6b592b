/** Anonymous memory behind a page of address space, and whether reclaim may drop it. */
import { Page } from '../model/state/memmap.ts';
import { type MmView, Pmd, PmdKind, Pte } from '../model/state/mm_types.ts';
import { folioOf, rowOf } from './folios.ts';
import { dirtyAt, frameAt, isAnonFrame, NONE, pmdAt, pteAt } from './reading.ts';

/** The frame that a migration entry on the page's way stands for, or NONE. */
const migratingAt = (s: MmView, mm: number, page: number): number => {
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.migration) return Pmd.pfn(pmd) + (page % s.geometry.ptrsPerPte);
  const pte = pteAt(s, mm, page);
  return Pte.migration(pte) === 1 ? Pte.pfn(pte) : NONE;
};

/** The anonymous memory behind a page, mapped or under way to another folio; NONE: there is none, or only zeroes. */
export const dataAt = (s: MmView, mm: number, page: number): number => {
  const mapped = frameAt(s, mm, page);
  const frame = mapped === NONE ? migratingAt(s, mm, page) : mapped;
  return frame !== NONE && isAnonFrame(s, frame) ? frame : NONE;
};

/** Whether the entry for a page is dirty, or the migration entry that stands in for it. */
const dirtyEntryAt = (s: MmView, mm: number, page: number): boolean => {
  if (dirtyAt(s, mm, page) === 1) return true;
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.migration) return Pmd.dirty(pmd) === 1;
  const pte = pteAt(s, mm, page);
  return Pte.migration(pte) === 1 && Pte.dirty(pte) === 1;
};

/** Of a page with anonymous memory: MADV_FREE has given it up, and nobody has written to it here since. */
export const isDroppable = (s: MmView, mm: number, page: number): boolean => {
  const folio = s.page.at(folioOf(s, rowOf(dataAt(s, mm, page))));
  return Page.swapbacked(folio) === 0 && Page.dirty(folio) === 0 && !dirtyEntryAt(s, mm, page);
};
