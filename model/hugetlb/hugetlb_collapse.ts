/**
 * MADV_COLLAPSE of hugetlb: large leaves in the place of tables. Mirrors "hugetlb: introduce HugeTLB high-granularity mapping":
 * hugetlb_collapse() of RFC v1 21/26, RFC v2 36/47, v1 35/46, and __hugetlb_collapse() of v2 34/46. No release has it. Stubbed:
 * locks, and the batch of mmu_gather: tables are freed and references dropped at once.
 */
import { Folio, HugetlbPte, Prot, Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { filemap_get, folio_get, folio_pfn } from './folio.ts';
import { hugetlb_alloc_largest_pte } from './hgm_walk.ts';
import {
  huge_pte_clear,
  huge_pte_none,
  huge_ptep_get,
  hugetlb_pte_size,
  is_table,
  NO_HPTE,
  set_huge_pte_at,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { forget_translations, tlb_meets_leaf } from './mmu.ts';
import { huge_pte_alloc, huge_pte_offset } from './pgalloc.ts';
import { __unmap_hugepage_range } from './unmap.ts';
import { find_vma, page_in_hugepage, vma_hugecache_offset, vma_mm } from './vma.ts';

/** What collapse_asks() of the kernel says where the VMA is one to be collapsed. */
export const GOES_ON = -1;

/** hugetlb_collapse() of RFC v2 and v1, of one VMA. Returns a code of `Result`. */
export const __hugetlb_collapse = (s: Sys, row: number, from: number, to: number): number => {
  const refused = s.kernel.collapse_asks(s, s.vma.at(row));
  if (refused !== GOES_ON) return refused;
  const ret = collapse_range(s, row, from, to);
  // tlb_finish_mmu() and mmu_notifier_invalidate_range_end(), of the range as a whole.
  forget_translations(s, vma_mm(s, row), from, to);
  return ret;
};

/**
 * hugetlb_collapse() of v2: over VMAs, as long as one has ended with an error. The VMA behind, if there is one, is asked for a
 * range that ends before it begins: it finds nothing to do, and the error is gone.
 */
export const hugetlb_collapse_of_vmas = (s: Sys, row: number, from: number, to: number): number => {
  let ret: number = Result.ok;
  for (let start = from; start < to || ret !== Result.ok;) {
    const next = find_vma(s, vma_mm(s, row), start);
    if (next < 0) return Result.EINVAL;
    const end = Vma.end(s.vma.at(next));
    ret = __hugetlb_collapse(s, next, start, Math.min(to, end));
    start = end;
  }
  return ret;
};

/** hugetlb_collapse() of RFC v1: the walk ends at an entry that is as large as it was asked for, and no such entry is collapsed. */
export const hugetlb_collapse_steps_over = (s: Sys, row: number, from: number, to: number): number => {
  const refused = s.kernel.collapse_asks(s, s.vma.at(row));
  if (refused !== GOES_ON) return refused;
  s.kernel.mmu_notifier_invalidate_range(s, vma_mm(s, row), from, to);
  for (let page = from; page < to;) {
    const h = largest_pte(s, row, page, to);
    if (h === NO_HPTE) return Result.ENOMEM;
    // hugetlb_walk_to() does not call a larger leaf an error.
    if (HugetlbPte.error(h) !== Result.ok && HugetlbPte.error(h) !== Result.EEXIST) return HugetlbPte.error(h);
    page += hugetlb_pte_size(h);
  }
  return Result.ok;
};

/** hugetlb_alloc_largest_pte(), with the entry of the hstate that it begins at. It makes tables where there is nothing. */
const largest_pte = (s: Sys, row: number, page: number, end: number): HugetlbPte => {
  const slot = huge_pte_alloc(s, row, page);
  return slot === NO_HPTE ? NO_HPTE : hugetlb_alloc_largest_pte(s, row, slot, page, end);
};

/** Span by span, each the largest that begins there. */
const collapse_range = (s: Sys, row: number, from: number, to: number): number => {
  const { hugepage } = s.geometry;
  let poison: number = Result.ok;
  for (let page = from; page < to;) {
    const h = largest_pte(s, row, page, to);
    if (h === NO_HPTE) return Result.ENOMEM;
    if (HugetlbPte.error(h) !== Result.ok) return HugetlbPte.error(h);
    if (s.kernel.collapse_forgets_poison(s)) poison = Result.ok;
    const error = is_table(huge_ptep_get(s, h)) ? collapse_span(s, row, page, h) : Result.ok;
    if (error === Result.EHWPOISON) {
      poison = s.kernel.collapse_of_poison(s);
      page = Math.trunc(page / hugepage) * hugepage + hugepage;
    } else if (error === Result.ok) page += hugetlb_pte_size(h);
    else return error;
  }
  return poison;
};

/** One span of tables: a leaf of the folio takes their place, or nothing where the page cache has none. */
const collapse_span = (s: Sys, row: number, page: number, h: HugetlbPte): number => {
  const vma = s.vma.at(row);
  const folio = filemap_get(s, Vma.file(vma) - 1, vma_hugecache_offset(s, vma, page));
  const error = folio < 0 ? Result.ok : s.kernel.collapse_folio_error(s, folio);
  if (error !== Result.ok) return error;
  // The reference of the look-up becomes that of the leaf.
  if (folio >= 0) folio_get(s, folio);
  const size = hugetlb_pte_size(h);
  __unmap_hugepage_range(s, row, page, page + size, { dropMarker: true });
  s.kernel.free_pgd_range(s, vma_mm(s, row), page, page + size, page, page + size);
  if (folio < 0) {
    huge_pte_clear(s, h);
    return Result.ok;
  }
  const pfn = folio_pfn(s, folio) + page_in_hugepage(s, vma, page);
  const slot = huge_pte_offset(s, vma_mm(s, row), page);
  if (s.kernel.collapse_flushes_first(s)) s.kernel.flush_tlb_range(s, vma_mm(s, row), page, page + size);
  tlb_meets_leaf(s, vma_mm(s, row), page, size);
  s.kernel.hugetlb_add_file_rmap(s, pfn, size, slot, huge_pte_none(huge_ptep_get(s, slot)));
  set_huge_pte_at(s, h, s.kernel.make_huge_pte(pfn, vma, Vma.prot(vma) === Prot.RW));
  if (s.kernel.collapse_counts_usage(s)) s.kernel.hugetlb_count_add(s, vma_mm(s, row), size);
  return Result.ok;
};

/** Poison first: that implies that the folio is not migratable. */
export const poison_then_migratable = (s: Sys, folio: number): number => {
  if (Folio.hwpoison(s.folio.at(folio)) === 1) return Result.EHWPOISON;
  return Folio.migratable(s.folio.at(folio)) === 1 ? Result.ok : Result.EBUSY;
};
export const migratable_then_poison = (s: Sys, folio: number): number => {
  if (Folio.migratable(s.folio.at(folio)) === 0) return Result.EBUSY;
  return Folio.hwpoison(s.folio.at(folio)) === 1 ? Result.EHWPOISON : Result.ok;
};
