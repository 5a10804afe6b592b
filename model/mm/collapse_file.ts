/**
 * Collapse of small pages of a file into one large folio: mm/khugepaged.c collapse_scan_file() and collapse_file(), v7.1
 * (v6.8, 6.12.117, v6.14, v6.17, v6.18, v7.2 and v7.3 read beside it). Pages of shmem, which a leaf may map whoever writes to them; and of
 * another file, that nobody has open for writing (CONFIG_READ_ONLY_THP_FOR_FS, until v7.1), or of a file system with
 * large folios (v7.2). khugepaged has max_ptes_none at its default. Stubbed: content that cannot be copied (SCAN_COPY_MC),
 * and blocks that shmem_charge() does not get, are failures like that of an allocation; read-ahead reads what is asked for.
 * Left out: what is in swap, memory cgroups, NUMA nodes, LRU isolation, the statistics of the page cache but for nrpages.
 */
import { Page, PageKind } from '../state/memmap.ts';
import {
  add_nr_thps,
  add_nrpages,
  cached_frame,
  file_has_page,
  filemap_add_folio,
  type FileUse,
  NO_FRAME,
} from './filemap.ts';
import type { do_dentry_open } from '../fs/open.ts';
import type { Sys } from './kernel.ts';
import type { Collapser } from './khugepaged.ts';
import { folio_test_dirty } from './lazyfree.ts';
import { folio_nr_pages, folio_test_locked, page_folio, set_page_flag } from './page_flags.ts';
import { folio_put, folio_put_refs, folio_ref_count, free_block, prep_folio } from './page_ref.ts';
import { filemap_flush, inode_is_open_for_write } from './page_writeback.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { alloc_fails } from './pgalloc.ts';
import { folio_mapcount } from './rmap.ts';
import type { file_backed_vma_is_retractable, remove_page_table, retract_page_tables } from './retract_page_tables.ts';
import { try_to_unmap, TTU_IGNORE_MLOCK } from './rmap_unmap.ts';
import {
  SCAN_ALLOC_HUGE_PAGE_FAIL,
  SCAN_EXCEED_NONE_PTE,
  SCAN_FAIL,
  SCAN_PAGE_COUNT,
  SCAN_PAGE_DIRTY_OR_WRITEBACK,
  SCAN_PAGE_LOCK,
  SCAN_PTE_MAPPED_HUGEPAGE,
  SCAN_SUCCEED,
} from './scan_result.ts';
import type { collapse_file_fills_missing } from './userfaultfd_wp.ts';

/** file_thp_enabled(), until v7.1: what nobody has open for writing. */
export const file_thp_enabled = (s: Sys, use: FileUse): boolean => !inode_is_open_for_write(s, use);
/** file_thp_enabled(), since v7.2: mapping_pmd_folio_support(). */
export const file_system_has_large_folios = (s: Sys): boolean => s.geometry.pageCache?.largeFolios === true;

/** collapse_scan_file(): of the pages of a slot, from page `start` of the file on. */
export const collapse_scan_file = (s: Sys, use: FileUse, start: number, by: Collapser): number => {
  const { ptrsPerPte } = s.geometry;
  let present = 0;
  for (let index = start, pages: number; index < start + ptrsPerPte; index += pages) {
    pages = 1;
    const pfn = cached_frame(s, use, index);
    if (pfn === NO_FRAME) continue;
    const folio = page_folio(s, pfn);
    pages = folio_nr_pages(s, folio);
    if (pages === ptrsPerPte) return SCAN_PTE_MAPPED_HUGEPAGE;
    // SCAN_PAGE_COMPOUND, until v6.11.
    if (pages > 1 && !s.kernel.collapse_file_joins_folios(s)) return SCAN_FAIL;
    if (s.kernel.folio_expected_ref_count(s, folio) !== folio_ref_count(s, folio)) return SCAN_PAGE_COUNT;
    present += pages;
  }
  return by === 'khugepaged' && present === 0 ? SCAN_EXCEED_NONE_PTE : s.kernel.collapse_file(s, use, start, by);
};

