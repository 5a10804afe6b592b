/**
 * References of folios, and their beginning and end. Mirrors include/linux/page_ref.h, mm/swap.c __folio_put(),
 * mm/page_alloc.c, mm/memremap.c free_zone_device_folio(); v7.1. Left out: the LRU and its batches, per-CPU lists.
 */
import { ModelBug } from '../../checker/search/index.ts';
import type { Machine } from '../state/machine.ts';
import { type FolioDraft, type FolioView, Hwpoison, Mlock, MmIds, Page, PageKind } from '../state/memmap.ts';
import type { Use } from '../state/geometry.ts';
import type { Kernel } from './kernel.ts';
import {
  folio_is_zone_device,
  folio_nr_pages,
  folio_test_large,
  large_row,
  page_of,
  pfn_to_page,
  pfn_valid,
} from './page_flags.ts';

/** _pincount of a large folio; of a small one, how often the bias is in its reference count. */
export const folio_pincount = (s: FolioView, folio: number): number =>
  s.pincount.rows === 0 ? 0 : s.pincount.at(pfn_to_page(folio));
/** folio_maybe_dma_pinned(): of a small folio also where plain references are as many as the bias of a pin. */
export const folio_maybe_dma_pinned = (s: FolioDraft, folio: number): boolean =>
  folio_test_large(s, folio) ? folio_pincount(s, folio) > 0 : folio_ref_count(s, folio) >= s.geometry.pinBias;

export const folio_ref_count = (s: FolioDraft, folio: number): number => {
  const refs = s.refcount.at(pfn_to_page(folio));
  return folio_test_large(s, folio) ? refs : refs + folio_pincount(s, folio) * s.geometry.pinBias;
};

/** folio_ref_add(). It asks nothing; what a free page has is nobody's. A count that leaks sticks at its end. */
export const folio_ref_add = (s: FolioDraft, folio: number, nr: number): void => {
  if (!is_folio(s, folio)) throw new ModelBug('refcount-of-free', `a reference to frame ${folio}, which is no folio`);
  const row = pfn_to_page(folio);
  s.refcount.put(row, Math.min(s.refcount.at(row) + nr, s.memmap.countMax));
};

/** The first page of something that has been allocated. */
const is_folio = (s: FolioDraft, folio: number): boolean =>
  pfn_valid(s, folio) && Page.kind(page_of(s, folio)) !== PageKind.free && Page.tail(page_of(s, folio)) === 0;

/** folio_get(): only who has a reference, or a mapping, can take one more; a page that is idle at 0 has none. */
export const folio_get = (s: FolioDraft, folio: number): void => {
  if (!is_folio(s, folio) || folio_ref_count(s, folio) === 0)
    throw new ModelBug('refcount-of-free', `a reference to frame ${folio}, which has none`);
  folio_ref_add(s, folio, 1);
};

/** folio_put_refs(): the last one frees the folio, or hands device memory back to its driver. */
export const folio_put_refs = (s: FolioDraft, folio: number, nr: number): void => {
  const refs = is_folio(s, folio) ? s.refcount.at(pfn_to_page(folio)) : -1;
  // At its end a count sticks: something leaks, and has for long.
  if (refs === s.memmap.countMax) return;
  const left = refs - nr;
  if (left < 0) throw new ModelBug('refcount-underflow', `folio ${folio} is put once too often`);
  s.refcount.put(pfn_to_page(folio), left);
  if (folio_ref_count(s, folio) === 0) __folio_put(s, folio);
};
export const folio_put = (s: FolioDraft, folio: number): void => folio_put_refs(s, folio, 1);

const FREE = Page.of({});

/** Some of what is put has a kernel to ask. */
type Freed = FolioDraft & {
  readonly kernel?: Pick<
    Kernel,
    'dax_folio_idle' | 'device_private_folio_free' | 'p2pdma_folio_free' | 'p2pdma_idle_refs'
  >;
};

const __folio_put = (s: Freed, folio: number): void =>
  folio_is_zone_device(s, folio) ? free_zone_device_folio(s, folio) : free_folio(s, folio);

/**
 * free_zone_device_folio(), which looks at no mapcount. A page of device-dax (MEMORY_DEVICE_GENERIC) gets its one
 * reference back, and is never free; one of a file system (MEMORY_DEVICE_FS_DAX, since v6.15) is idle at 0, and still
 * the file's. One that only the device reaches (MEMORY_DEVICE_PRIVATE) is its driver's again, without any; one of a PCI
 * BAR (MEMORY_DEVICE_PCI_P2PDMA) goes back to the pool of its driver. Left out: MEMORY_DEVICE_COHERENT.
 */
const free_zone_device_folio = (s: Freed, folio: number): void => {
  switch (Page.kind(page_of(s, folio))) {
    case PageKind.dax:
      s.refcount.put(pfn_to_page(folio), 1);
      break;
    case PageKind.fsdax:
      s.kernel?.dax_folio_idle(s, folio);
      break;
    case PageKind.anon:
      s.kernel?.device_private_folio_free(s, folio);
      break;
    case PageKind.p2pdma:
      s.kernel?.p2pdma_folio_free(s, folio);
      // Until v6.14 it gets its one reference back, too.
      s.refcount.put(pfn_to_page(folio), s.kernel?.p2pdma_idle_refs() ?? 0);
      break;
  }
};

