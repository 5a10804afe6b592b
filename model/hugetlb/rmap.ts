/**
 * Mapcounts of hugepages. Mirrors include/linux/rmap.h hugetlb_add_file_rmap(), hugetlb_remove_rmap(), mm/rmap.c
 * hugetlb_add_new_anon_rmap() (v6.12; page_dup_file_rmap() and page_remove_rmap() of v6.1 do the same to a hugepage), and the
 * rules of "hugetlb: introduce HugeTLB high-granularity mapping", M1 to M3: see mapcount_rules.ts.
 */
import { Count, Folio } from '../state/hugetlb/hugetlb_types.ts';
import { folio_pfn, page_folio } from './folio.ts';
import { NO_HPTE } from './hugetlb_pte.ts';
import type { Sys } from './kernel.ts';

export const entire_mapcount = (s: Sys, folio: number): number => Count.valueOf(s.entireMapcount.at(folio));
export const add_entire = (s: Sys, folio: number, by: number): void =>
  s.entireMapcount.put(folio, Count.add(s.entireMapcount.at(folio), by));

/** One more, or one less, for each leaf, whatever its size. */
export const hugetlb_add_file_rmap = (s: Sys, pfn: number): void => add_entire(s, page_folio(s, pfn), 1);
export const hugetlb_remove_rmap = (s: Sys, pfn: number): void => add_entire(s, page_folio(s, pfn), -1);
/** page_mapcount() of a page whose own is not used. */
export const page_mapcount = (s: Sys, pfn: number): number => entire_mapcount(s, page_folio(s, pfn));
export const folio_mapped = (s: Sys, folio: number): boolean => entire_mapcount(s, folio) > 0;

/** folio_mapcount() of a hugepage as a whole, as hugetlb_wp() asks. */
export const folio_mapcount = (s: Sys, folio: number): number => entire_mapcount(s, folio);

/** A private page is mapped as a whole, and counts as one of a file that is. */
const add_whole = (s: Sys, folio: number): void =>
  s.kernel.hugetlb_add_file_rmap(s, folio_pfn(s, folio), s.geometry.hugepage, NO_HPTE, true);

/** hugetlb_add_new_anon_rmap(): the first mapping of a private page, which is exclusive. */
export const hugetlb_add_new_anon_rmap = (s: Sys, folio: number): void => {
  // Its reservation is used for good.
  const used = Folio.mkRestoreReserve(s.folio.at(folio), 0);
  s.folio.put(folio, Folio.mkExclusive(Folio.mkAnon(used, 1), 1));
  s.entireMapcount.put(folio, 0);
  add_whole(s, folio);
};

/** hugetlb_add_anon_rmap(): one more mapping of a private page. */
export const hugetlb_add_anon_rmap = (s: Sys, folio: number, exclusive: boolean): void => {
  add_whole(s, folio);
  if (exclusive) s.folio.put(folio, Folio.mkExclusive(s.folio.at(folio), 1));
};
