/**
 * How often a folio is mapped. Mirrors mm/rmap.c and include/linux/rmap.h, v7.1 (6.12 and 6.18 read beside it).
 * The counters of a large folio exist as CONFIG_PAGE_MAPCOUNT or CONFIG_NO_PAGE_MAPCOUNT keeps them; a count that
 * would fall below zero is a "Bad page map". Left out: anon_vma, KSM, mlock, the order of atomic steps.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { pudPages } from '../state/geometry.ts';
import type { Machine } from '../state/machine.ts';
import { type FolioDraft, MmIds, Page, Vmstat } from '../state/memmap.ts';
import {
  folio_nr_pages,
  folio_test_anon,
  folio_test_large,
  folio_test_swapbacked,
  large_row,
  page_folio,
  PageAnonExclusive,
  pfn_to_page,
  set_page_flag,
} from './page_flags.ts';
import { folio_maybe_dma_pinned } from './page_ref.ts';
import { mod_node_page_state } from './vmstat.ts';

export type RmapSys = FolioDraft & { readonly machine: Machine };
type Counts = RmapSys['mapcount'];
export type Level = 'PTE' | 'PMD' | 'PUD';

/** Adds to a counter of mappings. Returns what it is then. */
const count = (counts: Counts, row: number, by: number, what: string): number => {
  const now = counts.at(row) + by;
  if (now < 0) throw new ModelBug('bad-page-map', `${what} falls to ${now}`);
  counts.put(row, now);
  return now;
};

const leafPages = (s: RmapSys, level: Level): number => {
  if (level === 'PTE') return 1;
  return level === 'PMD' ? s.geometry.ptrsPerPte : pudPages(s.geometry);
};

/** __folio_rmap_sanity_checks(): the pages are those of one folio, and a leaf maps all of it. */
const sanity_checks = (s: RmapSys, folio: number, page: number, nr: number, level: Level): void => {
  if (level === 'PUD' && !s.machine.pudLeaves)
    throw new ModelBug('no-PUD-leaves', 'rmap of a PUD mapping without HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD (BUILD_BUG)');
  const pages = folio_nr_pages(s, folio);
  if (nr <= 0 || page < folio || page + nr > folio + pages)
    throw new ModelBug('rmap-sanity', `frames ${page}..${page + nr - 1} are not all of folio ${folio}`);
  if (level !== 'PTE' && (pages !== leafPages(s, level) || nr !== pages))
    throw new ModelBug('rmap-sanity', `a ${level} mapping of folio ${folio}, which has ${pages} pages`);
};

// Owners of a large folio (CONFIG_MM_ID): the first two mms that map it, and whether others may.

const slot_of_mm = (ids: MmIds, id: number): number => {
  if (MmIds.id0(ids) === id) return 0;
  return MmIds.id1(ids) === id ? 1 : -1;
};
const with_slot = (ids: MmIds, slot: number, id: number): MmIds =>
  slot === 0 ? MmIds.mkId0(ids, id) : MmIds.mkId1(ids, id);

/** folio_add_large_mapcount() and folio_add_return_large_mapcount(). */
const folio_add_large_mapcount = (s: RmapSys, folio: number, nr: number, mm: number): number => {
  const row = large_row(s, folio);
  const lm = count(s.largeMapcount, row, nr, 'the large mapcount');
  if (!s.machine.mmId) return lm;
  const ids = s.mmIds.at(row);
  const own = slot_of_mm(ids, mm + 1);
  if (own >= 0) {
    count(s.mmIdMapcount, 2 * row + own, nr, 'the mapcount of an mm');
    return lm;
  }
  const free = slot_of_mm(ids, 0);
  if (free < 0) return lm;
  s.mmIdMapcount.put(2 * row + free, nr);
  const shared = free === 0 ? lm !== nr || MmIds.shared(ids) === 1 : true;
  s.mmIds.put(row, MmIds.mkShared(with_slot(ids, free, mm + 1), shared ? 1 : 0));
  return lm;
};

