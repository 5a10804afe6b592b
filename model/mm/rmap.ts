/**
 * How often a folio is mapped. Mirrors mm/rmap.c and include/linux/rmap.h, v7.1 (6.12 and 6.18 read beside it).
 * The counters of a large folio exist as CONFIG_PAGE_MAPCOUNT or CONFIG_NO_PAGE_MAPCOUNT keeps them; a count that
 * would fall below zero is a "Bad page map". Left out: anon_vma, KSM, mlock, the order of atomic steps.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import { hasPudLeaves } from '../state/machine.ts';
import { MmIds, nrPagesMappedMax, Page, PageKind, Vmstat } from '../state/memmap.ts';
import {
  add_mapcount,
  folio_add_large_mapcount,
  folio_set_large_mapcount,
  folio_sub_large_mapcount,
  type RmapSys,
} from './large_mapcount.ts';
import {
  folio_is_device_private,
  folio_nr_pages,
  folio_test_anon,
  folio_test_large,
  folio_test_swapbacked,
  folio_test_swapcache,
  large_row,
  page_folio,
  page_of,
  PageAnonExclusive,
  pfn_to_page,
  pfn_valid,
  set_page_flag,
} from './page_flags.ts';
import { mod_node_page_state } from './vmstat.ts';

/** A level of mappings, and what else a folio's first mapping of it, or its last, is counted in. */
export interface Level {
  readonly name: 'PTE' | 'PMD' | 'PUD';
  /** NR_ANON_THPS, NR_SHMEM_PMDMAPPED and NR_FILE_PMDMAPPED. */
  readonly pmdMapped: boolean;
  /** _nr_pages_mapped, and with it NR_ANON_MAPPED and NR_FILE_MAPPED. */
  readonly pagesMapped: boolean;
}
const PTE: Level = { name: 'PTE', pmdMapped: false, pagesMapped: true };
const PMD: Level = { name: 'PMD', pmdMapped: true, pagesMapped: true };
const PUD: Level = { name: 'PUD', pmdMapped: false, pagesMapped: true };

const leaf_pages = (s: RmapSys, { name }: Level): number => {
  if (name === 'PTE') return 1;
  return name === 'PMD' ? s.geometry.ptrsPerPte : pudPages(s.geometry);
};

/** Without such leaves no code for them is built: a WARN_ON_ONCE() at PMD level, a BUILD_BUG() at PUD level. */
const check_level = (s: RmapSys, { name }: Level): void => {
  if (name === 'PMD' && !s.machine.pmdLeaves)
    throw new ModelBug('no-PMD-leaves', 'rmap of a PMD mapping without CONFIG_TRANSPARENT_HUGEPAGE');
  if (name === 'PUD' && !hasPudLeaves(s.machine))
    throw new ModelBug('no-PUD-leaves', 'rmap of a PUD mapping without HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD');
};

/**
 * __folio_rmap_sanity_checks(): the pages are those of one folio, which is no zero page, and a leaf maps all of it.
 * The kernel does not ask whether it is the huge zero folio, or free; nobody may map these either. Returns the folio.
 */
const sane_folio = (s: RmapSys, page: number, nr: number, level: Level): number => {
  check_level(s, level);
  if (!pfn_valid(s, page)) throw new ModelBug('rmap-sanity', `rmap of frame ${page}, which has no struct page`);
  const folio = page_folio(s, page);
  const kind = Page.kind(page_of(s, folio));
  if (kind === PageKind.zero || kind === PageKind.free)
    throw new ModelBug('rmap-sanity', `rmap of frame ${page}, which is ${PageKind.names[kind]}`);
  const pages = folio_nr_pages(s, folio);
  if (nr <= 0 || page + nr > folio + pages)
    throw new ModelBug('rmap-sanity', `${nr} pages from frame ${page} on are not all of folio ${folio}`);
  if (level.name !== 'PTE' && (pages !== leaf_pages(s, level) || nr !== pages))
    throw new ModelBug('rmap-sanity', `a ${level.name} mapping of folio ${folio}, which has ${pages} pages`);
  return folio;
};
const sane_anon_folio = (s: RmapSys, page: number, nr: number, level: Level): number => {
  const folio = sane_folio(s, page, nr, level);
  if (!folio_test_anon(s, folio)) throw new ModelBug('rmap-sanity', `anon rmap of frame ${page}, which is not`);
  return folio;
};

