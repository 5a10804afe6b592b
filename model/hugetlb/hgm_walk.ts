/**
 * The walk from the hstate's entry to smaller ones. Mirrors "hugetlb: introduce HugeTLB high-granularity mapping":
 * hugetlb_hgm_walk(), hugetlb_walk_step() of RFC v2 12/47, hugetlb_full_walk() and others of v1 and v2 13/46,
 * hugetlb_alloc_largest_pte() of RFC v2 34/47. A kernel without it has tables only above the hstate's entries, so that a walk
 * ends where it began. Stubbed: locks. Left out: that an entry changes while it is walked.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { leafSizes } from '../state/hugetlb/geometry.ts';
import { HugePte, HugetlbPte, Result } from '../state/hugetlb/hugetlb_types.ts';
import {
  huge_pte_none,
  huge_ptep_get,
  hugetlb_pte_present_leaf,
  hugetlb_pte_size,
  level_pages,
  NO_HPTE,
  pte_present,
} from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';
import { entry_below, huge_pte_offset, hugetlb_table_alloc } from './pgalloc.ts';

const with_error = (h: HugetlbPte, error: number): HugetlbPte => HugetlbPte.mkError(h, error);

/** hugetlb_walk_step(): one level down, to a table that is made if there is none. */
const hugetlb_walk_step = (s: Sys, h: HugetlbPte, page: number): HugetlbPte => {
  const error = hugetlb_table_alloc(s, h);
  if (error !== Result.ok) return with_error(h, error);
  return entry_below(s, h, page, level_pages(s.geometry, HugetlbPte.level(h) - 1));
};

/** Whether a table may be put where `e` is, which is not present; if not, with which error. */
const may_go_down = (s: Sys, e: HugePte): number =>
  huge_pte_none(e) || s.kernel.walk_splits_marker(s) ? Result.ok : Result.EEXIST;

/** The walk; `anyIsTable`: what is not present, and not none, is taken for a table. */
const walk = (
  s: Sys,
  row: number,
  from: HugetlbPte,
  page: number,
  size: number,
  alloc: boolean,
  anyIsTable: boolean,
): HugetlbPte => {
  if (s.kernel.walk_asks_vma(s) && !s.kernel.hugetlb_hgm_enabled(s, s.vma.at(row)))
    return alloc && size !== s.geometry.hugepage ? with_error(from, Result.EINVAL) : from;
  let h = from;
  while (hugetlb_pte_size(h) > size && HugetlbPte.error(h) === Result.ok) {
    const e = huge_ptep_get(s, h);
    if (hugetlb_pte_present_leaf(e)) return h;
    if (!pte_present(e)) {
      if (anyIsTable && !huge_pte_none(e))
        throw new ModelBug('swap-entry-as-table', `hugetlb_walk_to() takes for a table: ${HugePte.show(e)}`);
      if (!alloc) return h;
      const error = may_go_down(s, e);
      if (error !== Result.ok) return with_error(h, error);
    }
    h = hugetlb_walk_step(s, h, page);
  }
  return h;
};

/**
 * hugetlb_hgm_walk(): from `h` to the entry of `size` pages at `page`, or to where there is nothing smaller; `alloc`: tables
 * that are missing are made. The entry that comes back is valid whatever `error` it has: EINVAL of less than a page, too.
 */
export const hugetlb_hgm_walk = (
  s: Sys,
  row: number,
  from: HugetlbPte,
  page: number,
  size: number,
  alloc: boolean,
): HugetlbPte =>
  size < 1
    ? with_error(from, Result.EINVAL)
    : walk(s, row, from, page, size, alloc, s.kernel.walk_takes_any_for_table(s, s.vma.at(row)));

/** hugetlb_full_walk(): the smallest entry that there is for the page, or NO_HPTE. */
export const hugetlb_full_walk = (s: Sys, row: number, page: number): HugetlbPte => {
  const h = huge_pte_offset(s, Math.trunc(row / s.geometry.vmas), page);
  return h === NO_HPTE ? NO_HPTE : hugetlb_hgm_walk(s, row, h, page, 1, false);
};

/** The same for rmap and move_pages(), of which RFC v1 says nothing: they do not take its walk. */
export const hugetlb_entry_of = (s: Sys, row: number, page: number): HugetlbPte => {
  const h = huge_pte_offset(s, Math.trunc(row / s.geometry.vmas), page);
  return h === NO_HPTE ? NO_HPTE : walk(s, row, h, page, 1, false, false);
};

/**
 * hugetlb_alloc_largest_pte(): the largest entry that begins at `page` and ends before `end`, with the tables above it. EEXIST
 * where a larger leaf is mapped.
 */
export const hugetlb_alloc_largest_pte = (
  s: Sys,
  row: number,
  from: HugetlbPte,
  page: number,
  end: number,
): HugetlbPte => {
  const size = leafSizes(s.geometry).find((one) => page % one === 0 && page + one <= end);
  if (size === undefined) return with_error(from, Result.EINVAL);
  const h = hugetlb_hgm_walk(s, row, from, page, size, true);
  if (HugetlbPte.error(h) !== Result.ok) return h;
  return hugetlb_pte_size(h) > size ? with_error(h, Result.EEXIST) : h;
};