/** collapse_file(): a new folio takes the place of what is in the page cache, or nothing has changed there. */
export const collapse_file = (s: Sys, use: FileUse, start: number, by: Collapser): number => {
  const folio = alloc_charge_folio(s, use);
  if (folio === NO_FRAME) return SCAN_ALLOC_HUGE_PAGE_FAIL;
  const unmapped = unmap_folios(s, use, start);
  if (unmapped !== SCAN_SUCCEED) {
    s.kernel.collapse_file_rollback(s, use, folio, 0);
    return unmapped;
  }
  if (use === 'file') s.kernel.collapse_file_counts_thp(s, use);
  const holes = holes_in(s, use, start);
  if (holes > 0 && !alloc_succeeds(s, 'shmem_charge')) {
    s.kernel.collapse_file_rollback(s, use, folio, 0);
    return SCAN_FAIL;
  }
  // shmem_charge()
  add_nrpages(s, use, holes);
  const copied = copy_and_check(s, use, start, holes);
  if (copied !== SCAN_SUCCEED) {
    if (use === 'file') add_nr_thps(s, -1);
    s.kernel.collapse_file_rollback(s, use, folio, holes);
    return copied;
  }
  s.kernel.collapse_file_replaces(s, use, folio, start);
  s.kernel.retract_page_tables(s, use, start);
  return by === 'khugepaged' ? SCAN_SUCCEED : SCAN_PTE_MAPPED_HUGEPAGE;
};

/** alloc_charge_folio(), from the memory that the world has for the file; or NO_FRAME. */
const alloc_charge_folio = (s: Sys, use: FileUse): number => {
  const block = free_block(s, use, s.geometry.ptrsPerPte);
  if (block < 0) return alloc_fails(s);
  return alloc_succeeds(s, 'alloc_charge_folio') ? prep_folio(s, block, PageKind[use]) : NO_FRAME;
};

/** The pages of the slot that the page cache has not. */
const holes_in = (s: Sys, use: FileUse, start: number): number => {
  let holes = 0;
  for (let i = 0; i < s.geometry.ptrsPerPte; i++) if (cached_frame(s, use, start + i) === NO_FRAME) holes++;
  return holes;
};

/** The first loop of collapse_file(): folio by folio is locked, and taken out of all page tables. A hole of shmem stays one. */
const unmap_folios = (s: Sys, use: FileUse, start: number): number => {
  const { ptrsPerPte } = s.geometry;
  // SCAN_TRUNCATED
  if (use === 'shmem' && holes_in(s, use, start) === ptrsPerPte) return SCAN_FAIL;
  for (let index = start, pages: number; index < start + ptrsPerPte; index += pages) {
    pages = 1;
    if (use === 'file' && !read_in(s, use, index)) return SCAN_FAIL;
    const pfn = cached_frame(s, use, index);
    if (pfn === NO_FRAME) continue;
    const folio = page_folio(s, pfn);
    pages = folio_nr_pages(s, folio);
    const result = unmap_one(s, use, folio);
    if (result !== SCAN_SUCCEED) return result;
  }
  return SCAN_SUCCEED;
};

/** page_cache_sync_readahead(): the page is in the page cache, and stays there whatever the collapse comes to. */
const read_in = (s: Sys, use: FileUse, index: number): boolean => {
  if (!file_has_page(s, use, index)) return false;
  if (cached_frame(s, use, index) !== NO_FRAME) return true;
  const pfn = s.kernel.filemap_get_folio(s, use, index);
  if (pfn !== NO_FRAME) folio_put(s, page_folio(s, pfn));
  return pfn !== NO_FRAME;
};

/** What is dirty is written first, unless somebody is at it; a PTE may know that better than its folio (v7.2). */
const unmap_one = (s: Sys, use: FileUse, folio: number): number => {
  if (folio_test_locked(s, folio)) return SCAN_PAGE_LOCK;
  if (use === 'file' && folio_test_dirty(s, folio)) {
    if (!inode_is_open_for_write(s, use)) filemap_flush(s, use);
    return SCAN_PAGE_DIRTY_OR_WRITEBACK;
  }
  if (folio_mapcount(s, folio) > 0) s.kernel.collapse_file_unmaps(s, folio);
  if (!s.kernel.collapse_file_owns(s, folio)) return SCAN_PAGE_COUNT;
  const dirty = use === 'file' && s.kernel.collapse_file_checks_dirty(s) && folio_test_dirty(s, folio);
  return dirty ? SCAN_PAGE_DIRTY_OR_WRITEBACK : SCAN_SUCCEED;
};

/** try_to_unmap(), from wherever the folio is mapped. */
export const collapse_file_unmaps = (s: Sys, folio: number): void => try_to_unmap(s, folio, TTU_IGNORE_MLOCK);