/** folio_sub_large_mapcount() and folio_sub_return_large_mapcount(). */
const folio_sub_large_mapcount = (s: RmapSys, folio: number, nr: number, mm: number): number => {
  const row = large_row(s, folio);
  const lm = count(s.largeMapcount, row, -nr, 'the large mapcount');
  if (!s.machine.mmId) return lm;
  let ids = s.mmIds.at(row);
  const own = slot_of_mm(ids, mm + 1);
  if (own >= 0) {
    // What the mm mapped while no place was free is not in it: it may be less than what goes.
    const left = Math.max(0, s.mmIdMapcount.at(2 * row + own) - nr);
    s.mmIdMapcount.put(2 * row + own, left);
    if (left > 0) return lm;
    ids = with_slot(ids, own, 0);
  }
  const alone = s.mmIdMapcount.at(2 * row) === lm || s.mmIdMapcount.at(2 * row + 1) === lm;
  s.mmIds.put(row, alone ? MmIds.mkShared(ids, 0) : ids);
  return lm;
};

/** folio_set_large_mapcount(): of a folio that nobody has mapped yet. */
const folio_set_large_mapcount = (s: RmapSys, folio: number, nr: number, mm: number): void => {
  const row = large_row(s, folio);
  s.largeMapcount.put(row, nr);
  if (!s.machine.mmId) return;
  s.mmIdMapcount.put(2 * row, nr);
  s.mmIds.put(row, MmIds.of({ id0: mm + 1 }));
};

// What __folio_add_rmap() and __folio_remove_rmap() find: pages that became (un)mapped, those by a PMD leaf.

interface Moved {
  nr: number;
  nrPmdmapped: number;
  partiallyMapped: boolean;
}
/** Written by one function, read by its caller; one for all, so that the search allocates nothing. */
const moved: Moved = { nr: 0, nrPmdmapped: 0, partiallyMapped: false };

const __folio_add_rmap = (s: RmapSys, page: number, nr: number, mm: number, level: Level): void => {
  const folio = page_folio(s, page);
  sanity_checks(s, folio, page, nr, level);
  moved.nrPmdmapped = 0;
  if (!folio_test_large(s, folio)) {
    moved.nr = count(s.mapcount, pfn_to_page(folio), 1, 'the mapcount') === 1 ? 1 : 0;
    return;
  }
  if (level === 'PTE') add_ptes(s, folio, page, nr, mm);
  else add_leaf(s, folio, mm, level);
};

const add_ptes = (s: RmapSys, folio: number, page: number, nr: number, mm: number): void => {
  const row = large_row(s, folio);
  if (!s.machine.pageMapcount) {
    moved.nr = folio_add_large_mapcount(s, folio, nr, mm) === nr ? folio_nr_pages(s, folio) : 0;
    return;
  }
  let first = 0;
  for (let i = 0; i < nr; i++) if (count(s.mapcount, pfn_to_page(page + i), 1, 'the mapcount') === 1) first++;
  const npm = s.nrPagesMapped.at(row) + first;
  s.nrPagesMapped.put(row, npm);
  moved.nr = npm < s.memmap.entirelyMapped ? first : 0;
  folio_add_large_mapcount(s, folio, nr, mm);
};

const add_leaf = (s: RmapSys, folio: number, mm: number, level: Level): void => {
  const { entirelyMapped: E } = s.memmap;
  const row = large_row(s, folio);
  const pages = folio_nr_pages(s, folio);
  const first = count(s.entireMapcount, row, 1, 'the entire mapcount') === 1;
  moved.nr = 0;
  if (first && level === 'PMD') moved.nrPmdmapped = pages;
  if (first && s.machine.pageMapcount) {
    const npm = s.nrPagesMapped.at(row) + E;
    s.nrPagesMapped.put(row, npm);
    moved.nr = pages - (npm & (E - 1));
  }
  const lm = folio_add_large_mapcount(s, folio, 1, mm);
  if (!s.machine.pageMapcount && lm === 1) moved.nr = pages;
};

