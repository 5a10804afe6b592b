/**
 * Memory of a hugepage breaks. Mirrors mm/memory-failure.c try_memory_failure_hugetlb(), get_huge_page_for_hwpoison(),
 * hwpoison_user_mappings(), me_huge_page(); v6.1 and later: the whole hugepage is lost to whoever maps it, and stays in the page
 * cache of its file. Stubbed: locks. Left out: signals, which of its pages it is, free hugepages, folios under migration.
 */
import { Folio, Result } from '../state/hugetlb/hugetlb_types.ts';
import { folio_get, folio_lock, folio_put, folio_ref_count, page_folio } from './folio.ts';
import type { Sys } from './kernel.ts';
import { cache_row_of } from './page_vma_mapped.ts';
import { try_to_unmap_poisoned } from './rmap_unmap.ts';

/** me_huge_page(): the reference of memory_failure() stays, unless the page was private. Whether nobody else has one. */
export const me_huge_page = (s: Sys, folio: number): boolean => {
  if (cache_row_of(s, folio) >= 0) return folio_ref_count(s, folio) === 2;
  folio_put(s, folio);
  return folio_ref_count(s, folio) === 0;
};

/** memory_failure() of a frame of a folio that is used. Returns a code of `Result`. */
export const memory_failure_hugetlb = (s: Sys, pfn: number): number => {
  const folio = page_folio(s, pfn);
  const before = s.folio.at(folio);
  if (Folio.hwpoison(before) === 1) return Result.EHWPOISON;
  const isolated = Folio.migratable(before) === 0;
  s.folio.put(folio, Folio.mkHwpoison(before, 1));
  // MF_HUGETLB_RETRY, twice.
  if (isolated) return Result.EBUSY;
  folio_get(s, folio);
  if (s.kernel.poison_ends_migratable(s)) s.folio.put(folio, Folio.mkMigratable(s.folio.at(folio), 0));
  folio_lock(s, folio);
  if (s.kernel.folio_mapped(s, folio)) {
    try_to_unmap_poisoned(s, folio);
    if (s.kernel.folio_mapped(s, folio)) return Result.EBUSY;
  }
  return me_huge_page(s, folio) ? Result.ok : Result.EBUSY;
};
