/**
 * Faults that end in a leaf: mm/huge_memory.c do_huge_pmd_anonymous_page(), do_huge_pmd_wp_page(), and what drivers call,
 * vmf_insert_pfn_pmd() with its likes of both levels; v7.1. Left out: userfaultfd, NUMA hints, memory cgroups,
 * deferred splitting of huge folios nobody has split yet.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pfnmap_setup_cachemode_pfn } from '../arch/memtype.ts';
import { pudPages } from '../state/geometry.ts';
import { Page, Rss } from '../state/memmap.ts';
import { Pmd, Result, Vma } from '../state/mm_types.ts';
import { type Fop, maybe_pmd_mkwrite, pmd_mkwritten } from './huge_memory.ts';
import { insert_pud } from './huge_memory_pud.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import { is_huge_zero_pmd, mm_get_huge_zero_folio, set_huge_zero_folio } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { folio_add_lru_vma } from './mlock_folio.ts';
import { vma_alloc_folio } from './memory.ts';
import { folio_nr_pages, pfn_valid, set_page_flag, swapcache_refs } from './page_flags.ts';
import { folio_put, folio_ref_count } from './page_ref.ts';
import { mm_inc_nr_ptes } from './pgalloc.ts';
import { pmd_offset, pud_of } from './pgtable.ts';
import { pmd_lock, pmd_unlock, pmdp_huge_get_and_clear, set_pmd_at } from './pgtable_generic.ts';
import { folio_add_new_anon_rmap } from './rmap.ts';
import { FALLBACK } from './vm_fault.ts';
import { anon_vma_prepare, is_cow_mapping } from './vma.ts';
import { add_mm_counter } from './vmstat.ts';

/** thp_vma_suitable_order() at PMD level: the VMA covers the slot. */
const covers = (s: Sys, vma: Vma, slot: number): boolean => {
  const { ptrsPerPte } = s.geometry;
  return Vma.start(vma) <= slot * ptrsPerPte && (slot + 1) * ptrsPerPte <= Vma.end(vma);
};

export const do_huge_pmd_anonymous_page = (
  s: Sys,
  mm: number,
  vmaRow: number,
  slot: number,
  write: boolean,
): number => {
  if (!covers(s, s.vma.at(vmaRow), slot)) return FALLBACK;
  anon_vma_prepare(s, vmaRow);
  const vma = s.vma.at(vmaRow);
  if (!write && s.memmap.blocks.some(({ use }) => use === 'huge zero')) return do_huge_zero(s, mm, vma, slot);
  const folio = vma_alloc_folio(s, s.geometry.ptrsPerPte);
  if (folio < 0) return FALLBACK;
  const pgtable = s.kernel.pte_alloc_one(s);
  if (pgtable < 0) {
    folio_put(s, folio);
    return Result.OOM;
  }
  s.kernel.map_anon_folio_pmd(s, mm, vma, slot, folio, pgtable);
  return Result.ok;
};

const do_huge_zero = (s: Sys, mm: number, vma: Vma, slot: number): number => {
  const pgtable = s.kernel.pte_alloc_one(s);
  if (pgtable < 0) return Result.OOM;
  const zero = mm_get_huge_zero_folio(s, mm);
  if (zero < 0) {
    s.kernel.pte_free(s, pgtable);
    return FALLBACK;
  }
  pmd_lock(s);
  set_huge_zero_folio(s, mm, vma, slot, zero, pgtable);
  pmd_unlock(s);
  return Result.ok;
};

/** map_anon_folio_pmd_pf(): a whole folio, with a table in reserve. */
export const map_anon_folio_pmd = (s: Sys, mm: number, vma: Vma, slot: number, pfn: number, pgtable: number): void => {
  pmd_lock(s);
  s.kernel.pgtable_trans_huge_deposit(s, mm, slot, pgtable);
  install_anon_folio(s, mm, vma, slot, pfn);
  mm_inc_nr_ptes(s, mm);
  pmd_unlock(s);
};

const install_anon_folio = (s: Sys, mm: number, vma: Vma, slot: number, pfn: number): void => {
  folio_add_new_anon_rmap(s, pfn, mm);
  folio_add_lru_vma(s, pfn, mm, slot * s.geometry.ptrsPerPte);
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, s.geometry.ptrsPerPte);
  const e = Pmd.mkDirty(Pmd.mkYoung(s.kernel.pfn_pmd(pfn, s.kernel.vm_page_prot(vma)), 1), 1);
  set_pmd_at(s, mm, slot, maybe_pmd_mkwrite(e, vma));
};

/**
 * do_huge_pmd_wp_page(): a folio of our own is reused; otherwise the leaf is split, and a page copied. `unshare`
 * (FAULT_FLAG_UNSHARE): the folio is to be our own, but stays read-only.
 */
