/**
 * Page tables go that a collapse has left empty, so that faults map the new folio by a leaf: mm/khugepaged.c
 * retract_page_tables() and file_backed_vma_is_retractable(), v7.1 (v6.8, v6.12, v6.14 and v7.3 read beside it: since v6.6
 * no mmap lock is taken, and every check is made under the locks of PMD and PTEs as well). Stubbed: the i_mmap tree, by a look at all
 * VMAs. Left out: guard regions, MMU notifiers, the flush of the TLB, the IPI for gup-fast.
 */
import { Pmd, Vma } from '../state/mm_types.ts';
import { type FileUse, is_mapping_of } from './filemap.ts';
import type { Sys } from './kernel.ts';
import { mm_dec_nr_ptes } from './pgalloc.ts';
import { NONE_PMD, pmd_offset, pmd_table } from './pgtable.ts';
import { userfaultfd_wp } from './userfaultfd_wp.ts';
import { vm_mm, vma_interval_tree_iter_first, vma_interval_tree_iter_next } from './vma.ts';

/** Whether a private copy, or what userfaultfd protects, may be in the VMA: its tables stay. */
export const file_backed_vma_is_retractable = (s: Sys, mm: number, vma: Vma): boolean =>
  Vma.anonVma(vma) === 0 && !userfaultfd_wp(s, mm, vma);

/** pmdp_collapse_flush() and pte_free_defer(): the table of a slot goes. */
export const remove_page_table = (s: Sys, mm: number, slot: number): void => {
  const row = pmd_offset(s.geometry, mm, slot);
  const table = Pmd.pfn(s.pmd.at(row));
  s.pmd.put(row, NONE_PMD);
  mm_dec_nr_ptes(s, mm);
  s.kernel.pte_free(s, table);
};

/** retract_page_tables(): of every VMA in which a leaf can map page `index` of the file and those behind it. */
export const retract_page_tables = (s: Sys, use: FileUse, index: number): void => {
  for (let row = vma_interval_tree_iter_first(s); row >= 0; row = vma_interval_tree_iter_next(s, row)) {
    const mm = vm_mm(s, row);
    const vma = s.vma.at(row);
    const slot = is_mapping_of(vma, use) ? slot_in(s, vma, index) : -1;
    if (slot < 0 || !pmd_table(s.pmd.at(pmd_offset(s.geometry, mm, slot)))) continue;
    if (s.kernel.file_backed_vma_is_retractable(s, mm, vma)) s.kernel.remove_page_table(s, mm, slot);
  }
};

/** The slot in which the VMA maps page `index` of its file and those behind it, or -1. */
const slot_in = (s: Sys, vma: Vma, index: number): number => {
  const { ptrsPerPte } = s.geometry;
  const first = Vma.start(vma) + index - Vma.pgoff(vma);
  if (first < Vma.start(vma) || first % ptrsPerPte !== 0 || Vma.end(vma) < first + ptrsPerPte) return -1;
  return first / ptrsPerPte;
};