/** Adds to _nr_pages_mapped, and returns what it is then. */
const add_nr_pages_mapped = (s: RmapSys, row: number, by: number): number => {
  const npm = Math.min(s.nrPagesMapped.at(row) + by, nrPagesMappedMax(s.memmap));
  if (npm < 0) throw new ModelBug('bad-page-map', `_nr_pages_mapped falls to ${npm}`);
  s.nrPagesMapped.put(row, npm);
  return npm;
};
/** Adds to the mapcounts of some pages. Returns of how many it became `becoming`. */
const add_page_mapcounts = (s: RmapSys, page: number, nr: number, by: number, becoming: number): number => {
  let found = 0;
  for (let i = 0; i < nr; i++)
    if (add_mapcount(s, s.mapcount, pfn_to_page(page + i), by, 'the mapcount') === becoming) found++;
  return found;
};

/** What __folio_add_rmap() and __folio_remove_rmap() find: pages that became (un)mapped, those by a PMD leaf. */
interface Moved {
  nr: number;
  nrPmdmapped: number;
  partiallyMapped: boolean;
}
/** Written by one function, read by its caller; one for all, so that the search allocates nothing. */
const moved: Moved = { nr: 0, nrPmdmapped: 0, partiallyMapped: false };

const __folio_add_rmap = (s: RmapSys, folio: number, page: number, nr: number, mm: number, level: Level): void => {
  moved.nr = 0;
  moved.nrPmdmapped = 0;
  if (!folio_test_large(s, folio)) moved.nr = add_page_mapcounts(s, folio, 1, 1, 1);
  else if (level.name === 'PTE') add_ptes(s, folio, page, nr, mm);
  else add_leaf(s, folio, mm, level);
  __folio_mod_stat(s, folio, moved.nr, moved.nrPmdmapped);
};

const add_ptes = (s: RmapSys, folio: number, page: number, nr: number, mm: number): void => {
  if (!s.machine.pageMapcount) {
    if (folio_add_large_mapcount(s, folio, nr, mm) === nr) moved.nr = folio_nr_pages(s, folio);
    return;
  }
  const first = add_page_mapcounts(s, page, nr, 1, 1);
  if (add_nr_pages_mapped(s, large_row(s, folio), first) < s.memmap.entirelyMapped) moved.nr = first;
  folio_add_large_mapcount(s, folio, nr, mm);
};

const add_leaf = (s: RmapSys, folio: number, mm: number, level: Level): void => {
  const { entirelyMapped: E } = s.memmap;
  const row = large_row(s, folio);
  const pages = folio_nr_pages(s, folio);
  const first = add_mapcount(s, s.entireMapcount, row, 1, 'the entire mapcount') === 1;
  if (first && level.pmdMapped) moved.nrPmdmapped = pages;
  if (first && level.pagesMapped && s.machine.pageMapcount)
    moved.nr = pages - (add_nr_pages_mapped(s, row, E) & (E - 1));
  const lm = folio_add_large_mapcount(s, folio, 1, mm);
  if (!s.machine.pageMapcount && level.pagesMapped && lm === 1) moved.nr = pages;
};

const __folio_remove_rmap = (s: RmapSys, page: number, nr: number, mm: number, level: Level): void => {
  const folio = sane_folio(s, page, nr, level);
  moved.nr = 0;
  moved.nrPmdmapped = 0;
  moved.partiallyMapped = false;
  if (!folio_test_large(s, folio)) moved.nr = add_page_mapcounts(s, folio, 1, -1, 0);
  else if (level.name === 'PTE') remove_ptes(s, folio, page, nr, mm);
  else remove_leaf(s, folio, mm, level);
  // Queued for a deferred split, once: some of it is mapped, some is not. (A folio of two pages stands for a larger
  // one here: one of order 1 has no place in that list.)
  // What reclaim has taken to the swap cache is not queued.
  if (moved.partiallyMapped && folio_test_anon(s, folio) && !folio_test_swapcache(s, folio))
    set_page_flag(s, folio, Page.mkPartiallyMapped, 1);
  __folio_mod_stat(s, folio, -moved.nr, -moved.nrPmdmapped);
};