export const do_huge_pmd_wp_page = (s: Sys, mm: number, vma: Vma, slot: number, unshare = false): number => {
  const row = pmd_offset(s.geometry, mm, slot);
  const e = s.pmd.at(row);
  const pfn = Pmd.pfn(e);
  if (is_huge_zero_pmd(s, e)) return s.kernel.do_huge_zero_wp_pmd(s, mm, vma, slot);
  const own = s.kernel.wp_reuses_exclusive(s, pfn);
  if (!own && folio_ref_count(s, pfn) === 1 + swapcache_refs(s, pfn)) s.kernel.folio_free_swap(s, pfn);
  if (own || folio_ref_count(s, pfn) === 1) {
    set_page_flag(s, pfn, Page.mkAnonExclusive, 1);
    if (!unshare) s.pmd.put(row, maybe_pmd_mkwrite(pmd_mkwritten(e), vma));
    return Result.ok;
  }
  split_huge_pmd(s, mm, vma, slot);
  return FALLBACK;
};

/** do_huge_zero_wp_pmd(), since v6.13: a folio of our own takes its place, over the same deposit. */
export const do_huge_zero_wp_pmd = (s: Sys, mm: number, vma: Vma, slot: number): number => {
  const folio = vma_alloc_folio(s, s.geometry.ptrsPerPte);
  if (folio < 0) {
    split_huge_pmd(s, mm, vma, slot);
    return FALLBACK;
  }
  pmd_lock(s);
  pmdp_huge_get_and_clear(s, mm, slot);
  install_anon_folio(s, mm, vma, slot, folio);
  pmd_unlock(s);
  return Result.ok;
};

/** The BUG_ON()s of vmf_insert_pfn_pmd() and vmf_insert_pfn_pud(). */
const check_pfn_vma = (s: Sys, vma: Vma, level: 'PMD' | 'PUD', who: string): void => {
  if (Vma.pfnmap(vma) === 1 && is_cow_mapping(vma) && !s.kernel.pfnmap_may_be_cow(s, level))
    throw new ModelBug('BUG_ON(cow-pfnmap)', `${who} for a private mapping`);
};

/** vmf_insert_pfn_pmd(). Returns a code of `Result`. */
export const vmf_insert_pfn_pmd = (s: Sys, mm: number, vma: Vma, slot: number, pfn: number, write: boolean): number => {
  check_pfn_vma(s, vma, 'PMD', 'vmf_insert_pfn_pmd()');
  return insert_leaf(s, mm, vma, slot, pfn, write, 'pfn');
};

/** vmf_insert_folio_pmd(), since v6.15: the folio is counted. */
export const vmf_insert_folio_pmd = (
  s: Sys,
  mm: number,
  vma: Vma,
  slot: number,
  pfn: number,
  write: boolean,
): number => {
  if (folio_nr_pages(s, pfn) !== s.geometry.ptrsPerPte) return Result.SIGBUS;
  return insert_leaf(s, mm, vma, slot, pfn, write, 'folio');
};

export const insert_leaf = (
  s: Sys,
  mm: number,
  vma: Vma,
  slot: number,
  pfn: number,
  write: boolean,
  fop: Fop,
): number => {
  const first = slot * s.geometry.ptrsPerPte;
  if (first < Vma.start(vma) || first >= Vma.end(vma)) return Result.SIGBUS;
  const asked = s.kernel.vm_page_prot(vma);
  const prot = fop === 'pfn' ? pfnmap_setup_cachemode_pfn(s, pfn, asked) : asked;
  return s.kernel.insert_pmd(s, mm, slot, pfn, prot, write, fop) ? Result.ok : Result.OOM;
};

/** vmf_insert_pfn_pud() and, since v6.15, vmf_insert_folio_pud(): a frame with struct page is a folio to be counted. */
export const vmf_insert_pud = (
  s: Sys,
  mm: number,
  vma: Vma,
  page: number,
  pfn: number,
  write: boolean,
  fop: Fop,
): number => {
  if (fop === 'pfn') check_pfn_vma(s, vma, 'PUD', 'vmf_insert_pfn_pud()');
  const pud = pud_of(s.geometry, page);
  const span = pudPages(s.geometry);
  if (pud * span < Vma.start(vma) || pud * span >= Vma.end(vma)) return Result.SIGBUS;
  if (fop === 'folio' && (!pfn_valid(s, pfn) || folio_nr_pages(s, pfn) !== span)) return Result.SIGBUS;
  const asked = s.kernel.vm_page_prot(vma);
  const looksUp = fop === 'pfn' && s.kernel.insert_pud_uses_memtype(s);
  insert_pud(s, mm, pud, pfn, looksUp ? pfnmap_setup_cachemode_pfn(s, pfn, asked) : asked, write, fop);
  return Result.ok;
};
