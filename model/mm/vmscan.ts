/**
 * Reclaim of one folio: mm/vmscan.c shrink_folio_list(), pageout(), __remove_mapping(), mm/page_io.c swap_writeout();
 * v7.1 (6.12 and 6.18 read beside it). A folio that MADV_FREE has given up is dropped, other anonymous memory goes to swap,
 * as a whole where it has slots; a clean folio of a file leaves the page cache.
 * Stubbed: who asks. What is written to a swap device that is not synchronous has been written before anything else
 * happens, and the folio stays in the swap cache until it is reclaimed again. Left out: which folios are tried, the
 * accessed bits of their PTEs (as MADV_PAGEOUT leaves them out), writing files and shmem, demotion.
 */
import { Page, PageKind } from '../state/memmap.ts';
import { Pmd, Pte, Result } from '../state/mm_types.ts';
import { filemap_remove_folio } from './filemap.ts';
import { split_folio } from './folio_split.ts';
import type { Sys } from './kernel.ts';
import type * as khugepaged from './khugepaged.ts';
import type * as madvise from './madvise_pageout.ts';
import type * as migrate from './migrate.ts';
import type * as writeback from './page_writeback.ts';
import type * as swapfile from './swapfile.ts';
import type * as truncate from './truncate.ts';
import { folio_test_dirty, folio_test_lazyfree } from './lazyfree.ts';
import { is_swappable, swp_offset } from './memory_swap.ts';
import { folio_putback_lru, folio_referenced_locked, folio_test_mlocked } from './mlock_folio.ts';
import {
  folio_nr_pages,
  folio_test_anon,
  folio_test_large,
  folio_test_locked,
  folio_test_swapcache,
  page_folio,
  page_of,
  pfn_valid,
  set_page_flag,
  swapcache_refs,
} from './page_flags.ts';
import { folio_get, folio_put, folio_ref_count } from './page_ref.ts';
import { is_swap_pte, pmd_offset, pmd_table, pmd_trans_huge, pte_offset, pte_present, slot_of } from './pgtable.ts';
import { folio_mapcount } from './rmap.ts';
import { try_to_unmap } from './rmap_unmap.ts';
import {
  folio_alloc_swap,
  mark_slots_written,
  swap_cache_del_folio,
  swap_cache_page,
  swap_is_short,
} from './swapfile.ts';

/** folio_test_lru(), of what is memory like any other: anonymous, or of a file. */
export const is_on_lru = (s: Sys, folio: number): boolean => {
  const kind = Page.kind(page_of(s, folio));
  return kind === PageKind.anon || kind === PageKind.shmem || kind === PageKind.file;
};

const is_reclaimable = (s: Sys, folio: number): boolean => {
  // What cannot be evicted stands on no list that is scanned.
  if (folio_test_locked(s, folio) || folio_test_mlocked(s, folio)) return false;
  if (!folio_test_anon(s, folio)) return is_on_lru(s, folio) && Page.cached(page_of(s, folio)) === 1;
  return folio_test_lazyfree(s, folio) || s.swapSlot.rows > 0;
};

/** The page that a process maps here, or that is the copy of what it has in a swap slot; or -1. */
const page_behind = (s: Sys, mm: number, page: number): number => {
  const { geometry: g } = s;
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  if (pmd_trans_huge(e)) return Pmd.special(e) === 0 ? Pmd.pfn(e) : -1;
  if (!pmd_table(e)) return -1;
  const pte = s.pte.at(pte_offset(g, Pmd.pfn(e), page));
  if (is_swap_pte(pte)) return swap_cache_page(s, swp_offset(pte));
  return pte_present(pte) && Pte.special(pte) === 0 ? Pte.pfn(pte) : -1;
};

/** The folio at this page of the mm that reclaim can do anything about, or -1. */
export const reclaimable_folio_at = (s: Sys, mm: number, page: number): number => {
  const pfn = page_behind(s, mm, page);
  return pfn_valid(s, pfn) && is_reclaimable(s, page_folio(s, pfn)) ? page_folio(s, pfn) : -1;
};

/** split_folio_to_list(), by one who has a reference: whether the folio has been split into pages, all of which are to be reclaimed. */
const split_folio_to_list = (s: Sys, folio: number): boolean => split_folio(s, folio) === Result.ok;

/**
 * shrink_folio_list() of one folio; MADV_PAGEOUT ignores references. The reference is that of folio_isolate_lru(). If the folio has been taken out of
 * wherever it was it is the last one, and the folio is freed; else it returns to its list.
 */
export const shrink_folio_list = (s: Sys, folio: number, ignoresReferences = false): void => {
  const pages = folio_nr_pages(s, folio);
  shrink_one(s, folio, ignoresReferences);
  // What it was split into stands on the list now.
  for (let i = 1; i < pages; i++) if (is_small_folio(s, folio + i)) shrink_one(s, folio + i, ignoresReferences);
};