const __folio_remove_rmap = (s: RmapSys, page: number, nr: number, mm: number, level: Level): void => {
  const folio = page_folio(s, page);
  sanity_checks(s, folio, page, nr, level);
  moved.nrPmdmapped = 0;
  moved.partiallyMapped = false;
  if (!folio_test_large(s, folio)) {
    moved.nr = count(s.mapcount, pfn_to_page(folio), -1, 'the mapcount') === 0 ? 1 : 0;
  } else if (level === 'PTE') {
    remove_ptes(s, folio, page, nr, mm);
  } else {
    remove_leaf(s, folio, mm, level);
  }
  // Queued for a deferred split, once: some of it is mapped, some is not.
  if (moved.partiallyMapped && folio_test_anon(s, folio)) set_page_flag(s, folio, Page.mkPartiallyMapped, 1);
  __folio_mod_stat(s, folio, -moved.nr, -moved.nrPmdmapped);
};

const remove_ptes = (s: RmapSys, folio: number, page: number, nr: number, mm: number): void => {
  const row = large_row(s, folio);
  const pages = folio_nr_pages(s, folio);
  const lm = folio_sub_large_mapcount(s, folio, nr, mm);
  if (!s.machine.pageMapcount) {
    moved.nr = lm === 0 ? pages : 0;
    moved.partiallyMapped = lm > 0 && lm < pages && s.entireMapcount.at(row) === 0;
    return;
  }
  let last = 0;
  for (let i = 0; i < nr; i++) if (count(s.mapcount, pfn_to_page(page + i), -1, 'the mapcount') === 0) last++;
  const npm = s.nrPagesMapped.at(row) - last;
  if (npm < 0) throw new ModelBug('bad-page-map', `_nr_pages_mapped of folio ${folio} falls to ${npm}`);
  s.nrPagesMapped.put(row, npm);
  moved.nr = npm < s.memmap.entirelyMapped ? last : 0;
  moved.partiallyMapped = moved.nr > 0 && npm !== 0;
};

const remove_leaf = (s: RmapSys, folio: number, mm: number, level: Level): void => {
  const row = large_row(s, folio);
  const pages = folio_nr_pages(s, folio);
  const lm = folio_sub_large_mapcount(s, folio, 1, mm);
  const last = count(s.entireMapcount, row, -1, 'the entire mapcount') === 0;
  moved.nr = 0;
  if (last && level === 'PMD') moved.nrPmdmapped = pages;
  if (!s.machine.pageMapcount) {
    if (lm === 0) moved.nr = pages;
    else moved.partiallyMapped = last && lm < pages;
    return;
  }
  if (!last) return;
  const npm = s.nrPagesMapped.at(row) - s.memmap.entirelyMapped;
  if (npm < 0) throw new ModelBug('bad-page-map', `_nr_pages_mapped of folio ${folio} falls to ${npm}`);
  s.nrPagesMapped.put(row, npm);
  moved.nr = pages - npm;
  moved.partiallyMapped = moved.nr > 0 && moved.nr < moved.nrPmdmapped;
};

const __folio_mod_stat = (s: RmapSys, folio: number, nr: number, nrPmdmapped: number): void => {
  const anon = folio_test_anon(s, folio);
  if (nr !== 0) mod_node_page_state(s, anon ? Vmstat.NR_ANON_MAPPED : Vmstat.NR_FILE_MAPPED, nr);
  if (nrPmdmapped === 0) return;
  const file = folio_test_swapbacked(s, folio) ? Vmstat.NR_SHMEM_PMDMAPPED : Vmstat.NR_FILE_PMDMAPPED;
  mod_node_page_state(s, anon ? Vmstat.NR_ANON_THPS : file, nrPmdmapped);
};

