/**
 * Memory that MADV_FREE has given up: folio_mark_lazyfree() of mm/swap.c, and
 * __discard_anon_folio_pmd_locked() of mm/huge_memory.c, v7.1. Such a folio is not swapbacked: reclaim drops it, unless
 * it has been written to since. Left out: the LRU lists.
 */
import { Page, Rss } from '../state/memmap.ts';
import { Pmd } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { munlock_vma_folio } from './mlock_folio.ts';
import { folio_test_anon, folio_test_swapbacked, folio_test_swapcache, page_of, set_page_flag } from './page_flags.ts';
import { folio_put, folio_ref_count } from './page_ref.ts';
import { pmd_offset } from './pgtable.ts';
import { pmd_lock, pmd_unlock, pmdp_huge_get_and_clear, set_pmd_at, zap_deposited_table } from './pgtable_generic.ts';
import { folio_mapcount, folio_remove_rmap_pmd } from './rmap.ts';
import { add_mm_counter } from './vmstat.ts';

/** folio_test_lazyfree() */
export const folio_test_lazyfree = (s: Sys, folio: number): boolean =>
  folio_test_anon(s, folio) && !folio_test_swapbacked(s, folio);
export const folio_test_dirty = (s: Sys, folio: number): boolean => Page.dirty(page_of(s, folio)) === 1;

export const folio_mark_lazyfree = (s: Sys, folio: number): void => {
  if (!folio_test_anon(s, folio) || !folio_test_swapbacked(s, folio) || folio_test_swapcache(s, folio)) return;
  set_page_flag(s, folio, Page.mkReferenced, 0);
  set_page_flag(s, folio, Page.mkSwapbacked, 0);
};

/**
 * unmap_huge_pmd_locked(), __discard_anon_folio_pmd_locked(): the leaf goes, if the folio is clean and has no references
 * but its mappings and the caller's. A dirty one is memory like any other again (swapbacked). Before v6.15 that was left
 * to the PTEs, into which the caller then splits the leaf.
 */
export const unmap_huge_pmd_locked = (s: Sys, mm: number, slot: number): boolean => {
  pmd_lock(s);
  const discarded = __discard_anon_folio_pmd_locked(s, mm, slot);
  pmd_unlock(s);
  return discarded;
};

const __discard_anon_folio_pmd_locked = (s: Sys, mm: number, slot: number): boolean => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  const folio = Pmd.pfn(e);
  if (Pmd.dirty(e) === 1) set_page_flag(s, folio, Page.mkDirty, 1);
  if (folio_test_dirty(s, folio)) {
    if (!s.kernel.unmap_splits_lazyfree_pmd(s)) set_page_flag(s, folio, Page.mkSwapbacked, 1);
    return false;
  }
  pmdp_huge_get_and_clear(s, mm, slot);
  if (folio_ref_count(s, folio) !== folio_mapcount(s, folio) + 1) {
    set_pmd_at(s, mm, slot, e);
    return false;
  }
  folio_remove_rmap_pmd(s, folio, mm);
  munlock_vma_folio(s, folio, mm, slot * s.geometry.ptrsPerPte);
  zap_deposited_table(s, mm, slot);
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, -s.geometry.ptrsPerPte);
  folio_put(s, folio);
  return true;
};
