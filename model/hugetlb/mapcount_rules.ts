/**
 * What counts as one mapping of a hugepage, of which a process may map parts: the rules that "hugetlb: introduce HugeTLB
 * high-granularity mapping" went through, as replacements of rmap.ts, whose rule is M2: every leaf counts one, whatever its size.
 */
import { Count, COMPOUND_MAPPED } from '../state/hugetlb/hugetlb_types.ts';
import { page_folio } from './folio.ts';
import type { HugetlbKernel, HugetlbPatch, Sys } from './kernel.ts';
import { add_entire, entire_mapcount } from './rmap.ts';

/**
 * M1, of RFC v1: one for a hugepage of which a process maps anything. The first leaf counts it, and the leaf of its first page
 * uncounts it, whichever that was (14/26, 15/26).
 */
export const M1: HugetlbPatch = {
  hugetlb_add_file_rmap: () => (s, pfn, _size, isFirst) => {
    if (isFirst) add_entire(s, page_folio(s, pfn), 1);
  },
  hugetlb_remove_rmap: () => (s, pfn) => {
    if (pfn % s.geometry.hugepage === 0) add_entire(s, page_folio(s, pfn), -1);
  },
};

/** Pages of the folio that a small leaf maps, each counted for itself. */
const add_pages = (s: Sys, pfn: number, size: number, by: number): void => {
  for (let i = pfn; i < pfn + size; i++) s.mapcount.put(i, Count.add(s.mapcount.at(i), by));
};

type Rmap = Pick<HugetlbKernel, 'hugetlb_add_file_rmap' | 'hugetlb_remove_rmap'>;

/** hugetlb_add_file_rmap() and hugetlb_remove_rmap() of M3: as of THP, but for _nr_pages_mapped. */
const m3: Rmap = {
  hugetlb_add_file_rmap: (s, pfn, size) =>
    size === s.geometry.hugepage ? add_entire(s, page_folio(s, pfn), 1) : add_pages(s, pfn, size, 1),
  hugetlb_remove_rmap: (s, pfn, size) =>
    size === s.geometry.hugepage ? add_entire(s, page_folio(s, pfn), -1) : add_pages(s, pfn, size, -1),
};
const page_mapcount = (s: Sys, pfn: number): number =>
  entire_mapcount(s, page_folio(s, pfn)) + Count.valueOf(s.mapcount.at(pfn));
/** folio_large_is_mapped() */
const folio_mapped = (s: Sys, folio: number): boolean => entire_mapcount(s, folio) > 0 || s.nrPagesMapped.at(folio) > 0;

/** M3, of v2 (5/46): a leaf of the hugepage's size counts for all of it, a smaller one for each of its pages. */
export const M3: HugetlbPatch = {
  hugetlb_add_file_rmap: () => m3.hugetlb_add_file_rmap,
  hugetlb_remove_rmap: () => m3.hugetlb_remove_rmap,
  page_mapcount: () => page_mapcount,
  folio_mapped: () => folio_mapped,
};

/** _nr_pages_mapped, as it follows from the counts: pages with a mapcount of their own, and COMPOUND_MAPPED for the whole. */
const update_nr_pages_mapped = (s: Sys, folio: number): void => {
  const { hugepage } = s.geometry;
  let pages = entire_mapcount(s, folio) > 0 ? COMPOUND_MAPPED : 0;
  for (let i = folio * hugepage; i < (folio + 1) * hugepage; i++) if (Count.valueOf(s.mapcount.at(i)) > 0) pages++;
  s.nrPagesMapped.put(folio, pages);
};

/** M3 repaired, "mm: rmap: merge HugeTLB mapcount logic with THPs" (2023-03-06): _nr_pages_mapped is kept as of THP. */
export const M3_REPAIRED: HugetlbPatch = {
  ...M3,
  hugetlb_add_file_rmap: () => (s, pfn, size, isFirst) => {
    m3.hugetlb_add_file_rmap(s, pfn, size, isFirst);
    update_nr_pages_mapped(s, page_folio(s, pfn));
  },
  hugetlb_remove_rmap: () => (s, pfn, size) => {
    m3.hugetlb_remove_rmap(s, pfn, size);
    update_nr_pages_mapped(s, page_folio(s, pfn));
  },
};
