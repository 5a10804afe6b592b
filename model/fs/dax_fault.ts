/**
 * Faults on a DAX file: fs/dax.c dax_iomap_pte_fault(), dax_iomap_pmd_fault() and what is below them, v7.1, behind
 * xfs_filemap_fault(), ->huge_fault, ->page_mkwrite and ->pfn_mkwrite. Left out: MAP_SYNC, write-back, the end of the
 * file (its size never changes; what is cut is a hole), poisoned memory.
 */
import { vmf_insert_folio_pmd } from '../mm/huge_memory_fault.ts';
import { split_huge_pmd } from '../mm/huge_memory_split.ts';
import { mm_get_huge_zero_folio } from '../mm/huge_memory_zero.ts';
import { pmd_mkspecial, pmd_lock, pmd_unlock, set_pmd_at } from '../mm/pgtable_generic.ts';
import type { Sys } from '../mm/kernel.ts';
import { vma_alloc_folio } from '../mm/memory.ts';
import { finish_cow_fault } from '../mm/memory_file.ts';
import { vm_insert_page, vmf_insert_pfn } from '../mm/memory_insert.ts';
import { page_folio } from '../mm/page_flags.ts';
import { folio_put, folio_ref_add } from '../mm/page_ref.ts';
import { mm_inc_nr_ptes } from '../mm/pgalloc.ts';
import { pmd_none, pmd_offset, pmd_trans_huge, slot_of } from '../mm/pgtable.ts';
import { FALLBACK, WAITS } from '../mm/vm_fault.ts';
import { anon_vma_prepare } from '../mm/vma.ts';
import { DaxKind } from '../state/dax.ts';
import { frameOf } from '../state/memmap.ts';
import { Result, Vma } from '../state/mm_types.ts';
import { entry_row, head_of } from './dax_entry.ts';
import { file_of, index_of, iomap_begin } from './extents.ts';

const pmd_at = (s: Sys, mm: number, page: number) => s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)));

/** dax_iomap_fault(): a code of `Result`, or FALLBACK. NOPAGE is ok here: the access is made again. */
export const dax_iomap_fault = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  level: 'PTE' | 'PMD',
  write: boolean,
): number =>
  level === 'PTE' ? dax_iomap_pte_fault(s, mm, vmaRow, page, write) : dax_iomap_pmd_fault(s, mm, vmaRow, page, write);

const dax_iomap_pte_fault = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const file = file_of(vma);
  const index = index_of(vma, page);
  if (index >= s.geometry.daxFilePages) return Result.SIGBUS;
  const copies = write && Vma.shared(vma) === 0;
  // do_cow_fault() allocates first.
  if (copies) anon_vma_prepare(s, vmaRow);
  const copy = copies ? vma_alloc_folio(s) : -1;
  if (copies && copy < 0) return Result.OOM;
  const grabbed = s.kernel.grab_mapping_entry(s, file, index, false);
  if (grabbed !== Result.ok || pmd_trans_huge(pmd_at(s, mm, page))) {
    if (copies) folio_put(s, copy);
    return grabbed;
  }
  if (!copies) return dax_fault_iter(s, mm, vmaRow, page, write);
  // dax_fault_cow_page()
  const mapped = finish_cow_fault(s, mm, s.vma.at(vmaRow), page, copy);
  if (!mapped) folio_put(s, copy);
  return mapped ? Result.ok : Result.OOM;
};

const dax_fault_iter = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const [file, index] = [file_of(vma), index_of(vma, page)];
  const iomap = iomap_begin(s, file, index, 1, write);
  if (iomap === undefined) return Result.SIGBUS;
  if (iomap.pfn < 0) return dax_load_hole(s, mm, vma, page, file, index);
  const { pfn } = iomap;
  if (write && iomap.shared && s.kernel.dax_cow_waits(s, s.daxEntry.at(entry_row(s, file, index)))) return WAITS;
  s.kernel.dax_insert_entry(s, file, index, 0, DaxKind.mapped, pfn, iomap.shared, write);
  return s.kernel.dax_insert_page(s, mm, vmaRow, page, pfn, write);
};

/** The end of dax_fault_iter() for a page: a reference, so that one that is idle can be inserted. */
export const dax_insert_page = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  pfn: number,
  write: boolean,
): number => {
  const folio = page_folio(s, pfn);
  folio_ref_add(s, folio, 1);
  const made = vm_insert_page(s, mm, vmaRow, page, pfn, write);
  folio_put(s, folio);
  return made;
};