const remove_ptes = (s: RmapSys, folio: number, page: number, nr: number, mm: number): void => {
  const row = large_row(s, folio);
  const pages = folio_nr_pages(s, folio);
  const lm = folio_sub_large_mapcount(s, folio, nr, mm);
  if (!s.machine.pageMapcount) {
    if (lm === 0) moved.nr = pages;
    else moved.partiallyMapped = lm < pages && s.entireMapcount.at(row) === 0;
    return;
  }
  const last = add_page_mapcounts(s, page, nr, -1, 0);
  const npm = add_nr_pages_mapped(s, row, -last);
  if (npm < s.memmap.entirelyMapped) moved.nr = last;
  moved.partiallyMapped = moved.nr > 0 && (npm !== 0 || s.kernel.queues_unmapped(s));
};

const remove_leaf = (s: RmapSys, folio: number, mm: number, level: Level): void => {
  const row = large_row(s, folio);
  const pages = folio_nr_pages(s, folio);
  const lm = folio_sub_large_mapcount(s, folio, 1, mm);
  const last = add_mapcount(s, s.entireMapcount, row, -1, 'the entire mapcount') === 0;
  if (last && level.pmdMapped) moved.nrPmdmapped = pages;
  if (!level.pagesMapped) return;
  if (!s.machine.pageMapcount) {
    if (lm === 0) moved.nr = pages;
    else moved.partiallyMapped = last && lm < pages;
    return;
  }
  if (last) moved.nr = pages - add_nr_pages_mapped(s, row, -s.memmap.entirelyMapped);
  moved.partiallyMapped = moved.nr > 0 && moved.nr < moved.nrPmdmapped;
};

const __folio_mod_stat = (s: RmapSys, folio: number, nr: number, nrPmdmapped: number): void => {
  const anon = folio_test_anon(s, folio);
  if (nr !== 0) mod_node_page_state(s, anon ? Vmstat.NR_ANON_MAPPED : Vmstat.NR_FILE_MAPPED, nr);
  if (nrPmdmapped === 0) return;
  const file = folio_test_swapbacked(s, folio) ? Vmstat.NR_SHMEM_PMDMAPPED : Vmstat.NR_FILE_PMDMAPPED;
  mod_node_page_state(s, anon ? Vmstat.NR_ANON_THPS : file, nrPmdmapped);
};

const add_file_rmap = (s: RmapSys, page: number, nr: number, mm: number, level: Level): void => {
  const folio = sane_folio(s, page, nr, level);
  if (folio_test_anon(s, folio)) throw new ModelBug('rmap-sanity', `file rmap of anonymous frame ${page}`);
  __folio_add_rmap(s, folio, page, nr, mm, level);
};

export const folio_add_file_rmap_ptes = (s: RmapSys, page: number, nr: number, mm: number): void =>
  add_file_rmap(s, page, nr, mm, PTE);
export const folio_add_file_rmap_pmd = (s: RmapSys, page: number, mm: number): void =>
  add_file_rmap(s, page, s.geometry.ptrsPerPte, mm, PMD);
/** Since v6.15; before, nothing counted PUD mappings. `level` is what versions of the series differ in. */
export const folio_add_file_rmap_pud = (s: RmapSys, page: number, mm: number, level = PUD): void =>
  add_file_rmap(s, page, pudPages(s.geometry), mm, level);

const set_exclusive = (s: RmapSys, page: number, nr: number): void => {
  for (let i = 0; i < nr; i++) set_page_flag(s, page + i, Page.mkAnonExclusive, 1);
};

const add_anon_rmap = (s: RmapSys, page: number, nr: number, mm: number, exclusive: boolean, level: Level): void => {
  const folio = sane_anon_folio(s, page, nr, level);
  __folio_add_rmap(s, folio, page, nr, mm, level);
  if (exclusive) set_exclusive(s, page, level === PTE ? nr : 1);
  check_exclusive(s, folio, page, nr);
};

/** The VM_WARN_ON_FOLIO() of __folio_add_anon_rmap(): an exclusive page is mapped once; by a leaf and a PTE in a split. */
const check_exclusive = (s: RmapSys, folio: number, page: number, nr: number): void => {
  const entire = folio_test_large(s, folio) ? s.entireMapcount.at(large_row(s, folio)) : 0;
  for (let i = 0; i < nr; i++) {
    // Without page mapcounts those of a large folio are 0.
    const mapped = Math.max(entire, s.mapcount.at(pfn_to_page(page + i)));
    if (mapped > 1 && PageAnonExclusive(s, page + i))
      throw new ModelBug('exclusive-and-shared', `frame ${page + i} is PageAnonExclusive and mapped ${mapped} times`);
  }
};

export const folio_add_anon_rmap_ptes = (s: RmapSys, page: number, nr: number, mm: number, exclusive: boolean): void =>
  add_anon_rmap(s, page, nr, mm, exclusive, PTE);