const set_exclusive = (s: RmapSys, page: number, nr: number): void => {
  for (let i = 0; i < nr; i++) set_page_flag(s, page + i, Page.mkAnonExclusive, 1);
};

const add_rmap = (s: RmapSys, page: number, nr: number, mm: number, level: Level): void => {
  __folio_add_rmap(s, page, nr, mm, level);
  __folio_mod_stat(s, page_folio(s, page), moved.nr, moved.nrPmdmapped);
};

const add_file_rmap = (s: RmapSys, page: number, nr: number, mm: number, level: Level): void => {
  if (folio_test_anon(s, page_folio(s, page)))
    throw new ModelBug('rmap-sanity', `file rmap of anonymous frame ${page}`);
  add_rmap(s, page, nr, mm, level);
};

export const folio_add_file_rmap_ptes = (s: RmapSys, page: number, nr: number, mm: number): void =>
  add_file_rmap(s, page, nr, mm, 'PTE');
export const folio_add_file_rmap_pmd = (s: RmapSys, page: number, mm: number): void =>
  add_file_rmap(s, page, s.geometry.ptrsPerPte, mm, 'PMD');
/** Since v6.15; before, nothing counted PUD mappings. */
export const folio_add_file_rmap_pud = (s: RmapSys, page: number, mm: number): void =>
  add_file_rmap(s, page, pudPages(s.geometry), mm, 'PUD');

const add_anon_rmap = (s: RmapSys, page: number, nr: number, mm: number, exclusive: boolean, level: Level): void => {
  const folio = page_folio(s, page);
  if (!folio_test_anon(s, folio)) throw new ModelBug('rmap-sanity', `anon rmap of frame ${page}, which is not`);
  add_rmap(s, page, nr, mm, level);
  if (exclusive) set_exclusive(s, page, level === 'PTE' ? nr : 1);
  check_exclusive(s, folio, page, nr);
};

/** The VM_WARN_ON_FOLIO() of __folio_add_anon_rmap(): an exclusive page is mapped once. */
const check_exclusive = (s: RmapSys, folio: number, page: number, nr: number): void => {
  const large = folio_test_large(s, folio);
  if (large && !s.machine.pageMapcount) return;
  const entire = large ? s.entireMapcount.at(large_row(s, folio)) : 0;
  for (let i = 0; i < nr; i++) {
    if (!PageAnonExclusive(s, page + i)) continue;
    if (entire > 1 || s.mapcount.at(pfn_to_page(page + i)) > 1)
      throw new ModelBug('exclusive-and-shared', `frame ${page + i} is PageAnonExclusive and mapped more than once`);
  }
};

export const folio_add_anon_rmap_ptes = (s: RmapSys, page: number, nr: number, mm: number, exclusive: boolean): void =>
  add_anon_rmap(s, page, nr, mm, exclusive, 'PTE');
export const folio_add_anon_rmap_pmd = (s: RmapSys, page: number, mm: number, exclusive: boolean): void =>
  add_anon_rmap(s, page, s.geometry.ptrsPerPte, mm, exclusive, 'PMD');

/**
 * folio_add_new_anon_rmap(): the first mapping of a folio just allocated, exclusive. A folio of PMD size is mapped
 * by a leaf, every other one by PTEs.
 */
