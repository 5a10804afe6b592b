/**
 * A large folio of a shmem file that PTEs map, by a leaf again: mm/khugepaged.c collapse_scan_file() as far as it finds
 * one, try_collapse_pte_mapped_thp(), set_huge_pmd(); v7.1 (v6.12 read beside it). Left out: collapse_file() of small
 * pages, and with it retract_page_tables(); read-only files (CONFIG_READ_ONLY_THP_FOR_FS); uprobes, userfaultfd.
 */
import { Pmd, Pte, Result, type Vma } from '../state/mm_types.ts';
import { frame_of_index, is_cached } from './filemap.ts';
import type { Sys } from './kernel.ts';
import { munlock_vma_folio } from './mlock_folio.ts';
import { folio_pte_batch, NO_PAGE } from './memory.ts';
import { folio_nr_pages, folio_test_locked, mark_used, page_folio } from './page_flags.ts';
import { folio_get, folio_put, folio_put_refs } from './page_ref.ts';
import { mm_dec_nr_ptes, pmd_alloc } from './pgalloc.ts';
import { NONE_PMD, NONE_PTE, pmd_none, pmd_offset, pte_none, pte_offset, pte_present } from './pgtable.ts';
import { folio_remove_rmap_ptes } from './rmap.ts';
import { WAITS } from './vm_fault.ts';
import { linear_pfn } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** The PMD-sized folio of the page cache that belongs in the slot, or NO_PAGE: there are small pages, or none. */
export const huge_folio_of_slot = (s: Sys, vma: Vma, slot: number): number => {
  const { ptrsPerPte } = s.geometry;
  const pfn = frame_of_index(s, vma, linear_pfn(vma, slot * ptrsPerPte));
  if (pfn < 0 || !is_cached(s, pfn)) return NO_PAGE;
  return page_folio(s, pfn) === pfn && folio_nr_pages(s, pfn) === ptrsPerPte ? pfn : NO_PAGE;
};

/**
 * try_collapse_pte_mapped_thp() of a slot without leaf. `install`: a leaf takes the place of the table; otherwise a fault
 * will. Returns a code of `Result`, or WAITS for the lock of the folio.
 */
export const try_collapse_pte_mapped_thp = (
  s: Sys,
  mm: number,
  vma: Vma,
  slot: number,
  folio: number,
  install: boolean,
): number => {
  if (folio_test_locked(s, folio)) return WAITS;
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  if (!pmd_none(e)) {
    const table = Pmd.pfn(e);
    if (!maps_only(s, vma, table, folio)) return Result.EINVAL;
    unmap_ptes(s, mm, slot, table, folio);
    s.pmd.put(pmd_offset(s.geometry, mm, slot), NONE_PMD);
    mm_dec_nr_ptes(s, mm);
    s.kernel.pte_free(s, table);
  }
  return install ? set_huge_pmd(s, mm, vma, slot, folio) : Result.ok;
};

/** Step 1: whether every PTE is none, or maps the right page of the folio; a private copy is another page. */
const maps_only = (s: Sys, vma: Vma, table: number, folio: number): boolean => {
  for (let i = 0; i < s.geometry.ptrsPerPte; i++) {
    const pte = s.pte.at(pte_offset(s.geometry, table, i));
    if (pte_none(pte)) continue;
    if (!pte_present(pte) || s.kernel.vm_normal_page(s, vma, pte) !== folio + i) return false;
  }
  return true;
};

/** Steps 2 and 3: "PTE dirty? Shmem page is already dirty", says the kernel, and drops the bit. */
const unmap_ptes = (s: Sys, mm: number, slot: number, table: number, folio: number): void => {
  const { ptrsPerPte } = s.geometry;
  for (let i = 0, nr: number; i < ptrsPerPte; i += nr) {
    nr = 1;
    const row = pte_offset(s.geometry, table, i);
    if (pte_none(s.pte.at(row))) continue;
    nr = folio_pte_batch(s, folio, row, ptrsPerPte - i);
    for (let at = row; at < row + nr; at++) {
      if (s.kernel.collapse_keeps_dirty(s)) mark_used(s, folio, Pte.dirty(s.pte.at(at)), 0);
      s.pte.put(at, NONE_PTE);
    }
    folio_remove_rmap_ptes(s, folio + i, nr, mm);
    munlock_vma_folio(s, folio, mm, slot * ptrsPerPte);
    folio_put_refs(s, folio, nr);
    add_mm_counter(s, mm, mm_counter(s, folio), -nr);
  }
};

/** set_huge_pmd(): as a read fault would. */
const set_huge_pmd = (s: Sys, mm: number, vma: Vma, slot: number, folio: number): number => {
  if (!pmd_alloc(s, mm, slot)) return Result.EINVAL;
  folio_get(s, folio);
  if (s.kernel.do_set_pmd(s, mm, vma, slot, folio, false) === Result.ok) return Result.ok;
  folio_put(s, folio);
  return Result.EINVAL;
};
