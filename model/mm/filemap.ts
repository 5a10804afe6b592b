/**
 * The page cache of one shmem file and of one other file. Mirrors filemap_get_folio(), filemap_add_folio() and
 * filemap_remove_folio() of mm/filemap.c, shmem_get_folio() of mm/shmem.c; v7.1. Which pages of a file form a folio is
 * fixed by the world, until it is split; whether the folio is there is not. Of a file with a table (state/page_cache.ts)
 * the table tells; what a fault adds there is one page, or a folio of a few, as where huge pages of PMD size are not enabled. Left out: read-ahead, locks,
 * shadow entries, what is in swap.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { type FolioDraft, type FolioView, frameOf, Page, PageKind } from '../state/memmap.ts';
import { Vma, VmaKind } from '../state/mm_types.ts';
import { AddressSpace, NrPages } from '../state/page_cache.ts';
import type { Sys } from './kernel.ts';
import { folio_nr_pages, folio_test_large, page_folio, page_of, pfn_to_page, set_page_flag } from './page_flags.ts';
import { block_is_free, folio_put_refs, folio_ref_add, free_block, prep_folio, prep_page } from './page_ref.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { alloc_fails } from './pgalloc.ts';
import { folio_mapcount } from './rmap.ts';

/** A file of the world. */
export type FileUse = 'shmem' | 'file';

/** What a hole has for a frame. */
export const NO_FRAME = -1;

/** The file that a VMA maps. */
export const file_of = (vma: Vma): FileUse => (Vma.kind(vma) === VmaKind.shmem ? 'shmem' : 'file');

export const is_mapping_of = (vma: Vma, use: FileUse | 'fsdax'): boolean => Vma.kind(vma) === VmaKind[use];

/** Whether a table says which frames the pages of the file have. */
export const has_table = (s: FolioView, use: FileUse): boolean => s.geometry.pageCache?.use === use;

/** Whether the world has this file, and the file this page (i_size). */
export const file_has_page = (s: FolioView, use: FileUse, index: number): boolean =>
  has_table(s, use) ? index < s.iPages.rows : frameOf(s.memmap, use, index) >= 0;

/** Whether the folio of a frame is in the page cache. */
export const is_cached = (s: FolioView, pfn: number): boolean => Page.cached(page_of(s, page_folio(s, pfn))) === 1;

/** The frame that page `index` of the file has, or would have; NO_FRAME beyond its end, and of a hole in a table. */
export const frame_of_index = (s: FolioView, use: FileUse, index: number): number => {
  if (!has_table(s, use)) return frameOf(s.memmap, use, index);
  const pfn = index < s.iPages.rows ? s.iPages.at(index) : 0;
  return pfn === 0 ? NO_FRAME : pfn;
};

/** filemap_get_entry(): the frame of page `index` of the file, if it is in the page cache; else NO_FRAME. */
export const cached_frame = (s: FolioView, use: FileUse, index: number): number => {
  const pfn = frame_of_index(s, use, index);
  return pfn !== NO_FRAME && is_cached(s, pfn) ? pfn : NO_FRAME;
};

/** The frame that page `index` of the file gets, or NO_FRAME: memory is short. */
const frame_to_add = (s: Sys, use: FileUse, index: number): number => {
  if (has_table(s, use)) {
    const large = mthp_to_add(s, use, index);
    if (large !== NO_FRAME) return large;
    const block = free_block(s, use, 1);
    return block < 0 ? NO_FRAME : s.memmap.start[block]!;
  }
  // A folio that has been truncated while it was pinned still has its frames; the world has no others for the file.
  const pfn = frameOf(s.memmap, use, index);
  return Page.kind(page_of(s, pfn)) === PageKind.free ? pfn : NO_FRAME;
};

/** shmem_alloc_and_add_folio(): the frame of the page in a folio of several, where all of them are holes; or NO_FRAME. */
const mthp_to_add = (s: Sys, use: FileUse, index: number): number => {
  const pages = s.geometry.pageCache?.mthp ?? 1;
  if (pages === 1 || !s.kernel.shmem_has_mthp(s)) return NO_FRAME;
  const first = index - (index % pages);
  for (let i = first; i < first + pages; i++)
    if (!file_has_page(s, use, i) || cached_frame(s, use, i) !== NO_FRAME) return NO_FRAME;
  const block = free_block(s, use, pages);
  return block < 0 ? NO_FRAME : s.memmap.start[block]! + index - first;
};

