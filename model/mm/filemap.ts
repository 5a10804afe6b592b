/**
 * The page cache of one shmem file and of one other file. Mirrors filemap_get_folio(), filemap_add_folio() and
 * filemap_remove_folio() of mm/filemap.c, shmem_get_folio() of mm/shmem.c; v7.1. Which pages of a file form a folio is
 * fixed by the world, until it is split; whether the folio is there is not. Left out: read-ahead, write-back, locks.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { frameOf, Page, PageKind } from '../state/memmap.ts';
import { Vma, VmaKind } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { folio_nr_pages, page_folio, page_of, pfn_to_page } from './page_flags.ts';
import { block_is_free, folio_put_refs, folio_ref_add, prep_folio, prep_page } from './page_ref.ts';
import { alloc_fails, alloc_succeeds } from './pgalloc.ts';
import { folio_mapcount } from './rmap.ts';

const useOf = (vma: Vma): 'shmem' | 'file' => (Vma.kind(vma) === VmaKind.shmem ? 'shmem' : 'file');

/** The frame of page `index` of the file that the VMA maps, or -1 beyond its end (i_size). */
export const frame_of_index = (s: Sys, vma: Vma, index: number): number => frameOf(s.memmap, useOf(vma), index);

/** Whether the folio of a frame is in the page cache. */
export const is_cached = (s: Sys, pfn: number): boolean => Page.cached(page_of(s, page_folio(s, pfn))) === 1;

/** Finds the folio of a frame, or allocates and adds it; the caller has a reference. False: out of memory. */
export const filemap_get_folio = (s: Sys, vma: Vma, pfn: number): boolean => {
  if (is_cached(s, pfn)) {
    folio_ref_add(s, page_folio(s, pfn), 1);
    return true;
  }
  // A folio that has been truncated while it was pinned still has its frames; the world has no others for the file.
  if (Page.kind(page_of(s, pfn)) !== PageKind.free) return alloc_fails(s) >= 0;
  if (!alloc_succeeds(s, 'filemap_alloc_folio')) return false;
  const folio = prep_file_folio(s, pfn, Vma.kind(vma) === VmaKind.shmem ? PageKind.shmem : PageKind.file);
  // filemap_add_folio(): the page cache has a reference for each page.
  folio_ref_add(s, folio, folio_nr_pages(s, folio));
  s.page.put(pfn_to_page(folio), Page.mkCached(page_of(s, folio), 1));
  return true;
};

/** The block of the frame as one folio; where a part of it is in use, since it was split, a page of its own. */
const prep_file_folio = (s: Sys, pfn: number, kind: number): number => {
  const block = s.memmap.blockOf[pfn_to_page(pfn)]!;
  if (block_is_free(s, block)) return prep_folio(s, block, kind);
  prep_page(s, pfn, kind);
  return pfn;
};

/** filemap_remove_folio(): the folio leaves the page cache, which lets its references go. Nobody may map it by now. */
export const filemap_remove_folio = (s: Sys, folio: number): void => {
  // filemap_unaccount_folio()
  if (folio_mapcount(s, folio) > 0)
    throw new ModelBug('VM_BUG_ON(folio_mapped)', `folio ${folio} leaves the page cache, and is still mapped`);
  s.page.put(pfn_to_page(folio), Page.mkCached(page_of(s, folio), 0));
  folio_put_refs(s, folio, folio_nr_pages(s, folio));
};