export const folio_add_anon_rmap_pmd = (s: RmapSys, page: number, mm: number, exclusive: boolean): void =>
  add_anon_rmap(s, page, s.geometry.ptrsPerPte, mm, exclusive, PMD);

/**
 * folio_add_new_anon_rmap(): the first mapping of a folio just allocated, exclusive. A folio of PMD size is mapped
 * by a leaf, every other one by PTEs. The kernel writes its counters without a look.
 */
export const folio_add_new_anon_rmap = (s: RmapSys, page: number, mm: number): void => {
  const folio = sane_anon_folio(s, page, 1, PTE);
  const pages = folio_nr_pages(s, folio);
  if (folio !== page || folio_mapcount(s, folio) !== 0)
    throw new ModelBug('rmap-sanity', `frame ${page} is mapped as a new folio, and is none`);
  // folio_test_pmd_mappable()
  const byLeaf = s.machine.pmdLeaves && pages > 1 && pages >= s.geometry.ptrsPerPte;
  set_page_flag(s, folio, Page.mkSwapbacked, 1);
  if (pages === 1) {
    s.mapcount.put(pfn_to_page(folio), 1);
  } else if (byLeaf) {
    const row = large_row(s, folio);
    s.entireMapcount.put(row, 1);
    folio_set_large_mapcount(s, folio, 1, mm);
    if (s.machine.pageMapcount) s.nrPagesMapped.put(row, s.memmap.entirelyMapped);
  } else {
    for (let i = 0; i < pages && s.machine.pageMapcount; i++) s.mapcount.put(pfn_to_page(folio + i), 1);
    folio_set_large_mapcount(s, folio, pages, mm);
    if (s.machine.pageMapcount) s.nrPagesMapped.put(large_row(s, folio), pages);
  }
  set_exclusive(s, folio, byLeaf ? 1 : pages);
  __folio_mod_stat(s, folio, pages, byLeaf ? pages : 0);
};

export const folio_remove_rmap_ptes = (s: RmapSys, page: number, nr: number, mm: number): void =>
  __folio_remove_rmap(s, page, nr, mm, PTE);
export const folio_remove_rmap_pmd = (s: RmapSys, page: number, mm: number): void =>
  __folio_remove_rmap(s, page, s.geometry.ptrsPerPte, mm, PMD);
/** Since v6.15. It takes the same `level` as folio_add_file_rmap_pud(). */
export const folio_remove_rmap_pud = (s: RmapSys, page: number, mm: number, level = PUD): void =>
  __folio_remove_rmap(s, page, pudPages(s.geometry), mm, level);

/** What is copied must be mapped, at this level. The kernel trusts the caller; the statistics would go wrong. */
const check_source = (s: RmapSys, folio: number, page: number, nr: number, level: Level): void => {
  const large = folio_test_large(s, folio);
  let mapped = true;
  if (level.name !== 'PTE') mapped = s.entireMapcount.at(large_row(s, folio)) > 0;
  else if (large && !s.machine.pageMapcount) mapped = s.largeMapcount.at(large_row(s, folio)) >= nr;
  else for (let i = 0; i < nr; i++) if (s.mapcount.at(pfn_to_page(page + i)) === 0) mapped = false;
  if (!mapped) throw new ModelBug('rmap-sanity', `a ${level.name} mapping of frame ${page} is copied, and is none`);
};

/** __folio_dup_file_rmap(), and the end of __folio_try_dup_anon_rmap(): no statistic moves. */
const dup_rmap = (s: RmapSys, folio: number, page: number, nr: number, dst: number, level: Level): void => {
  check_source(s, folio, page, nr, level);
  if (!folio_test_large(s, folio)) {
    add_page_mapcounts(s, folio, 1, 1, 1);
  } else if (level.name === 'PTE') {
    if (s.machine.pageMapcount) add_page_mapcounts(s, page, nr, 1, 1);
    folio_add_large_mapcount(s, folio, nr, dst);
  } else {
    add_mapcount(s, s.entireMapcount, large_row(s, folio), 1, 'the entire mapcount');
    folio_add_large_mapcount(s, folio, 1, dst);
  }
};

/** One more mapping of what is mapped. */
export const folio_dup_file_rmap_ptes = (s: RmapSys, page: number, nr: number, dst: number): void =>
  dup_rmap(s, sane_folio(s, page, nr, PTE), page, nr, dst, PTE);
