/**
 * Dirty pages of a file are written: mm/filemap.c filemap_flush() and filemap_write_and_wait_range(), mm/page-writeback.c
 * folio_clear_dirty_for_io(), mm/rmap.c folio_mkclean(); v7.1. Stubbed: the write itself, which has succeeded, and is over,
 * before anything else happens. Left out: flusher threads, fsync(), errors, PG_writeback.
 */
import { Page } from '../state/memmap.ts';
import { Pmd, Pte, Vma } from '../state/mm_types.ts';
import { cached_frame, file_has_page, type FileUse, is_mapping_of, NO_FRAME } from './filemap.ts';
import type { Sys } from './kernel.ts';
import { folio_test_dirty } from './lazyfree.ts';
import { folio_nr_pages, page_folio, pfn_to_page, set_page_flag } from './page_flags.ts';
import { check_pmd, check_pte } from './page_vma_mapped.ts';
import { pmd_offset, pmd_table, pte_offset, slot_of } from './pgtable.ts';
import { pmd_lock, pmd_unlock, set_pmd_at } from './pgtable_generic.ts';
import { vm_mm, vma_interval_tree_iter_first, vma_interval_tree_iter_next } from './vma.ts';

const WROTE = 1;

/** filemap_write_and_wait_range(): pages first..last of the file. */
export const filemap_write_and_wait_range = (s: Sys, use: FileUse, first: number, last: number): void => {
  for (let index = first, pages: number; index <= last && file_has_page(s, use, index); index += pages) {
    const pfn = cached_frame(s, use, index);
    pages = 1;
    if (pfn === NO_FRAME) continue;
    const folio = page_folio(s, pfn);
    pages = folio_nr_pages(s, folio) - (pfn - folio);
    if (folio_test_dirty(s, folio)) folio_clear_dirty_for_io(s, folio);
  }
};

/** filemap_flush() and filemap_write_and_wait(): all of the file. */
export const filemap_flush = (s: Sys, use: FileUse): void =>
  s.kernel.filemap_write_and_wait_range(s, use, 0, Number.MAX_SAFE_INTEGER);

/** folio_clear_dirty_for_io(), and the write. */
const folio_clear_dirty_for_io = (s: Sys, folio: number): void => {
  s.kernel.folio_mkclean(s, folio);
  set_page_flag(s, folio, Page.mkDirty, 0);
  s.wroteBack.put(pfn_to_page(folio), WROTE);
};

/** folio_mkclean(): what shared mappings have is clean and read-only, so that the next write is noticed. */
export const folio_mkclean = (s: Sys, folio: number): void => {
  for (let row = vma_interval_tree_iter_first(s); row >= 0; row = vma_interval_tree_iter_next(s, row)) {
    const mm = vm_mm(s, row);
    const vma = s.vma.at(row);
    if (Vma.shared(vma) === 0) continue;
    for (let page = Vma.start(vma); page < Vma.end(vma); page++) page_vma_mkclean_one(s, mm, page, folio);
  }
};

const page_vma_mkclean_one = (s: Sys, mm: number, page: number, folio: number): void => {
  const { geometry: g } = s;
  const slot = slot_of(g, page);
  const e = s.pmd.at(pmd_offset(g, mm, slot));
  if (check_pmd(e, folio)) {
    pmd_lock(s);
    set_pmd_at(s, mm, slot, Pmd.mkDirty(Pmd.mkWrite(e, 0), 0));
    pmd_unlock(s);
  }
  if (!pmd_table(e)) return;
  const row = pte_offset(g, Pmd.pfn(e), page);
  const pte = s.pte.at(row);
  if (check_pte(s, pte, folio)) s.pte.put(row, Pte.mkDirty(Pte.mkWrite(pte, 0), 0));
};

/** inode_is_open_for_write(): here it is as long as it is mapped shared, and may be written to. */
export const inode_is_open_for_write = (s: Sys, use: FileUse): boolean => {
  for (let row = vma_interval_tree_iter_first(s); row >= 0; row = vma_interval_tree_iter_next(s, row)) {
    const vma = s.vma.at(row);
    if (is_mapping_of(vma, use) && Vma.shared(vma) === 1 && Vma.mayWrite(vma) === 1) return true;
  }
  return false;
};