export const folio_add_new_anon_rmap = (s: RmapSys, folio: number, mm: number): void => {
  const pages = folio_nr_pages(s, folio);
  const byLeaf = pages === s.geometry.ptrsPerPte && pages > 1;
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

const remove_rmap = __folio_remove_rmap;
export const folio_remove_rmap_ptes = (s: RmapSys, page: number, nr: number, mm: number): void =>
  remove_rmap(s, page, nr, mm, 'PTE');
export const folio_remove_rmap_pmd = (s: RmapSys, page: number, mm: number): void =>
  remove_rmap(s, page, s.geometry.ptrsPerPte, mm, 'PMD');
export const folio_remove_rmap_pud = (s: RmapSys, page: number, mm: number): void =>
  remove_rmap(s, page, pudPages(s.geometry), mm, 'PUD');

/** __folio_dup_file_rmap(): one more mapping of what is mapped, so that no statistic moves. */
const dup_rmap = (s: RmapSys, page: number, nr: number, dst: number, level: Level): void => {
  const folio = page_folio(s, page);
  sanity_checks(s, folio, page, nr, level);
  if (!folio_test_large(s, folio)) {
    count(s.mapcount, pfn_to_page(folio), 1, 'the mapcount');
    return;
  }
  if (level === 'PTE') {
    for (let i = 0; i < nr && s.machine.pageMapcount; i++) count(s.mapcount, pfn_to_page(page + i), 1, 'the mapcount');
    folio_add_large_mapcount(s, folio, nr, dst);
  } else {
    count(s.entireMapcount, large_row(s, folio), 1, 'the entire mapcount');
    folio_add_large_mapcount(s, folio, 1, dst);
  }
};

export const folio_dup_file_rmap_ptes = (s: RmapSys, page: number, nr: number, dst: number): void =>
  dup_rmap(s, page, nr, dst, 'PTE');
/** As written in v6.8 .. v7.1, it counts PTE mappings of all pages; nobody calls it. */
export const folio_dup_file_rmap_pmd = (s: RmapSys, page: number, dst: number): void =>
  dup_rmap(s, page, s.geometry.ptrsPerPte, dst, 'PTE');

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
  const folio = page_folio(s, page);
  const pages = level === 'PTE' ? nr : 1;
  if (srcHasPinned && folio_maybe_dma_pinned(s, folio))
    for (let i = 0; i < pages; i++) if (PageAnonExclusive(s, page + i)) return false;
  for (let i = 0; i < pages; i++) set_page_flag(s, page + i, Page.mkAnonExclusive, 0);
  dup_rmap(s, page, nr, dst, level);
  return true;
};

export const folio_try_dup_anon_rmap_ptes = (
  s: RmapSys,
  page: number,
  nr: number,
  dst: number,
  srcHasPinned: boolean,
): boolean => try_dup_anon_rmap(s, page, nr, dst, srcHasPinned, 'PTE');
export const folio_try_dup_anon_rmap_pmd = (s: RmapSys, page: number, dst: number, srcHasPinned: boolean): boolean =>
  try_dup_anon_rmap(s, page, s.geometry.ptrsPerPte, dst, srcHasPinned, 'PMD');

/** folio_try_share_anon_rmap_pte() and _pmd(): before a page becomes a migration entry. False: it may be pinned. */
export const folio_try_share_anon_rmap = (s: RmapSys, page: number): boolean => {
  if (!PageAnonExclusive(s, page)) return true;
  if (folio_maybe_dma_pinned(s, page_folio(s, page))) return false;
  set_page_flag(s, page, Page.mkAnonExclusive, 0);
  return true;
};

export const folio_mapcount = (s: RmapSys, folio: number): number =>
  folio_test_large(s, folio) ? s.largeMapcount.at(large_row(s, folio)) : s.mapcount.at(pfn_to_page(folio));

/** folio_maybe_mapped_shared(): whether more than one mm may map it. Since v6.15 the owners are remembered. */
export const folio_maybe_mapped_shared = (s: RmapSys, folio: number): boolean => {
  const mapcount = folio_mapcount(s, folio);
  if (!folio_test_large(s, folio)) return mapcount > 1;
  if (mapcount <= 1) return false;
  if (s.machine.mmId) return MmIds.shared(s.mmIds.at(large_row(s, folio))) === 1;
  if (s.entireMapcount.at(large_row(s, folio)) > 0 || mapcount > folio_nr_pages(s, folio)) return true;
  return s.mapcount.at(pfn_to_page(folio)) > 1;
};
