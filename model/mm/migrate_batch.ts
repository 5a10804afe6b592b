/**
 * The beginning of a migration: mm/migrate.c migrate_pages_batch() of one folio, v7.1 (v6.12 read beside it). One of which
 * a part is not mapped any more is split first, and the page that was asked for moves alone, if that succeeds. Left out:
 * batches, tries that are made again, a folio that is split because no memory for it can be had.
 */
import { is_queued } from './deferred_split.ts';
import { get_and_split_folio } from './folio_split.ts';
import type { Sys } from './kernel.ts';
import { Page, PageKind } from '../state/memmap.ts';
import { page_of } from './page_flags.ts';
import { Result } from '../state/mm_types.ts';

/** Of the folio that page `pfn` belongs to. Returns a code of `Result`. */
export const migrate_pages_batch = (s: Sys, folio: number, pfn: number): number => {
  if (!is_queued(s, folio)) return s.kernel.migrate_folio_unmap(s, folio, false);
  const split = get_and_split_folio(s, folio);
  // What is broken has been left behind by the split, and freed from under us.
  if (split && Page.kind(page_of(s, pfn)) === PageKind.free) return Result.ok;
  return s.kernel.migrate_folio_unmap(s, split ? pfn : folio, false);
};
