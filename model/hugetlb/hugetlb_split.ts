/**
 * A leaf becomes smaller ones, so that one of them is a base page. Mirrors hugetlb_split_to_shift(), hugetlb_find_shift() of "[RFC
 * PATCH v1 0/7] PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages" 1/7 (Jiaqi Yan, 2023-04-28). Stubbed: locks, and
 * with them that others see the entry while it is none.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { leafSizes } from '../state/hugetlb/geometry.ts';
import { HugePte, HugetlbPte, Result } from '../state/hugetlb/hugetlb_types.ts';
import { folio_get, folio_put, page_folio } from './folio.ts';
import { hugetlb_hgm_walk } from './hgm_walk.ts';
import {
  huge_pte_clear,
  huge_pte_none_mostly,
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { tlb_meets_leaf } from './mmu.ts';
import { free_tables_below, huge_pte_offset } from './pgalloc.ts';
import { __unmap_hugepage_range } from './unmap.ts';
import { vma_mm } from './vma.ts';

/** hugetlb_find_shift(): the largest leaf that begins at `at`, ends before `end`, and is a base page where `page` is in it. */
const size_at = (s: Sys, at: number, end: number, page: number): number =>
  leafSizes(s.geometry).find(
    (size) => size === 1 || (at % size === 0 && at + size <= end && !(at <= page && page < at + size)),
  ) ?? 1;

/** What has been split of pages from `start` on is gone again, with the tables. */
export const split_undo = (s: Sys, row: number, h: HugetlbPte, start: number): void => {
  for (let at = start; at < start + hugetlb_pte_size(h);) {
    const n = hugetlb_hgm_walk(s, row, h, at, 1, false);
    const e = huge_ptep_get(s, n);
    if (hugetlb_pte_present_leaf(e)) {
      const slot = huge_pte_offset(s, vma_mm(s, row), at);
      s.kernel.hugetlb_remove_rmap(s, HugePte.pfn(e), hugetlb_pte_size(n), slot);
      folio_put(s, page_folio(s, HugePte.pfn(e)));
    }
    at += hugetlb_pte_size(n);
  }
  free_tables_below(s, h);
};

/**
 * The same as it was posted: by what unmaps a range for good, which wants whole hugepages, and uncounts pages from hugetlb_usage that
 * the new leaves have not counted.
 */
export const split_undo_by_unmap = (s: Sys, row: number, h: HugetlbPte, start: number): void => {
  const end = start + hugetlb_pte_size(h);
  __unmap_hugepage_range(s, row, start, end, { dropMarker: true });
  s.kernel.free_pgd_range(s, vma_mm(s, row), start, end, start, end);
};

/** hugetlb_split_to_shift_present_leaf(): leaves of their own for pages start..end-1, in place of `old`. */
const split_present_leaf = (s: Sys, row: number, h: HugetlbPte, old: HugePte, start: number, page: number): number => {
  const size = hugetlb_pte_size(h);
  const folio = page_folio(s, HugePte.pfn(old));
  const slot = huge_pte_offset(s, vma_mm(s, row), start);
  s.kernel.hugetlb_remove_rmap(s, HugePte.pfn(old), size, slot);
  for (let at = start; at < start + size;) {
    const n = hugetlb_hgm_walk(s, row, h, at, size_at(s, at, start + size, page), true);
    if (HugetlbPte.error(n) !== Result.ok) {
      s.kernel.hugetlb_add_file_rmap(s, HugePte.pfn(old), size, slot, true);
      return HugetlbPte.error(n);
    }
    folio_get(s, folio);
    s.kernel.hugetlb_add_file_rmap(s, HugePte.pfn(old) + at - start, hugetlb_pte_size(n), slot, false);
    set_huge_pte_at(s, n, HugePte.mkPfn(old, HugePte.pfn(old) + at - start));
    tlb_meets_leaf(s, vma_mm(s, row), at, hugetlb_pte_size(n));
    at += hugetlb_pte_size(n);
  }
  folio_put(s, folio);
  return Result.ok;
};

/**
 * hugetlb_split_to_shift() of the leaf `h`, so that `page` has one of its own. Returns a code of `Result`: EAGAIN where there is
 * no leaf, and the old one is back after an error.
 */
export const hugetlb_split_to_page = (s: Sys, row: number, h: HugetlbPte, at: number, page: number): number => {
  const mm = vma_mm(s, row);
  const size = hugetlb_pte_size(h);
  const start = Math.trunc(at / size) * size;
  const old = huge_ptep_get(s, h);
  if (page < start || page >= start + size)
    throw new ModelBug(
      'BUG_ON(split-elsewhere)',
      `page ${page} is to be split out of pages ${start}..${start + size - 1}`,
    );
  if (size === 1) return Result.ok;
  if (huge_pte_none_mostly(old)) return Result.EAGAIN;
  if (!hugetlb_pte_present_leaf(old)) throw new ModelBug('BUG_ON(split-swap-entry)', `${HugePte.show(old)} is split`);
  s.kernel.mmu_notifier_invalidate_range(s, mm, start, start + size);
  huge_pte_clear(s, h);
  if (s.kernel.hwpoison_flushes(s)) s.kernel.flush_tlb_range(s, mm, start, start + size);
  const error = split_present_leaf(s, row, h, old, start, page);
  if (error === Result.ok) return Result.ok;
  s.kernel.hwpoison_split_undo(s, row, h, start);
  set_huge_pte_at(s, h, old);
  return error;
};
