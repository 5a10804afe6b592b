/** Which folio a frame belongs to, and what it is. Mirrors include/linux/page-flags.h and mm.h, v7.1. */
import { ModelBug } from '../../checker/search/index.ts';
import { DEVICE_FRAMES } from '../state/geometry.ts';
import { type FolioDraft, type FolioView, Migration, Page, PageKind, SwapSlot } from '../state/memmap.ts';

/** pfn_valid(): the frame has a struct page. */
export const pfn_valid = (s: FolioView, pfn: number): boolean =>
  pfn >= DEVICE_FRAMES && pfn < DEVICE_FRAMES + s.memmap.frames;
/** pfn_to_page(): the row of the struct page. */
export const pfn_to_page = (pfn: number): number => pfn - DEVICE_FRAMES;
/** The struct page of a frame. A walker that takes a frame of the device for a page of memory reads what is no page. */
export const page_of = (s: FolioView, pfn: number): Page => {
  if (!pfn_valid(s, pfn)) throw new ModelBug('no-struct-page', `frame ${pfn} has no struct page`);
  return s.page.at(pfn_to_page(pfn));
};

const block_of = (s: FolioView, pfn: number): number => s.memmap.blockOf[pfn_to_page(pfn)]!;

/** page_folio(): the first frame of the folio. */
export const page_folio = (s: FolioView, pfn: number): number =>
  Page.tail(page_of(s, pfn)) === 1 ? s.memmap.start[block_of(s, pfn)]! : pfn;
export const folio_test_large = (s: FolioView, folio: number): boolean => Page.head(page_of(s, folio)) === 1;
export const folio_nr_pages = (s: FolioView, folio: number): number =>
  folio_test_large(s, folio) ? s.memmap.blocks[block_of(s, folio)]!.pages : 1;
/** The row of a large folio in the tables that only large folios have. */
export const large_row = (s: FolioView, folio: number): number => s.memmap.largeRow[block_of(s, folio)]!;

const kind_of = (s: FolioView, folio: number): number => Page.kind(page_of(s, folio));
export const folio_test_anon = (s: FolioView, folio: number): boolean => kind_of(s, folio) === PageKind.anon;
/** folio_test_swapbacked(): anonymous memory that MADV_FREE has not given up, and shmem. */
export const folio_test_swapbacked = (s: FolioView, folio: number): boolean =>
  kind_of(s, folio) === PageKind.shmem || Page.swapbacked(page_of(s, folio)) === 1;
/** folio_is_zone_device(): memory of a device, which the page allocator never sees. */
export const folio_is_zone_device = (s: FolioView, folio: number): boolean => {
  const kind = kind_of(s, folio);
  if (kind === PageKind.dax || kind === PageKind.fsdax || kind === PageKind.p2pdma) return true;
  return folio_is_device_private(s, folio);
};
/** folio_is_device_private(): its owner's memory says so, whatever the page is used for now. */
export const folio_is_device_private = (s: FolioView, folio: number): boolean =>
  pfn_valid(s, folio) && s.memmap.blocks[block_of(s, folio)]!.use === 'private';
/** folio_is_pci_p2pdma(): of a PCI BAR, and not in the pool. */
export const folio_is_pci_p2pdma = (s: FolioView, folio: number): boolean => kind_of(s, folio) === PageKind.p2pdma;
export const is_fsdax_page = (s: FolioView, pfn: number): boolean => kind_of(s, pfn) === PageKind.fsdax;
export const PageAnonExclusive = (s: FolioView, pfn: number): boolean => Page.anonExclusive(page_of(s, pfn)) === 1;

/** folio_test_locked(): by a migration; every other holder of a folio lock is done with it within one operation. */
export const folio_test_locked = (s: FolioView, folio: number): boolean =>
  s.migration.rows > 0 && Migration.taken(s.migration.at(0)) === 1 && Migration.pfn(s.migration.at(0)) === folio;

/** page_swap_entry(): the slot whose copy in the swap cache the page is, or -1. */
export const page_swap_entry = (s: FolioView, pfn: number): number => {
  for (let slot = 0; slot < s.swapSlot.rows; slot++) if (SwapSlot.cached(s.swapSlot.at(slot)) === pfn) return slot;
  return -1;
};
export const folio_test_swapcache = (s: FolioView, folio: number): boolean => page_swap_entry(s, folio) >= 0;
/** The references that the swap cache has to a folio: one for each page. */
export const swapcache_refs = (s: FolioView, folio: number): number =>
  folio_test_swapcache(s, folio) ? folio_nr_pages(s, folio) : 0;
/** folio_mark_dirty() and folio_mark_accessed(): what an entry that goes knew of its folio. */
export const mark_used = (s: FolioDraft, folio: number, dirty: number, young: number): void => {
  if (dirty === 1) set_page_flag(s, folio, Page.mkDirty, 1);
  if (young === 1) set_page_flag(s, folio, Page.mkReferenced, 1);
};

/** SetPage…() and ClearPage…(): one flag of a page. */
export const set_page_flag = (s: FolioDraft, pfn: number, mk: (e: Page, code: number) => Page, code: 0 | 1): void =>
  s.page.put(pfn_to_page(pfn), mk(page_of(s, pfn), code));
