/**
 * A large folio of a shmem file that PTEs map, by a leaf again: mm/khugepaged.c collapse_scan_file() as far as it finds
 * one, try_collapse_pte_mapped_thp(), set_huge_pmd(); v7.1 (v6.12 read beside it). Small pages are made one by
 * collapse_file.ts. Left out: uprobes.
 */
import { Pmd, Pte, Result, type Vma } from '../state/mm_types.ts';
import { cached_frame, file_of } from './filemap.ts';
import type { Sys } from './kernel.ts';
import { munlock_vma_folio } from './mlock_folio.ts';
import { folio_pte_batch, NO_PAGE } from './memory.ts';
import { folio_nr_pages, folio_test_locked, mark_used, page_folio } from './page_flags.ts';
import { folio_get, folio_put, folio_put_refs } from './page_ref.ts';
import { pmd_alloc } from './pgalloc.ts';
import { NONE_PTE, pmd_none, pmd_offset, pte_none, pud_none, pud_row, pte_offset, pte_present } from './pgtable.ts';
import { folio_remove_rmap_ptes } from './rmap.ts';
import { userfaultfd_wp } from './userfaultfd_wp.ts';
import { WAITS } from './vm_fault.ts';
import { linear_pfn } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** The PMD-sized folio of the page cache that belongs in the slot, or NO_PAGE: there are small pages, or none. */
export const huge_folio_of_slot = (s: Sys, vma: Vma, slot: number): number => {
  const { ptrsPerPte } = s.geometry;
  const pfn = cached_frame(s, file_of(vma), linear_pfn(vma, slot * ptrsPerPte));
  if (pfn < 0) return NO_PAGE;
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
  // SCAN_PTE_UFFD_WP
  if (userfaultfd_wp(s, mm, vma)) return Result.EINVAL;
  if (folio_test_locked(s, folio)) return WAITS;
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  if (!pmd_none(e)) {
    const table = Pmd.pfn(e);
    if (!maps_only(s, vma, table, folio)) return Result.EINVAL;
    unmap_table(s, mm, slot, table, folio);
    s.kernel.remove_page_table(s, mm, slot);
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

/**
 * Steps 2 and 3: "PTE dirty? Shmem page is already dirty", says the kernel, and drops the bit; and that a file is read-only,
 * which it need not be since v7.2: there ->page_mkwrite has made the folio dirty before any PTE can be.
 */
const unmap_table = (s: Sys, mm: number, slot: number, table: number, folio: number): void => {
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
  // SCAN_PMD_NULL ended it until v6.17.
  if (!s.kernel.set_huge_pmd_allocates(s) && pud_none(s.pud.at(pud_row(s.geometry, mm, slot)))) return Result.EINVAL;
  if (!pmd_alloc(s, mm, slot)) return Result.EINVAL;
  folio_get(s, folio);
  if (s.kernel.do_set_pmd(s, mm, vma, slot, folio, false) === Result.ok) return Result.ok;
  folio_put(s, folio);
  return Result.EINVAL;
};
