/**
 * Memory that is known to be broken: PG_hwpoison, and the entries that stand for it. Mirrors include/linux/page-flags.h,
 * include/linux/swapops.h make_hwpoison_entry(), and mm/rmap.c try_to_unmap_one() (TTU_HWPOISON), try_to_migrate_one();
 * v7.1 (v6.8, v6.12 and v7.3 read beside it). Left out: PG_has_hwpoisoned, which a page of the folio stands for.
 */
import { type FolioView, Hwpoison, Page } from '../state/memmap.ts';
import { Pte } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { munlock_vma_folio } from './mlock_folio.ts';
import { page_folio, pfn_to_page, set_page_flag } from './page_flags.ts';
import { folio_put } from './page_ref.ts';
import { folio_remove_rmap_ptes } from './rmap.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

export const PageHWPoison = (s: FolioView, pfn: number): boolean =>
  s.hwpoison.rows > 0 && s.hwpoison.at(pfn_to_page(pfn)) !== Hwpoison.no;

const HWPOISON_PTE = Pte.of({ special: 1, protnone: 1 });
/** make_hwpoison_entry() */
const hwpoison_entry = (pfn: number): Pte => Pte.mkPfn(HWPOISON_PTE, pfn);

/** The entry of a page that is broken goes: whoever comes by gets SIGBUS. It asks nobody, nor whether the page is pinned. */
export const set_hwpoison_pte = (s: Sys, mm: number, page: number, row: number): void => {
  const pte = s.pte.at(row);
  const pfn = Pte.pfn(pte);
  const folio = page_folio(s, pfn);
  if (Pte.dirty(pte) === 1) set_page_flag(s, folio, Page.mkDirty, 1);
  add_mm_counter(s, mm, mm_counter(s, folio), -1);
  s.pte.put(row, hwpoison_entry(pfn));
  folio_remove_rmap_ptes(s, pfn, 1, mm);
  munlock_vma_folio(s, pfn, mm, page);
  folio_put(s, folio);
};