const shrink_one = (s: Sys, folio: number, ignoresReferences: boolean): void => {
  folio_get(s, folio);
  shrink_folio(s, folio, ignoresReferences);
  folio_putback_lru(s, folio);
  folio_put(s, folio);
};

const is_small_folio = (s: Sys, pfn: number): boolean =>
  Page.kind(page_of(s, pfn)) === PageKind.anon && Page.tail(page_of(s, pfn)) === 0;

/** The label of that name: swap is of no use to what stays. */
const activate_locked = (s: Sys, folio: number): void => {
  if (swap_is_short(s) || folio_test_mlocked(s, folio)) s.kernel.folio_free_swap(s, folio);
};

const shrink_folio = (s: Sys, folio: number, ignoresReferences: boolean): void => {
  // folio_check_references()
  if (!ignoresReferences && folio_referenced_locked(s, folio)) {
    activate_locked(s, folio);
    return;
  }
  if (is_swappable(s, folio) && !folio_test_swapcache(s, folio) && !s.kernel.add_to_swap(s, folio)) return;
  if (folio_mapcount(s, folio) > 0) try_to_unmap(s, folio);
  if (folio_mapcount(s, folio) > 0 || s.kernel.folio_maybe_dma_pinned(s, folio)) {
    activate_locked(s, folio);
    return;
  }
  if (folio_test_lazyfree(s, folio)) return;
  if (folio_test_dirty(s, folio) && !s.kernel.pageout(s, folio)) return;
  s.kernel.__remove_mapping(s, folio);
};

/**
 * The part of shrink_folio_list() that finds swap slots for a folio without: not if it may be pinned, nor a large one that
 * has other references. One that is mapped in part, or finds no slots that follow each other, is split first.
 */
export const add_to_swap = (s: Sys, folio: number): boolean => {
  if (s.kernel.folio_maybe_dma_pinned(s, folio)) return false;
  if (folio_test_large(s, folio)) {
    if (folio_ref_count(s, folio) - 1 !== folio_mapcount(s, folio)) return false;
    if (Page.partiallyMapped(page_of(s, folio)) === 1 && !split_folio_to_list(s, folio)) return false;
  }
  if (!folio_alloc_swap(s, folio) && !(split_folio_to_list(s, folio) && folio_alloc_swap(s, folio))) return false;
  set_page_flag(s, folio, Page.mkDirty, 1);
  return true;
};

/** pageout() and swap_writeout(): a dirty folio is written to its slots. False: it stays, under write-back or at all. */
export const pageout = (s: Sys, folio: number): boolean => {
  if (!folio_test_anon(s, folio)) return false;
  if (folio_ref_count(s, folio) !== 1 + swapcache_refs(s, folio)) return false;
  // Nobody would read it again.
  if (s.kernel.folio_free_swap(s, folio)) return false;
  set_page_flag(s, folio, Page.mkDirty, 0);
  mark_slots_written(s, folio);
  return s.machine.syncSwap;
};

/** __remove_mapping(): out of the swap cache or the page cache, if nobody else has a reference, and it is clean. */
export const __remove_mapping = (s: Sys, folio: number): void => {
  if (folio_ref_count(s, folio) !== 1 + folio_nr_pages(s, folio) || folio_test_dirty(s, folio)) return;
  if (folio_test_swapcache(s, folio)) swap_cache_del_folio(s, folio);
  else if (Page.cached(page_of(s, folio)) === 1) filemap_remove_folio(s, folio);
};

/** What a kernel (kernel.ts) has of reclaim, migration, truncation and write-back. */
export interface ReclaimKernel {
  // mm/vmscan.c, mm/madvise.c
  readonly shrink_folio_list: typeof shrink_folio_list;
  readonly add_to_swap: typeof add_to_swap;
  readonly pageout: typeof pageout;
  readonly __remove_mapping: typeof __remove_mapping;
  readonly madvise_cold: typeof madvise.madvise_cold;
  readonly madvise_pageout: typeof madvise.madvise_pageout;

  // mm/swap_state.c, mm/khugepaged.c
  readonly free_swap_cache: typeof swapfile.free_swap_cache;
  readonly __collapse_huge_page_swapin: typeof khugepaged.__collapse_huge_page_swapin;

  // mm/migrate.c, mm/huge_memory.c
  readonly migrate_folio_unmap: typeof migrate.migrate_folio_unmap;
  readonly migrate_folio_move: typeof migrate.migrate_folio_move;
  readonly set_pmd_migration_entry: typeof migrate.set_pmd_migration_entry;
  readonly set_migration_pte: typeof migrate.set_migration_pte;

  // mm/truncate.c
  readonly truncate_inode_pages: typeof truncate.truncate_inode_pages;
  readonly truncate_inode_folio: typeof truncate.truncate_inode_folio;
  readonly truncate_inode_partial_folio: typeof truncate.truncate_inode_partial_folio;

  // mm/filemap.c, mm/rmap.c
  readonly filemap_write_and_wait_range: typeof writeback.filemap_write_and_wait_range;
  readonly folio_mkclean: typeof writeback.folio_mkclean;
}
