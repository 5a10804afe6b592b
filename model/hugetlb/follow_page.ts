/**
 * Which page is mapped at an address, for those that only ask. Mirrors mm/hugetlb.c hugetlb_follow_page_mask() (v6.1),
 * mm/pagewalk.c folio_walk_start() (v6.12 and later), mm/migrate.c do_pages_stat_array(); and of "hugetlb: introduce HugeTLB
 * high-granularity mapping" RFC v2 19/47, v1 20/46, v2 21/46. Stubbed: locks, which node a page is on.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { HugePte, HugetlbPte, Level, Result } from '../state/hugetlb/hugetlb_types.ts';
import { hugetlb_entry_of, hugetlb_full_walk } from './hgm_walk.ts';
import {
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  is_table,
  NO_HPTE,
  pte_present,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { huge_pte_offset } from './pgalloc.ts';
import { page_in_hugepage, vma_lookup, vma_mm } from './vma.ts';

/** The page of the leaf: the frame, or -1. */
export const follow_leaf = (s: Sys, row: number, page: number): number => {
  const h = hugetlb_entry_of(s, row, page);
  if (h === NO_HPTE) return -1;
  const e = huge_ptep_get(s, h);
  return hugetlb_pte_present_leaf(e) ? HugePte.pfn(e) + (page % hugetlb_pte_size(h)) : -1;
};

/** v1, v2: to the first page of the leaf is added where the address is in the hugepage. */
export const follow_leaf_by_hugepage = (s: Sys, row: number, page: number): number => {
  const h = hugetlb_full_walk(s, row, page);
  if (h === NO_HPTE) return -1;
  const e = huge_ptep_get(s, h);
  return hugetlb_pte_present_leaf(e) ? HugePte.pfn(e) + page_in_hugepage(s, s.vma.at(row), page) : -1;
};

/** RFC v2: walks to the leaf, and reads the entry of the hstate. At the level of PTEs anything present passes for a leaf. */
export const follow_entry_of_hstate = (s: Sys, row: number, page: number): number => {
  const h = hugetlb_full_walk(s, row, page);
  if (h === NO_HPTE) return -1;
  const e = huge_ptep_get(s, huge_pte_offset(s, vma_mm(s, row), page));
  if (!pte_present(e)) return -1;
  if (!is_table(e)) return HugePte.pfn(e) + page_in_hugepage(s, s.vma.at(row), page);
  if (HugetlbPte.level(h) !== Level.pte)
    throw new ModelBug('endless-loop', `hugetlb_follow_page_mask() finds ${HugePte.show(e)}, and walks again`);
  throw new ModelBug(
    'page-table-followed',
    `hugetlb_follow_page_mask() of page ${page} returns that of ${HugePte.show(e)}`,
  );
};

/** move_pages() that moves nothing: where is the page? `reached` is its frame, + 1. Returns a code of `Result`. */
export const do_pages_stat = (s: Sys, mm: number, page: number): number => {
  const row = vma_lookup(s, mm, page);
  if (row < 0) return Result.EFAULT;
  const pfn = s.kernel.hugetlb_follow_page(s, row, page);
  s.reached.put(0, pfn + 1);
  return pfn < 0 ? Result.ENOENT : Result.ok;
};