/**
 * Finds the folio of page `index` of the file, or allocates and adds it; the caller has a reference. Returns the frame of
 * the page, or NO_FRAME: out of memory.
 */
export const filemap_get_folio = (s: Sys, use: FileUse, index: number): number => {
  const found = cached_frame(s, use, index);
  if (found !== NO_FRAME) {
    folio_ref_add(s, page_folio(s, found), 1);
    return found;
  }
  const pfn = frame_to_add(s, use, index);
  if (pfn === NO_FRAME) return alloc_fails(s);
  if (!alloc_succeeds(s, 'filemap_alloc_folio')) return NO_FRAME;
  const folio = prep_file_folio(s, pfn, PageKind[use]);
  add_nrpages(s, use, folio_nr_pages(s, folio));
  filemap_add_folio(s, use, folio, index + folio - pfn);
  return pfn;
};

/** The block of the frame as one folio; where a part of it is in use, since it was split, a page of its own. */
const prep_file_folio = (s: Sys, pfn: number, kind: number): number => {
  const block = s.memmap.blockOf[pfn_to_page(pfn)]!;
  if (block_is_free(s, block)) return prep_folio(s, block, kind);
  prep_page(s, pfn, kind);
  return pfn;
};

/** mapping->nrpages */
export const add_nrpages = (s: FolioDraft, use: FileUse, by: number): void => {
  if (!has_table(s, use)) return;
  const e = s.addressSpace.at(0);
  s.addressSpace.put(0, AddressSpace.mkNrpages(e, NrPages.add(AddressSpace.nrpages(e), by)));
};

/** __filemap_add_folio(), but for nrpages: the page cache has a reference for each page, and xas_store() enters them. */
export const filemap_add_folio = (s: FolioDraft, use: FileUse, folio: number, index: number): void => {
  const pages = folio_nr_pages(s, folio);
  folio_ref_add(s, folio, pages);
  set_page_flag(s, folio, Page.mkCached, 1);
  if (has_table(s, use)) for (let i = 0; i < pages; i++) s.iPages.put(index + i, folio + i);
};

/** filemap_nr_thps_inc() and filemap_nr_thps_dec(): of a file system that knows large folios none is counted. */
export const add_nr_thps = (s: FolioDraft, by: 1 | -1): void => {
  const { pageCache } = s.geometry;
  if (pageCache === undefined || pageCache.use === 'shmem' || pageCache.largeFolios) return;
  const e = s.addressSpace.at(0);
  s.addressSpace.put(0, AddressSpace.mkNrThps(e, Math.max(0, AddressSpace.nrThps(e) + by)));
};

/** Whether mapping->nr_thps counts the folio: it has the size of a PMD leaf, and is of the file that is no shmem. */
export const counts_as_thp = (s: FolioView, folio: number): boolean =>
  folio_test_large(s, folio) && Page.kind(page_of(s, folio)) === PageKind.file;

/** What a folio that is in no table any more leaves in `iPages`: holes. */
const delete_entries = (s: FolioDraft, folio: number, pages: number): void => {
  for (let index = 0; index < s.iPages.rows; index++) {
    const pfn = s.iPages.at(index);
    if (folio <= pfn && pfn < folio + pages) s.iPages.put(index, 0);
  }
};

/** filemap_remove_folio(): the folio leaves the page cache, which lets its references go. Nobody may map it by now. */
export const filemap_remove_folio = (s: Sys, folio: number): void => {
  // filemap_unaccount_folio()
  if (folio_mapcount(s, folio) > 0)
    throw new ModelBug('VM_BUG_ON(folio_mapped)', `folio ${folio} leaves the page cache, and is still mapped`);
  const pages = folio_nr_pages(s, folio);
  if (counts_as_thp(s, folio)) add_nr_thps(s, -1);
  delete_entries(s, folio, pages);
  add_nrpages(s, Page.kind(page_of(s, folio)) === PageKind.shmem ? 'shmem' : 'file', -pages);
  set_page_flag(s, folio, Page.mkCached, 0);
  folio_put_refs(s, folio, pages);
};