/** As written in v6.8 .. v7.1, it counts PTE mappings of all pages; nobody calls it. */
export const folio_dup_file_rmap_pmd = (s: RmapSys, page: number, dst: number): void =>
  folio_dup_file_rmap_ptes(s, page, s.geometry.ptrsPerPte, dst);

/**
 * folio_try_dup_anon_rmap_ptes() and _pmd(): fork shares the pages, which are nobody's own then. False: one of them
 * is, and may be pinned (-EBUSY); nothing has changed.
 */
const try_dup_anon_rmap = (
  s: RmapSys,
  page: number,
  nr: number,
  dst: number,
  srcHasPinned: boolean,
  level: Level,
): boolean => {
  const folio = sane_anon_folio(s, page, nr, level);
  const pages = level === PTE ? nr : 1;
  // Memory that only a device reaches cannot be pinned.
  if (srcHasPinned && !folio_is_device_private(s, folio) && s.kernel.folio_maybe_dma_pinned(s, folio))
    for (let i = 0; i < pages; i++) if (PageAnonExclusive(s, page + i)) return false;
  for (let i = 0; i < pages; i++) set_page_flag(s, page + i, Page.mkAnonExclusive, 0);
  dup_rmap(s, folio, page, nr, dst, level);
  return true;
};

export const folio_try_dup_anon_rmap_ptes = (
  s: RmapSys,
  page: number,
  nr: number,
  dst: number,
  srcHasPinned: boolean,
): boolean => try_dup_anon_rmap(s, page, nr, dst, srcHasPinned, PTE);
export const folio_try_dup_anon_rmap_pmd = (s: RmapSys, page: number, dst: number, srcHasPinned: boolean): boolean =>
  try_dup_anon_rmap(s, page, s.geometry.ptrsPerPte, dst, srcHasPinned, PMD);

/** Before a page becomes a swap or migration entry. False: it may be pinned. */
const try_share_anon_rmap = (s: RmapSys, page: number): boolean => {
  const folio = sane_anon_folio(s, page, 1, PTE);
  if (!PageAnonExclusive(s, page)) return true;
  if (!folio_is_device_private(s, folio) && s.kernel.folio_maybe_dma_pinned(s, folio)) return false;
  set_page_flag(s, page, Page.mkAnonExclusive, 0);
  return true;
};

/** folio_try_share_anon_rmap_pte() */
export const folio_try_share_anon_rmap = (s: RmapSys, page: number): boolean => try_share_anon_rmap(s, page);
export const folio_try_share_anon_rmap_pmd = (s: RmapSys, page: number): boolean => try_share_anon_rmap(s, page);

export const folio_mapcount = (s: RmapSys, folio: number): number =>
  folio_test_large(s, folio) ? s.largeMapcount.at(large_row(s, folio)) : s.mapcount.at(pfn_to_page(folio));

/**
 * folio_maybe_mapped_shared(), since v6.15: whether more than one mm may map it. The owners of a large folio are
 * remembered; where they are not (CONFIG_MM_ID comes with transparent huge pages), it may always be shared.
 */
export const folio_maybe_mapped_shared = (
  s: RmapSys,
  folio: number,
  mapcount: number = folio_mapcount(s, folio),
): boolean => {
  if (!folio_test_large(s, folio)) return mapcount > 1;
  if (!s.machine.mmId) return true;
  return mapcount > 1 && MmIds.shared(s.mmIds.at(large_row(s, folio))) === 1;
};

/** folio_estimated_sharers() of v6.9: whether the first page is mapped otherwise than once. */
export const folio_estimated_shared = (s: RmapSys, folio: number): boolean =>
  s.mapcount.at(pfn_to_page(folio)) + (folio_test_large(s, folio) ? s.entireMapcount.at(large_row(s, folio)) : 0) !== 1;

/** folio_likely_mapped_shared() of v6.10 .. v6.14: a guess from the first page, wrong for what is mapped in part. */
export const folio_likely_mapped_shared = (
  s: RmapSys,
  folio: number,
  mapcount: number = folio_mapcount(s, folio),
  pages: number = folio_nr_pages(s, folio),
): boolean => {
  if (mapcount <= 1 || !folio_test_large(s, folio)) return mapcount > 1;
  if (s.entireMapcount.at(large_row(s, folio)) > 0 || mapcount > pages) return true;
  return s.mapcount.at(pfn_to_page(folio)) > 1;
};