/** Whether all references are of the page cache; the two of collapse_file() itself are not counted here. */
export const collapse_file_owns = (s: Sys, folio: number): boolean =>
  folio_ref_count(s, folio) === folio_nr_pages(s, folio);

/** filemap_nr_thps_inc(): from now on, who opens the file for writing empties its page cache. */
export const collapse_file_counts_thp = (s: Sys, _use: FileUse): void => add_nr_thps(s, 1);

/** The same in 6.12.117: what else of the file is dirty is written, while there is nobody who could write to it. */
export const collapse_file_flushes_rest = (s: Sys, use: FileUse): void => {
  if (!file_system_has_large_folios(s)) filemap_flush(s, use);
  add_nr_thps(s, 1);
};

/** The copy; and whether anybody waits, with userfaultfd, for the holes that it fills. */
const copy_and_check = (s: Sys, use: FileUse, start: number, holes: number): number => {
  // SCAN_COPY_MC
  if (!alloc_succeeds(s, 'copy_mc_highpage')) return SCAN_FAIL;
  return holes > 0 && s.kernel.collapse_file_fills_missing(s, use, start) ? SCAN_EXCEED_NONE_PTE : SCAN_SUCCEED;
};

/**
 * The folio takes the place of what was there, by one multi-index entry: the reference of its allocation is one of the page
 * cache then. One of shmem is dirty, whatever its pages were; one of another file is clean, as all its pages are. The old
 * folios go; the kernel lets them go last, when tables have been retracted.
 */
export const collapse_file_replaces = (s: Sys, use: FileUse, folio: number, start: number): void => {
  const { ptrsPerPte } = s.geometry;
  for (let index = start, pages: number; index < start + ptrsPerPte; index += pages) {
    const old = cached_frame(s, use, index);
    pages = 1;
    if (old === NO_FRAME) continue;
    pages = folio_nr_pages(s, old);
    set_page_flag(s, old, Page.mkCached, 0);
    folio_put_refs(s, old, pages);
  }
  filemap_add_folio(s, use, folio, start);
  folio_put(s, folio);
  if (use === 'shmem') set_page_flag(s, folio, Page.mkDirty, 1);
};

/** The label of that name: nrpages as before, and the new folio goes. What has been unmapped comes back by faults. */
export const collapse_file_rollback = (s: Sys, use: FileUse, folio: number, charged: number): void => {
  add_nrpages(s, use, -charged);
  folio_put(s, folio);
};

/** A part of `Kernel`: who puts another folio in the place of a file's pages, and what follows from it. */
export interface PageCacheKernel {
  // mm/khugepaged.c
  readonly collapse_file: typeof collapse_file;
  readonly collapse_file_unmaps: typeof collapse_file_unmaps;
  readonly collapse_file_owns: typeof collapse_file_owns;
  readonly collapse_file_replaces: typeof collapse_file_replaces;
  readonly collapse_file_rollback: typeof collapse_file_rollback;
  readonly collapse_file_counts_thp: typeof collapse_file_counts_thp;
  readonly collapse_file_fills_missing: typeof collapse_file_fills_missing;
  /** Whether large folios are collapsed that are smaller than a leaf. */
  readonly collapse_file_joins_folios: (s: Sys) => boolean;
  /** Whether files that are no shmem may be collapsed. */
  readonly file_thp_enabled: typeof file_thp_enabled;
  /** Whether collapse_file() looks, once a folio of such a file is unmapped, whether it is dirty. */
  readonly collapse_file_checks_dirty: (s: Sys) => boolean;
  /** Whether MADV_COLLAPSE writes the dirty pages of such a file, and tries again. */
  readonly collapse_writes_dirty: (s: Sys) => boolean;
  /** Whether set_huge_pmd() allocates a PMD table where there is none. */
  readonly set_huge_pmd_allocates: (s: Sys) => boolean;
  readonly file_backed_vma_is_retractable: typeof file_backed_vma_is_retractable;
  readonly retract_page_tables: typeof retract_page_tables;
  readonly remove_page_table: typeof remove_page_table;
  // mm/shmem.c
  /** Whether a fault on shmem allocates a folio of several pages that is no huge page. */
  readonly shmem_has_mthp: (s: Sys) => boolean;
  // fs/open.c
  readonly do_dentry_open: typeof do_dentry_open;
}