/** What must be gone when a large folio is freed, in the order of free_tail_page_prepare(); '' when all of it is. */
const left_of_large = (s: FolioDraft, folio: number): string => {
  const row = large_row(s, folio);
  if (s.largeMapcount.at(row) > 0) return 'large_mapcount';
  if (s.nrPagesMapped.at(row) > 0) return 'nr_pages_mapped';
  if (s.mmIdMapcount.at(2 * row) > 0) return 'mm mapcount 0';
  if (s.mmIdMapcount.at(2 * row + 1) > 0) return 'mm mapcount 1';
  if (s.entireMapcount.at(row) > 0) return 'entire_mapcount';
  return folio_pincount(s, folio) > 0 ? 'pincount' : '';
};
/** The same of any page: page_expected_state(). The zero page is reserved, a page of a file has its mapping. */
const left_of_pages = (s: FolioDraft, folio: number): string => {
  if (Page.cached(page_of(s, folio)) === 1) return 'mapping';
  const pages = folio_nr_pages(s, folio);
  if (Page.kind(page_of(s, folio)) === PageKind.zero && pages === 1) return 'PG_reserved';
  for (let i = 0; i < pages; i++) {
    if (s.mapcount.at(pfn_to_page(folio + i)) > 0) return 'mapcount';
    if (s.refcount.at(pfn_to_page(folio + i)) > 0) return '_refcount';
  }
  return '';
};

/** free_pages_prepare(): what is not as it should be is a "BUG: Bad page state". */
const free_pages_prepare = (s: FolioDraft, folio: number): void => {
  const left = (folio_test_large(s, folio) && left_of_large(s, folio)) || left_of_pages(s, folio);
  if (left !== '') throw new ModelBug('bad-page', `folio ${folio} is freed with a ${left} that is not 0`);
};

const NO_OWNERS = MmIds.of({});
const NOT_MLOCKED = Mlock.of({});
const free_folio = (s: FolioDraft, folio: number): void => {
  free_pages_prepare(s, folio);
  const pages = folio_nr_pages(s, folio);
  // It leaves the list of deferred splits by itself: PG_partially_mapped goes with the other flags.
  if (folio_test_large(s, folio)) s.mmIds.put(large_row(s, folio), NO_OWNERS);
  for (let i = 0; i < pages; i++) s.page.put(pfn_to_page(folio + i), FREE);
  // Of what is freed alone no allocation is made any more, if it is broken; of a large folio nobody looks.
  if (s.hwpoison.rows > 0 && pages === 1 && s.hwpoison.at(pfn_to_page(folio)) !== Hwpoison.no)
    s.hwpoison.put(pfn_to_page(folio), Hwpoison.isolated);
  // PG_mlocked may still be set where munlock() and truncation race; here it is gone with the last mapping.
  if (s.mlock.rows > 0) s.mlock.put(pfn_to_page(folio), NOT_MLOCKED);
};

/** Makes a free block a folio with one reference; a page of FS-DAX has none while nobody uses it. */
export const prep_folio = (s: FolioDraft, block: number, kind: number): number => {
  const { start, blocks } = s.memmap;
  const folio = start[block]!;
  const { pages } = blocks[block]!;
  for (let i = 0; i < pages; i++)
    s.page.put(pfn_to_page(folio + i), Page.of({ kind, head: pages > 1 && i === 0 ? 1 : 0, tail: i > 0 ? 1 : 0 }));
  s.refcount.put(pfn_to_page(folio), kind === PageKind.fsdax ? 0 : 1);
  return folio;
};

/** Makes a page of a block that is split a folio with one reference. */
export const prep_page = (s: FolioDraft, pfn: number, kind: number): void => {
  s.page.put(pfn_to_page(pfn), Page.of({ kind }));
  s.refcount.put(pfn_to_page(pfn), 1);
};

/** Whether all pages of a block are free: the buddy allocator has merged what was split. */
export const block_is_free = (s: FolioDraft, block: number): boolean => {
  const first = s.memmap.start[block]!;
  for (let i = 0; i < s.memmap.blocks[block]!.pages; i++)
    if (Page.kind(page_of(s, first + i)) !== PageKind.free) return false;
  return true;
};

/** Some of who allocates has a kernel to ask. */
type Allocating = FolioDraft & { readonly machine: Machine; readonly kernel: Pick<Kernel, 'allocates_poison'> };

/** Whether the buddy allocator has a page of the block that is broken, and looks. */
const is_poisoned = (s: Allocating, block: number): boolean => {
  if (s.hwpoison.rows === 0) return false;
  const first = pfn_to_page(s.memmap.start[block]!);
  for (let row = first; row < first + s.memmap.blocks[block]!.pages; row++) {
    const broken = s.hwpoison.at(row);
    if (broken === Hwpoison.isolated || (broken !== Hwpoison.no && !s.kernel.allocates_poison(s))) return true;
  }
  return false;
};

/** The first free block of this size, or -1: what an allocation could get. Of a block that is split nothing is given out. */
export const free_block = (s: Allocating, use: Use, pages: number): number => {
  const { blocks } = s.memmap;
  for (let i = 0; i < blocks.length; i++) {
    const one = blocks[i]!;
    if (one.use === use && one.pages === pages && block_is_free(s, i) && !is_poisoned(s, i)) return i;
  }
  return -1;
};
