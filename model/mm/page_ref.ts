/**
 * References of folios, and their beginning and end. Mirrors include/linux/page_ref.h, mm/swap.c __folio_put(),
 * mm/page_alloc.c, mm/memremap.c free_zone_device_folio(); v7.1. Left out: the LRU and its batches, per-CPU lists.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { type FolioDraft, Page, PageKind } from '../state/memmap.ts';
import type { Use } from '../state/geometry.ts';
import { folio_nr_pages, folio_test_large, large_row, page_folio, page_of, pfn_to_page } from './page_flags.ts';

const GUP_PIN_COUNTING_BIAS = 1024;

/** _pincount of a large folio; of a small one, how often the bias is in its reference count. */
export const folio_pincount = (s: FolioDraft, folio: number): number =>
  s.pincount.rows === 0 ? 0 : s.pincount.at(pfn_to_page(folio));
/** folio_maybe_dma_pinned(), without its false positives: a thousand plain references of a small folio. */
export const folio_maybe_dma_pinned = (s: FolioDraft, folio: number): boolean => folio_pincount(s, folio) > 0;

export const folio_ref_count = (s: FolioDraft, folio: number): number => {
  const refs = s.refcount.at(pfn_to_page(folio));
  return folio_test_large(s, folio) ? refs : refs + folio_pincount(s, folio) * GUP_PIN_COUNTING_BIAS;
};

/** A count at its top sticks there, as a refcount_t does: something leaks, for long already. */
const is_saturated = (s: FolioDraft, folio: number): boolean => s.refcount.at(pfn_to_page(folio)) === s.refcount.max;

export const folio_ref_add = (s: FolioDraft, folio: number, nr: number): void => {
  const row = pfn_to_page(folio);
  s.refcount.put(row, Math.min(s.refcount.at(row) + nr, s.refcount.max));
};

/** folio_get() */
export const folio_get = (s: FolioDraft, folio: number): void => {
  if (folio_ref_count(s, folio) === 0) throw new ModelBug('refcount-of-free', `a reference to free folio ${folio}`);
  folio_ref_add(s, folio, 1);
};

/** folio_put_refs(): the last one frees the folio, or hands device memory back to its driver. */
export const folio_put_refs = (s: FolioDraft, folio: number, nr: number): void => {
  if (is_saturated(s, folio)) return;
  const row = pfn_to_page(folio);
  const left = s.refcount.at(row) - nr;
  if (left < 0 || Page.kind(page_of(s, folio)) === PageKind.free)
    throw new ModelBug('refcount-underflow', `folio ${folio} is put once too often`);
  s.refcount.put(row, left);
  if (folio_ref_count(s, folio) === 0) __folio_put(s, folio);
};
export const folio_put = (s: FolioDraft, folio: number): void => folio_put_refs(s, folio, 1);

const __folio_put = (s: FolioDraft, folio: number): void => {
  switch (Page.kind(page_of(s, folio))) {
    // free_zone_device_folio(): device-dax (MEMORY_DEVICE_GENERIC) keeps a reference of its own for good,
    case PageKind.dax:
      folio_ref_add(s, folio, 1);
      return;
    // a page of a file system (MEMORY_DEVICE_FS_DAX) is idle at 0.
    case PageKind.fsdax:
      return;
    default:
      free_folio(s, folio);
  }
};

/** free_pages_prepare(): what must be gone by now, else "BUG: Bad page state". */
const check_free = (s: FolioDraft, folio: number): void => {
  const pages = folio_nr_pages(s, folio);
  let mapped = 0;
  for (let i = 0; i < pages; i++) mapped += s.mapcount.at(pfn_to_page(folio + i));
  if (folio_test_large(s, folio)) {
    const row = large_row(s, folio);
    mapped += s.entireMapcount.at(row) + s.largeMapcount.at(row) + s.nrPagesMapped.at(row);
    mapped += s.mmIdMapcount.at(2 * row) + s.mmIdMapcount.at(2 * row + 1);
  }
  if (mapped > 0) throw new ModelBug('bad-page', `folio ${folio} is freed with mapcounts that are not 0`);
  if (Page.cached(page_of(s, folio)) === 1) throw new ModelBug('bad-page', `folio ${folio} is freed in the page cache`);
};

const FREE = Page.of({});
const free_folio = (s: FolioDraft, folio: number): void => {
  check_free(s, folio);
  const pages = folio_nr_pages(s, folio);
  if (folio_test_large(s, folio)) s.mmIds.put(large_row(s, folio), 0 as never);
  for (let i = 0; i < pages; i++) s.page.put(pfn_to_page(folio + i), FREE);
};

/** Makes a free block a folio with one reference. */
export const prep_folio = (s: FolioDraft, block: number, kind: number): number => {
  const { start, blocks } = s.memmap;
  const folio = start[block]!;
  const { pages } = blocks[block]!;
  for (let i = 0; i < pages; i++)
    s.page.put(pfn_to_page(folio + i), Page.of({ kind, head: pages > 1 && i === 0 ? 1 : 0, tail: i > 0 ? 1 : 0 }));
  s.refcount.put(pfn_to_page(folio), 1);
  return folio;
};

/** The first free block of this size, or -1: what an allocation could get. */
export const free_block = (s: FolioDraft, use: Use, pages: number): number => {
  const { blocks, start } = s.memmap;
  for (let i = 0; i < blocks.length; i++) {
    const one = blocks[i]!;
    if (one.use === use && one.pages === pages && Page.kind(page_of(s, start[i]!)) === PageKind.free) return i;
  }
  return -1;
};

/** page_ref_count() of a page, wherever in its folio it is. */
export const page_ref_count = (s: FolioDraft, pfn: number): number => folio_ref_count(s, page_folio(s, pfn));
