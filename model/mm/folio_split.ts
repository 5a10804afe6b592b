/**
 * The split of a large folio into small ones: mm/huge_memory.c folio_split(), split_folio() and __folio_split(), v7.1
 * (v6.12 and v6.18 read beside it: can_split_folio() asks the same). Anonymous memory stands in migration entries
 * meanwhile; what a file maps comes back by faults. Always to order 0: a block of frames is one large folio, or as many
 * small ones. Left out: non-uniform splits, pages of zeroes that become the zero page (v6.12: memory has no content
 * here), write-back, private data.
 */
import type { FolioView } from '../state/memmap.ts';
import { Migration, Page, PageKind } from '../state/memmap.ts';
import { Result } from '../state/mm_types.ts';
import { add_nr_thps, counts_as_thp, filemap_remove_folio } from './filemap.ts';
import type { Sys } from './kernel.ts';
import { folio_test_mlocked, MLOCKED } from './mlock_folio.ts';
import { migration_ends, try_to_migrate } from './migrate.ts';
import { folio_nr_pages, folio_test_anon, page_of, pfn_to_page, set_page_flag, swapcache_refs } from './page_flags.ts';
import { folio_get, folio_put, folio_ref_count } from './page_ref.ts';
import { folio_mapcount } from './rmap.ts';
import { try_to_unmap, TTU_IGNORE_MLOCK } from './rmap_unmap.ts';

/** A file that ends nowhere before the last page of its folio: nothing is dropped. */
export const WHOLE = 1 << 20;

/** folio_cache_ref_count(): the page cache, or the swap cache, has a reference for each page. */
const folio_cache_ref_count = (s: FolioView, folio: number): number =>
  folio_test_anon(s, folio) ? swapcache_refs(s, folio) : Page.cached(page_of(s, folio)) * folio_nr_pages(s, folio);

/** folio_expected_ref_count(): of the page cache or the swap cache, and of each mapping. Pins, and whoever is at work, are not expected. */
export const folio_expected_ref_count = (s: Sys, folio: number): number =>
  folio_cache_ref_count(s, folio) + folio_mapcount(s, folio);

/**
 * __folio_split() of a folio that the caller has locked, and has a reference to, which stays with page `keep`. Pages of
 * the folio from `end` on are behind the end of the file, and leave the page cache. Returns a code of `Result`.
 */
export const split_folio = (s: Sys, folio: number, end: number = WHOLE, keep: number = folio): number => {
  // folio_check_splittable(): it has been truncated.
  if (!folio_test_anon(s, folio) && Page.cached(page_of(s, folio)) === 0) return Result.EBUSY;
  if (s.kernel.folio_expected_ref_count(s, folio) !== folio_ref_count(s, folio) - 1) return Result.EAGAIN;
  s.kernel.unmap_folio(s, folio);
  return split_unmapped(s, folio, end, keep);
};

/** The same for one who has no reference yet, as madvise() does it. Whether it has been split. */
export const get_and_split_folio = (s: Sys, folio: number): boolean => {
  folio_get(s, folio);
  const error = split_folio(s, folio);
  folio_put(s, folio);
  return error === Result.ok;
};

/** unmap_folio(). Whether it is unmapped then, the reference count will tell. */
export const unmap_folio = (s: Sys, folio: number): void => {
  if (folio_test_anon(s, folio)) try_to_migrate(s, folio, true);
  else try_to_unmap(s, folio, TTU_IGNORE_MLOCK);
};

/** __folio_freeze_and_split_unmapped() and remap_page(); the pages that nobody maps or caches are freed at the end. */
const split_unmapped = (s: Sys, folio: number, end: number, keep: number): number => {
  const pages = folio_nr_pages(s, folio);
  const frozen = folio_ref_count(s, folio) === folio_cache_ref_count(s, folio) + 1;
  if (frozen) __split_unmapped_folio(s, folio, pages, end);
  s.kernel.remap_page(s, folio, pages);
  if (!frozen) return Result.EAGAIN;
  for (let i = 0; i < pages; i++) if (folio + i !== keep) free_folio_and_swap_cache(s, folio + i);
  return Result.ok;
};

const free_folio_and_swap_cache = (s: Sys, folio: number): void => {
  s.kernel.free_swap_cache(s, folio);
  folio_put(s, folio);
};

/** remap_page(): migration entries of all that was the folio, one folio or many. */
export const remap_page = (s: Sys, folio: number, pages: number): void => {
  for (let i = 0; i < pages; i += folio_nr_pages(s, folio + i)) s.kernel.remove_migration_ptes(s, folio + i, folio + i);
};

/** __split_folio_to_order(): each page gets the flags of the folio, and is exclusive to nobody; nor is it queued any more. */
const __split_unmapped_folio = (s: Sys, folio: number, pages: number, end: number): void => {
  const head = Page.mkPartiallyMapped(Page.mkHead(page_of(s, folio), 0), 0);
  const cached = folio_cache_ref_count(s, folio) > 0 ? 1 : 0;
  if (cached === 1 && counts_as_thp(s, folio)) add_nr_thps(s, -1);
  const mlocked = folio_test_mlocked(s, folio);
  s.page.put(pfn_to_page(folio), head);
  s.refcount.put(pfn_to_page(folio), 1 + cached);
  for (let i = 1; i < pages; i++) {
    s.page.put(pfn_to_page(folio + i), Page.mkAnonExclusive(head, 0));
    s.refcount.put(pfn_to_page(folio + i), 1 + cached);
    if (mlocked) s.mlock.put(pfn_to_page(folio + i), MLOCKED);
    if (i >= end && Page.cached(head) === 1) drop_beyond_eof(s, folio + i);
  }
};

/** __filemap_remove_folio() of a page behind the end of the file. */
const drop_beyond_eof = (s: Sys, page: number): void => {
  set_page_flag(s, page, Page.mkDirty, 0);
  filemap_remove_folio(s, page);
};

/** The rest of a split that began with migrate_folio_unmap(): it comes to an end, or, with another reference, to nothing. */
export const folio_split_unmapped = (s: Sys): number => {
  const folio = Migration.pfn(s.migration.at(0));
  const result = split_unmapped(s, folio, WHOLE, folio);
  migration_ends(s);
  folio_put(s, folio);
  return result;
};

/** Whether there is something to be split: a large folio of anonymous memory, or of a file. */
export const is_splittable_kind = (s: FolioView, folio: number): boolean => {
  const kind = Page.kind(page_of(s, folio));
  return folio_nr_pages(s, folio) > 1 && (kind === PageKind.anon || kind === PageKind.shmem || kind === PageKind.file);
};
