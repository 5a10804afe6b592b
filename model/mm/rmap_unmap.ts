/**
 * Taking a folio out of every page table: mm/rmap.c try_to_unmap() and try_to_unmap_one(), v7.1 (6.12 read beside it),
 * of a folio of the page cache, and of an anonymous one: that MADV_FREE has given up, or that has swap slots.
 * Stubbed: the reverse map, by a look at all VMAs, mm by mm, in the order of addresses. Left out: hugetlb, poisoned pages of large folios, TLB
 * batching.
 */
import { Page, Rss } from '../state/memmap.ts';
import { Pmd, Pte, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { split_huge_pmd } from './huge_memory_split.ts';
import { folio_test_dirty, folio_test_lazyfree } from './lazyfree.ts';
import { folio_pte_batch } from './memory.ts';
import { is_swappable } from './memory_swap.ts';
import { munlock_vma_folio } from './mlock_folio.ts';
import { folio_test_anon, folio_test_large, set_page_flag } from './page_flags.ts';
import { folio_put_refs, folio_ref_count } from './page_ref.ts';
import { check_pmd, check_pte } from './page_vma_mapped.ts';
import { pmd_offset, pmd_table, pte_offset, slot_of } from './pgtable.ts';
import { folio_mapcount, folio_remove_rmap_ptes } from './rmap.ts';
import { pte_left_by_uffd_wp } from './userfaultfd_wp.ts';
import { vm_mm, vma_interval_tree_iter_first, vma_interval_tree_iter_next } from './vma.ts';
import { is_locked } from './vma_attributes.ts';
import { add_mm_counter, mm_counter } from './vmstat.ts';

/** The walk ends: the folio cannot be unmapped. */
const ABORT = -1;

/** Flags of include/linux/rmap.h. TTU_HWPOISON: of a folio of one page, which hwpoison entries stand for then. */
export const TTU_IGNORE_MLOCK = 1;
export const TTU_HWPOISON = 2;

/** try_to_unmap(): the caller has a reference, and sees for itself whether the folio is still mapped. */
export const try_to_unmap = (s: Sys, folio: number, flags = 0): void => {
  for (let row = vma_interval_tree_iter_first(s); row >= 0; row = vma_interval_tree_iter_next(s, row)) {
    const mm = vm_mm(s, row);
    if (folio_mapcount(s, folio) === 0) return;
    const vma = s.vma.at(row);
    const locked = (flags & TTU_IGNORE_MLOCK) === 0 && is_locked(s, mm, Vma.start(vma));
    if (locked && s.kernel.stays_locked(s, mm, vma, folio)) return;
    if (!try_to_unmap_one(s, mm, vma, folio, flags)) return;
  }
};

/** try_to_unmap_one(). False: the walk over all VMAs ends here. */
const try_to_unmap_one = (s: Sys, mm: number, vma: Vma, folio: number, flags: number): boolean => {
  const { geometry: g } = s;
  for (let page = Vma.start(vma), next: number; page < Vma.end(vma); page = next) {
    const slot = slot_of(g, page);
    const row = pmd_offset(g, mm, slot);
    next = Math.min(Vma.end(vma), (slot + 1) * g.ptrsPerPte);
    if (check_pmd(s.pmd.at(row), folio)) {
      if (folio_test_lazyfree(s, folio)) {
        const discarded = s.kernel.unmap_huge_pmd_locked(s, mm, slot);
        if (discarded || !s.kernel.unmap_splits_lazyfree_pmd(s)) return discarded;
      }
      // TTU_SPLIT_HUGE_PMD, which all pass for a folio of PMD size: the walk starts again, at PTEs. A file has none then.
      split_huge_pmd(s, mm, vma, slot);
    }
    if (pmd_table(s.pmd.at(row))) {
      const nr = unmap_ptes(s, mm, folio, page, pte_offset(g, Pmd.pfn(s.pmd.at(row)), page), next - page, flags);
      if (nr === ABORT) return false;
      next = page + nr;
    }
  }
  return true;
};

/** The PTEs from that of `page`, in `row`, on that go, or stay, together. Returns how many, or ABORT. */
const unmap_ptes = (
  s: Sys,
  mm: number,
  folio: number,
  page: number,
  row: number,
  max: number,
  flags: number,
): number => {
  const first = s.pte.at(row);
  if (!check_pte(s, first, folio)) return 1;
  if ((flags & TTU_HWPOISON) !== 0) {
    s.kernel.set_hwpoison_pte(s, mm, page, row);
    return 1;
  }
  const pfn = Pte.pfn(first);
  const swaps = is_swappable(s, folio);
  const nr = swaps ? 1 : s.kernel.folio_unmap_pte_batch(s, folio, row, max);
  const pte = get_and_clear_ptes(s, row, nr);
  if (Pte.dirty(pte) === 1) set_page_flag(s, folio, Page.mkDirty, 1);
  if (swaps) {
    if (!s.kernel.unmap_to_swap(s, mm, row, pte)) return ABORT;
  } else if (!folio_test_anon(s, folio)) {
    add_mm_counter(s, mm, mm_counter(s, folio), -nr);
  } else if (!ttu_anon_lazyfree_folio(s, mm, folio, nr)) {
    for (let i = 0; i < nr; i++) s.pte.put(row + i, Pte.mkPfn(pte, pfn + i));
    return ABORT;
  }
  folio_remove_rmap_ptes(s, pfn, nr, mm);
  munlock_vma_folio(s, pfn, mm, page);
  folio_put_refs(s, folio, nr);
  return nr;
};

/** folio_unmap_pte_batch(), since v6.15: within the VMA and the table. A failure restores all of them as the first is. */
export const folio_unmap_pte_batch = (s: Sys, folio: number, row: number, max: number): number => {
  if (!folio_test_large(s, folio)) return 1;
  return folio_pte_batch(s, folio, row, max, s.kernel.unmap_batch_respects_write(s));
};

/** get_and_clear_ptes(): the first of them, young and dirty if any of them was. */
const get_and_clear_ptes = (s: Sys, row: number, nr: number): Pte => {
  let pte = s.pte.at(row);
  for (let i = 0; i < nr; i++) {
    const one = s.pte.at(row + i);
    if (Pte.young(one) === 1) pte = Pte.mkYoung(pte, 1);
    if (Pte.dirty(one) === 1) pte = Pte.mkDirty(pte, 1);
    s.pte.put(row + i, pte_left_by_uffd_wp(one));
  }
  return pte;
};

/**
 * ttu_anon_lazyfree_folio(): whether the pages can be dropped. A folio that has been written to is memory like any other
 * again; one with more references than its mappings and the caller's just stays, since v6.15.
 */
const ttu_anon_lazyfree_folio = (s: Sys, mm: number, folio: number, nr: number): boolean => {
  if (folio_test_dirty(s, folio)) {
    set_page_flag(s, folio, Page.mkSwapbacked, 1);
    return false;
  }
  if (folio_ref_count(s, folio) !== 1 + folio_mapcount(s, folio)) {
    if (!s.kernel.swapbacked_iff_dirty(s)) set_page_flag(s, folio, Page.mkSwapbacked, 1);
    return false;
  }
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, -nr);
  return true;
};
