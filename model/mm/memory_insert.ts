/**
 * What drivers put into PTEs: insert_pfn(), insert_page() and vmf_insert_mixed() of mm/memory.c, v7.1.
 * Left out: batches (vm_insert_pages), the L1TF check of a fault, which no modelled driver fails.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pfnmap_setup_cachemode_pfn } from '../arch/memtype.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { Pmd, Pte, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { maybe_mkwrite } from './memory.ts';
import { page_folio, page_of } from './page_flags.ts';
import { folio_get, folio_ref_count } from './page_ref.ts';
import { pmd_alloc, pte_alloc } from './pgalloc.ts';
import { pmd_offset, pmd_table, pte_none, pte_offset, slot_of } from './pgtable.ts';
import { take_pte_lock } from './ptl.ts';
import { folio_add_file_rmap_ptes } from './rmap.ts';
import { is_cow_mapping, vma_is_dax } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** get_locked_pte(): the row of the PTE for `page`, or -1 without memory for its table. */
const get_locked_pte = (s: Sys, mm: number, page: number): number => {
  const slot = slot_of(s.geometry, page);
  if (!pmd_alloc(s, mm, slot) || !pte_alloc(s, mm, slot)) return -1;
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot));
  return pmd_table(e) ? pte_offset(s.geometry, Pmd.pfn(e), page) : -1;
};

const insert_special = (s: Sys, mm: number, vma: Vma, page: number, pfn: number): number => {
  const row = get_locked_pte(s, mm, page);
  if (row < 0) return Result.OOM;
  take_pte_lock(s, row);
  const prot = pfnmap_setup_cachemode_pfn(s, pfn, s.kernel.vm_page_prot(vma));
  if (pte_none(s.pte.at(row))) s.pte.put(row, Pte.mkSpecial(s.kernel.pfn_pte(pfn, prot), 1));
  return Result.ok;
};

/** vmf_insert_pfn(): a special entry. A slot that is taken stays as it is. */
export const vmf_insert_pfn = (s: Sys, mm: number, vma: Vma, page: number, pfn: number): number => {
  if (Vma.pfnmap(vma) === 1 && is_cow_mapping(vma) && !s.kernel.pfnmap_may_be_cow(s, 'PTE'))
    throw new ModelBug('BUG_ON(cow-pfnmap)', 'vmf_insert_pfn() for a private mapping');
  return insert_special(s, mm, vma, page, pfn);
};

/** vmf_insert_mixed(): with ARCH_HAS_PTE_SPECIAL special, whether or not the frame has a struct page. */
export const vmf_insert_mixed = insert_special;

/**
 * vm_insert_page() and, with `mkwrite`, vmf_insert_page_mkwrite() (v6.15): a page that is counted. What is taken stays
 * (-EBUSY, which a fault handler takes for done), or is made writable, if it is that page: who writes makes it dirty, or, of a
 * page that is pinned, nobody.
 */
export const vm_insert_page = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  pfn: number,
  mkwrite: boolean,
): number => {
  const folio = page_folio(s, pfn);
  // validate_page_before_insert()
  if (folio_ref_count(s, folio) === 0 || Page.kind(page_of(s, folio)) === PageKind.anon) return Result.SIGBUS;
  if (Vma.pfnmap(s.vma.at(vmaRow)) === 1) throw new ModelBug('BUG_ON(insert-page)', 'vm_insert_page() in VM_PFNMAP');
  s.vma.put(vmaRow, Vma.mkMixedmap(s.vma.at(vmaRow), vma_is_dax(s.vma.at(vmaRow)) ? 0 : 1));
  const vma = s.vma.at(vmaRow);
  const row = get_locked_pte(s, mm, page);
  if (row < 0) return Result.OOM;
  const old = s.pte.at(row);
  if (!pte_none(old)) {
    if (!mkwrite) return Result.ok;
    // -EFAULT; WARN_ON_ONCE() where it is not the zero page.
    if (Pte.pfn(old) !== pfn) return Result.SIGBUS;
    s.pte.put(row, maybe_mkwrite(Pte.mkYoung(old, 1), vma));
    return Result.ok;
  }
  folio_get(s, folio);
  add_mm_counter(s, mm, mm_counter(s, folio), 1);
  folio_add_file_rmap_ptes(s, pfn, 1, mm);
  const pte = s.kernel.pfn_pte(pfn, s.kernel.vm_page_prot(vma));
  s.pte.put(row, mkwrite ? maybe_mkwrite(Pte.mkDirty(Pte.mkYoung(pte, 1), 1), vma) : pte);
  return Result.ok;
};