/** dax_load_hole(): the zero page, which nobody counts. */
const dax_load_hole = (s: Sys, mm: number, vma: Vma, page: number, file: number, index: number): number => {
  const zero = frameOf(s.memmap, 'zero page', 0);
  s.kernel.dax_insert_entry(s, file, index, 0, DaxKind.zero, zero, false, false);
  return vmf_insert_pfn(s, mm, vma, page, zero);
};

/** dax_fault_check_fallback(): a leaf must fit the file and the VMA, and is not copied. */
const fits = (s: Sys, vma: Vma, page: number, write: boolean): boolean => {
  const { ptrsPerPte, daxFilePages } = s.geometry;
  const first = page - (page % ptrsPerPte);
  const index = index_of(vma, page);
  if (index % ptrsPerPte !== page % ptrsPerPte || (write && Vma.shared(vma) === 0)) return false;
  if (first < Vma.start(vma) || first + ptrsPerPte > Vma.end(vma)) return false;
  return head_of(s, index) + ptrsPerPte <= daxFilePages;
};

const dax_iomap_pmd_fault = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  if (index_of(vma, page) >= s.geometry.daxFilePages) return Result.SIGBUS;
  const made = fits(s, vma, page, write) ? try_pmd_fault(s, mm, vmaRow, page, write) : FALLBACK;
  if (made === FALLBACK) split_huge_pmd(s, mm, vma, slot_of(s.geometry, page));
  return made;
};

const try_pmd_fault = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const file = file_of(vma);
  const head = head_of(s, index_of(vma, page));
  const grabbed = s.kernel.grab_mapping_entry(s, file, head, true);
  if (grabbed !== Result.ok) return grabbed;
  const e = pmd_at(s, mm, page);
  if (!pmd_none(e) && !pmd_trans_huge(e)) return Result.ok;
  const iomap = iomap_begin(s, file, head, s.geometry.ptrsPerPte, write);
  if (iomap === undefined || (iomap.shared && !s.kernel.dax_shares_leaves(s))) return FALLBACK;
  if (iomap.pfn < 0) return s.kernel.dax_pmd_load_hole(s, mm, vma, page, file, head);
  const { pfn } = iomap;
  if (write && iomap.shared && s.kernel.dax_cow_waits(s, s.daxEntry.at(entry_row(s, file, head)))) return WAITS;
  s.kernel.dax_insert_entry(s, file, head, 1, DaxKind.mapped, pfn, iomap.shared, write);
  return s.kernel.dax_insert_pmd(s, mm, vma, page, pfn, write);
};

/** The end of dax_fault_iter() for a leaf. */
export const dax_insert_pmd = (s: Sys, mm: number, vma: Vma, page: number, pfn: number, write: boolean): number => {
  folio_ref_add(s, pfn, 1);
  const made = vmf_insert_folio_pmd(s, mm, vma, slot_of(s.geometry, page), pfn, write);
  folio_put(s, pfn);
  return made;
};

/** dax_pmd_load_hole(): a leaf of the huge zero folio, with a deposit only where the architecture needs one. */
export const dax_pmd_load_hole = (s: Sys, mm: number, vma: Vma, page: number, file: number, head: number): number => {
  const zero = mm_get_huge_zero_folio(s, mm);
  if (zero < 0) return FALLBACK;
  s.kernel.dax_insert_entry(s, file, head, 1, DaxKind.zero, zero, false, false);
  const slot = slot_of(s.geometry, page);
  if (!pmd_none(pmd_at(s, mm, page))) return Result.ok;
  const needs = s.kernel.arch_needs_pgtable_deposit(s);
  const pgtable = needs ? s.kernel.pte_alloc_one(s) : -1;
  if (needs && pgtable < 0) return Result.OOM;
  pmd_lock(s);
  if (needs) {
    s.kernel.pgtable_trans_huge_deposit(s, mm, slot, pgtable);
    mm_inc_nr_ptes(s, mm);
  }
  const e = s.kernel.pfn_pmd(zero, s.kernel.vm_page_prot(vma));
  set_pmd_at(s, mm, slot, s.kernel.huge_zero_is_special(s) ? pmd_mkspecial(s, e) : e);
  pmd_unlock(s);
  return Result.ok;
};
