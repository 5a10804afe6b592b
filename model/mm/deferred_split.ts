/**
 * The list of large folios of which a part is not mapped any more, as one flag: deferred_split_folio() and
 * deferred_split_scan() of mm/huge_memory.c, v7.1 (v6.12 read beside it). Left out: the list of folios that may hold
 * zeroes only (split_underused_thp, v6.12), from which none is split unless max_ptes_none is lowered; memory cgroups.
 */
import { Page } from '../state/memmap.ts';
import { split_folio } from './folio_split.ts';
import type { Sys } from './kernel.ts';
import { folio_test_large, folio_test_locked, page_of } from './page_flags.ts';
import { folio_get, folio_put } from './page_ref.ts';

/** !list_empty(&folio->_deferred_list) */
export const is_queued = (s: Sys, folio: number): boolean =>
  folio_test_large(s, folio) && Page.partiallyMapped(page_of(s, folio)) === 1;

/** deferred_split_count(): whether there is anything on the list. */
export const deferred_split_count = (s: Sys): boolean => {
  for (const first of s.memmap.start) if (is_queued(s, first)) return true;
  return false;
};

/** deferred_split_scan() of all of the list. What cannot be locked or split stays on it. */
export const deferred_split_scan = (s: Sys): void => {
  for (const folio of s.memmap.start) {
    if (!is_queued(s, folio) || folio_test_locked(s, folio)) continue;
    folio_get(s, folio);
    split_folio(s, folio);
    folio_put(s, folio);
  }
};
