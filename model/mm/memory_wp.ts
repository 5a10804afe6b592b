/** Write faults on PTEs: mm/memory.c do_wp_page() and what is below it, v7.1. Left out: KSM, userfaultfd. */
import { Page, PageKind, Rss } from '../state/memmap.ts';
import { Pmd, Pte, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { maybe_mkwrite, NO_PAGE, vma_alloc_folio } from './memory.ts';
import { mmu_notify } from './mmu_notifier.ts';
import {
  folio_test_anon,
  folio_test_large,
  is_fsdax_page,
  page_folio,
  page_of,
  set_page_flag,
  swapcache_refs,
} from './page_flags.ts';
import { folio_add_lru_vma, munlock_vma_folio } from './mlock_folio.ts';
import { folio_get, folio_put, folio_ref_count } from './page_ref.ts';
import { pmd_offset, pmd_table, pte_offset, pte_offset_map, slot_of } from './pgtable.ts';
import { take_pte_lock } from './ptl.ts';
import { folio_add_new_anon_rmap, folio_mapcount, folio_remove_rmap_ptes } from './rmap.ts';
import { NOPAGE } from './vm_fault.ts';
import { anon_vma_prepare, vma_has_no_handler } from './vma.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/**
 * do_wp_page(): what is shared is made writable, what is our own is reused, everything else is copied. `unshare`
 * (FAULT_FLAG_UNSHARE): the page is to be our own, but stays read-only.
 */
export const do_wp_page = (s: Sys, mm: number, vmaRow: number, page: number, unshare = false): number => {
  const vma = s.vma.at(vmaRow);
  const row = pte_offset_map(s, mm, page);
  const pfn = s.kernel.vm_normal_page(s, vma, s.pte.at(row));
  if (Vma.shared(vma) === 1)
    return pfn === NO_PAGE || (s.kernel.wp_asks_fsdax(s) && is_fsdax_page(s, pfn))
      ? s.kernel.wp_pfn_shared(s, mm, vma, page, row)
      : wp_page_shared(s, vma, row, pfn);
  if (pfn !== NO_PAGE && folio_test_anon(s, page_folio(s, pfn))) {
    if (s.kernel.wp_reuses_exclusive(s, pfn) || s.kernel.wp_can_reuse_anon_folio(s, page_folio(s, pfn))) {
      set_page_flag(s, pfn, Page.mkAnonExclusive, 1);
      if (!unshare) wp_page_reuse(s, vma, row);
      return Result.ok;
    }
  }
  return wp_page_copy(s, mm, vmaRow, page, row, pfn, unshare);
};

const wp_page_reuse = (s: Sys, vma: Vma, row: number): void => {
  take_pte_lock(s, row);
  s.pte.put(row, maybe_mkwrite(Pte.mkDirty(Pte.mkYoung(s.pte.at(row), 1), 1), vma));
};

/** wp_pfn_shared(): the driver is told first, where it wants to be, and may refuse. */
export const wp_pfn_shared = (s: Sys, mm: number, vma: Vma, page: number, row: number): number => {
  if (Vma.pfnMkwrite(vma) === 0) {
    wp_page_reuse(s, vma, row);
    return Result.ok;
  }
  const orig = s.pte.at(row);
  // The page table is not locked meanwhile.
  const told = s.kernel.driver_pfn_mkwrite(s, mm, vma, page);
  if (told !== Result.ok) return told === NOPAGE ? Result.ok : told;
  return finish_mkwrite_fault(s, mm, vma, page, orig);
};

/** finish_mkwrite_fault(): nothing, if the driver or somebody else has changed the entry; the access is made again. */
const finish_mkwrite_fault = (s: Sys, mm: number, vma: Vma, page: number, orig: Pte): number => {
  const e = s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)));
  if (!pmd_table(e)) return Result.ok;
  const row = pte_offset(s.geometry, Pmd.pfn(e), page);
  if (s.pte.at(row) === orig) wp_page_reuse(s, vma, row);
  return Result.ok;
};

/**
 * wp_page_shared() and fault_dirty_shared_page(). do_page_mkwrite() takes a folio without mapping, once ->page_mkwrite has left it
 * unlocked, for one that has been truncated meanwhile: the access is made again. That of kernfs has no other (p2pdma.ts).
 */
const wp_page_shared = (s: Sys, vma: Vma, row: number, pfn: number): number => {
  if (Vma.pfnMkwrite(vma) === 1 && vma_has_no_handler(vma)) return Result.ok;
  wp_page_reuse(s, vma, row);
  set_page_flag(s, page_folio(s, pfn), Page.mkDirty, 1);
  return Result.ok;
};

/**
 * wp_can_reuse_anon_folio(): nobody else has a reference. Of a large folio (v6.15, CONFIG_MM_ID): it is mapped by this
 * mm alone, and every reference is a mapping.
 */
export const wp_can_reuse_anon_folio = (s: Sys, folio: number): boolean => {
  if (!folio_test_large(s, folio)) {
    // It leaves the swap cache first, if no entry names its slot.
    if (folio_ref_count(s, folio) === 1 + swapcache_refs(s, folio)) s.kernel.folio_free_swap(s, folio);
    return folio_ref_count(s, folio) === 1;
  }
  if (!s.machine.mmId || s.kernel.is_mapped_once(s, folio)) return false;
  return !s.kernel.folio_maybe_mapped_shared(s, folio) && folio_mapcount(s, folio) === folio_ref_count(s, folio);
};

/** folio_large_mapcount(folio) <= 1: what is left of it is not worth keeping all of it. */
export const is_mapped_once = (s: Sys, folio: number): boolean => folio_mapcount(s, folio) <= 1;

/** wp_page_copy(): a page of our own in place of `pfn`, or of a frame without struct page. */
const wp_page_copy = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  row: number,
  pfn: number,
  unshare: boolean,
): number => {
  const old = pfn === NO_PAGE ? NO_PAGE : page_folio(s, pfn);
  if (old !== NO_PAGE) folio_get(s, old);
  anon_vma_prepare(s, vmaRow);
  const copy = vma_alloc_folio(s);
  if (copy < 0) {
    if (old !== NO_PAGE) folio_put(s, old);
    return Result.OOM;
  }
  if (old === NO_PAGE) {
    add_mm_counter(s, mm, Rss.MM_ANONPAGES, 1);
  } else if (Page.kind(page_of(s, old)) !== PageKind.anon) {
    add_mm_counter(s, mm, mm_counter(s, old), -1);
    add_mm_counter(s, mm, Rss.MM_ANONPAGES, 1);
  }
  const vma = s.vma.at(vmaRow);
  folio_add_new_anon_rmap(s, copy, mm);
  folio_add_lru_vma(s, copy, mm, page);
  const pte = Pte.mkYoung(s.kernel.pfn_pte(copy, s.kernel.vm_page_prot(vma)), 1);
  const dirty = !unshare || s.kernel.unshare_marks_dirty(s) ? Pte.mkDirty(pte, 1) : pte;
  mmu_notify(s, mm, page, page + 1, 'CLEAR');
  take_pte_lock(s, row);
  s.pte.put(row, unshare ? dirty : maybe_mkwrite(dirty, vma));
  if (old !== NO_PAGE) {
    folio_remove_rmap_ptes(s, pfn, 1, mm);
    munlock_vma_folio(s, pfn, mm, page);
    s.kernel.free_swap_cache(s, old);
    folio_put(s, old);
    folio_put(s, old);
  }
  return Result.ok;
};
