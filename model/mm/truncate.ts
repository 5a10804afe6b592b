/**
 * Truncation of a file, which then grows to its old size again, empty: truncate_setsize() of mm/truncate.c,
 * shmem_truncate_range() of mm/shmem.c, unmap_mapping_pages() and unmap_mapping_folio() of mm/memory.c; v7.1 (6.12 read
 * beside it). Left out: the second unmap_mapping_range(), against faults that come in between; DAX; non-uniform
 * splits.
 */
import { Page } from '../state/memmap.ts';
import { Result, Vma } from '../state/mm_types.ts';
import { cached_frame, file_has_page, type FileUse, filemap_remove_folio, is_mapping_of, NO_FRAME } from './filemap.ts';
import { split_folio } from './folio_split.ts';
import type { Sys } from './kernel.ts';
import { folio_test_dirty } from './lazyfree.ts';
import { EVEN_COWS, SHARED_ONLY, zap_page_range_single, type ZapDetails } from './memory.ts';
import { folio_nr_pages, set_page_flag } from './page_flags.ts';
import { folio_get, folio_put } from './page_ref.ts';
import { folio_mapcount } from './rmap.ts';
import { try_to_unmap, TTU_IGNORE_MLOCK } from './rmap_unmap.ts';
import { vm_mm, vma_interval_tree_iter_first, vma_interval_tree_iter_next } from './vma.ts';

/** Behind the last page of any file. */
export const END_OF_FILE = 1 << 20;

/** truncate_setsize(): pages of the file from `from` on leave every mapping, their copies too, and the page cache. */
export const truncate_setsize = (s: Sys, use: FileUse, from: number): void => {
  s.kernel.unmap_mapping_range_tree(s, use, from, END_OF_FILE, EVEN_COWS);
  s.kernel.truncate_inode_pages(s, use, from);
};

/** unmap_mapping_range_tree(): pages first..last of the file, in whatever VMA they are mapped; mm by mm, in order. */
export const unmap_mapping_range_tree = (
  s: Sys,
  use: FileUse | 'fsdax',
  first: number,
  last: number,
  details: ZapDetails,
): void => {
  for (let row = vma_interval_tree_iter_first(s); row >= 0; row = vma_interval_tree_iter_next(s, row)) {
    const mm = vm_mm(s, row);
    const vma = s.vma.at(row);
    if (!is_mapping_of(vma, use)) continue;
    const start = Vma.start(vma) + Math.max(0, first - Vma.pgoff(vma));
    const end = Math.min(Vma.end(vma), Vma.start(vma) + last + 1 - Vma.pgoff(vma));
    if (start < end) zap_page_range_single(s, mm, vma, start, end, details);
  }
};

/** truncate_inode_pages_range(): folio by folio of what is in the page cache. */
export const truncate_inode_pages = (s: Sys, use: FileUse, from: number): void => {
  for (let index = 0, pages: number; file_has_page(s, use, index); index += pages) {
    const folio = cached_frame(s, use, index);
    pages = folio === NO_FRAME ? 1 : folio_nr_pages(s, folio);
    if (index + pages <= from || folio === NO_FRAME) continue;
    if (index >= from) s.kernel.truncate_inode_folio(s, use, folio, index);
    else s.kernel.truncate_inode_partial_folio(s, use, folio, index, from);
  }
};

/** truncate_inode_folio(): truncate_cleanup_folio(), and out of the page cache. */
export const truncate_inode_folio = (s: Sys, use: FileUse, folio: number, index: number): void => {
  // unmap_mapping_folio(): private copies stay.
  if (folio_mapcount(s, folio) > 0)
    s.kernel.unmap_mapping_range_tree(s, use, index, index + folio_nr_pages(s, folio) - 1, SHARED_ONLY);
  set_page_flag(s, folio, Page.mkDirty, 0);
  filemap_remove_folio(s, folio);
};

/**
 * truncate_inode_partial_folio(): the folio is split, and the pages behind the new end go. Where it cannot be, one of
 * shmem, made dirty first, stays; one of another file is unmapped, so that what lies beyond the end is not reached by
 * its leaf, and stays if it is dirty.
 */
export const truncate_inode_partial_folio = (
  s: Sys,
  use: FileUse,
  folio: number,
  index: number,
  from: number,
): void => {
  if (use === 'shmem') set_page_flag(s, folio, Page.mkDirty, 1);
  folio_get(s, folio);
  if (split_folio(s, folio, from - index) !== Result.ok && use === 'file') {
    // try_folio_split_or_unmap()
    if (s.kernel.truncate_unmaps_unsplit(s)) try_to_unmap(s, folio, TTU_IGNORE_MLOCK);
    if (!folio_test_dirty(s, folio)) s.kernel.truncate_inode_folio(s, use, folio, index);
  }
  folio_put(s, folio);
};
