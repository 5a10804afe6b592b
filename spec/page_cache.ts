/**
 * A file whose page cache is a table: what the table says of the file's pages, and that nothing is lost when another folio
 * takes the place of some of them.
 */
import type { Always, Move, Step } from '../checker/search/index.ts';
import { DEVICE_FRAMES } from '../model/state/geometry.ts';
import { Page, PageKind } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { AddressSpace, NrPages } from '../model/state/page_cache.ts';
import { isDirty, isWritten } from './dirty.ts';
import { cachedFolio, cachedFrame, cachedRow } from './file_pages.ts';
import { folioName, folioOf, isFree, isInLarge, isTaken, pagesOfFolio, useOfRow } from './folios.ts';
import { NONE } from './reading.ts';
import { count } from './wording.ts';

const isCached = (s: MmView, row: number): boolean => Page.cached(s.page.at(folioOf(s, row))) === 1;

/** Whether page `index` has the page of its folio that it should: a folio lies in the file as in memory, and aligned. */
const isInPlace = (s: MmView, index: number): boolean => {
  const row = cachedRow(s, index);
  if (row === NONE || isFree(s, row) || !isCached(s, row)) return false;
  if (Page.kind(s.page.at(folioOf(s, row))) !== PageKind[s.geometry.pageCache!.use]) return false;
  const folio = folioOf(s, row);
  const first = index - (row - folio);
  if (first % pagesOfFolio(s, folio) !== 0) return false;
  for (let i = 0; i < pagesOfFolio(s, folio); i++) if (cachedRow(s, first + i) !== folio + i) return false;
  return true;
};

/** The page of the file that has this page of memory, or NONE. */
const indexOf = (s: MmView, row: number): number => {
  for (let index = 0; index < s.iPages.rows; index++) if (s.iPages.at(index) === row + DEVICE_FRAMES) return index;
  return NONE;
};

/** The first page of the file that is out of place, or that another page of it has as well; or NONE. */
const wrongIndex = (s: MmView): number => {
  for (let index = 0; index < s.iPages.rows; index++)
    if (cachedFrame(s, index) !== NONE && (!isInPlace(s, index) || indexOf(s, cachedRow(s, index)) !== index))
      return index;
  return NONE;
};

/** A page of memory that is said to be in the page cache, and is not; or NONE. */
const strayRow = (s: MmView): number => {
  for (let row = 0; row < s.memmap.frames; row++) {
    if (useOfRow(s, row) !== s.geometry.pageCache?.use || isFree(s, row)) continue;
    if (isCached(s, row) && indexOf(s, row) === NONE) return row;
  }
  return NONE;
};

const pagesCached = (s: MmView): number => {
  let pages = 0;
  for (let index = 0; index < s.iPages.rows; index++) if (cachedFrame(s, index) !== NONE) pages++;
  return pages;
};

/** Huge folios of a file system that knows none. */
const thpsCached = (s: MmView): number => {
  const { pageCache } = s.geometry;
  if (pageCache === undefined || pageCache.use === 'shmem' || pageCache.largeFolios) return 0;
  let thps = 0;
  for (let index = 0; index < s.iPages.rows; index++) {
    const row = cachedRow(s, index);
    if (row !== NONE && isInLarge(s, row) && folioOf(s, row) === row) thps++;
  }
  return thps;
};

const nrPages = (s: MmView): number => NrPages.valueOf(AddressSpace.nrpages(s.addressSpace.at(0)));
const nrThps = (s: MmView): number => AddressSpace.nrThps(s.addressSpace.at(0));
const countsAreRight = (s: MmView): boolean => nrPages(s) === pagesCached(s) && nrThps(s) === thpsCached(s);

export const pagecache: Always<MmView> = {
  kind: 'always',
  name: 'I-PAGECACHE',
  says: 'Each page of a file has one page of memory, or none; a folio lies in the file as it does in memory, and what is said to be in the page cache is there. nrpages counts these pages, nr_thps the huge folios of a file system that knows none.',
  cites:
    'v7.1 mm/filemap.c __filemap_add_folio(), filemap_unaccount_folio(), mm/khugepaged.c collapse_file() (xas_set_order(), ' +
    'xas_store(); mapping->nrpages -= nr_none), include/linux/fs.h struct address_space; "mm/khugepaged: fix crashes due to misaccounted holes" (v4.20)',
  subject: (s) => s.addressSpace.rows > 0 && (pagesCached(s) > 0 || !countsAreRight(s) || strayRow(s) !== NONE),
  holds: (s) => s.addressSpace.rows === 0 || (wrongIndex(s) === NONE && strayRow(s) === NONE && countsAreRight(s)),
  explain: (s) => {
    const index = wrongIndex(s);
    if (index !== NONE)
      return `page ${index} of the file has frame ${cachedFrame(s, index)}, which is not in its place`;
    const row = strayRow(s);
    if (row !== NONE)
      return `${folioName(s, folioOf(s, row))} is said to be in the page cache, and no page of the file has it`;
    const found = `${count(pagesCached(s), 'page')} in the page cache, ${count(thpsCached(s), 'huge folio')}`;
    return `${found}; nrpages is ${nrPages(s)}, nr_thps ${nrThps(s)}`;
  },
};

/** Whether the move cuts page `index` off the file. */
const isCutOff = (s: MmView, { name, args }: Move, index: number): boolean => {
  if (name !== 'truncate') return false;
  const { file, from } = args['part'] as { readonly file: string; readonly from: number };
  return file === s.geometry.pageCache?.use && index >= from;
};

const isDirtyAt = (s: MmView, index: number): boolean => {
  const folio = cachedFolio(s, index);
  return folio !== NONE && isCached(s, folio) && isDirty(s, folio);
};

/** The first page of the file that was dirty, and that has no page of memory now, or another that is clean; or NONE. */
const lostIndex = (before: MmView, move: Move, after: MmView): number => {
  for (let index = 0; index < before.iPages.rows; index++) {
    // Of the same page of memory I-DIRTY asks.
    if (cachedFrame(after, index) === cachedFrame(before, index) || !isDirtyAt(before, index)) continue;
    if (isWritten(after, cachedFolio(before, index))) continue;
    if (!isDirtyAt(after, index) && !isCutOff(before, move, index)) return index;
  }
  return NONE;
};

const anyDirty = (s: MmView): boolean => {
  for (let index = 0; index < s.iPages.rows; index++) if (isDirtyAt(s, index)) return true;
  return false;
};

export const filedata: Step<MmView> = {
  kind: 'step',
  name: 'I-FILEDATA',
  says: 'A page of a file that has been written to leaves the page cache only when it is truncated, or on its disk; a copy that takes its place is dirty as well.',
  cites:
    'v7.1 mm/khugepaged.c collapse_file() (folio_mark_dirty() of shmem; SCAN_PAGE_DIRTY_OR_WRITEBACK of other files), ' +
    'fs/open.c do_dentry_open() (truncate_inode_pages())',
  subject: (before) => anyDirty(before),
  holds: (before, move, after) => lostIndex(before, move, after) === NONE,
  explain: (before, move, after) => {
    const index = lostIndex(before, move, after);
    const is = cachedFolio(after, index);
    const now = is === NONE ? 'it is a hole' : `it is of ${folioName(after, is)}, which is clean`;
    return `page ${index} of the file was dirty, of ${folioName(before, cachedFolio(before, index))}; after ${move.name} ${now}`;
  },
};

/** Whether the move empties the page cache: what the file has then is read anew. */
const isTruncation = ({ name }: Move): boolean => name === 'truncate' || name === 'mmap';

/** The first page of the file that is pinned, and that has another page of memory now; or NONE. */
const replacedIndex = (before: MmView, move: Move, after: MmView): number => {
  if (isTruncation(move)) return NONE;
  for (let index = 0; index < before.iPages.rows; index++) {
    const folio = cachedFolio(before, index);
    if (folio === NONE || cachedFrame(after, index) === cachedFrame(before, index)) continue;
    if (isTaken(before, folio) && isTaken(after, folio)) return index;
  }
  return NONE;
};

const anyTaken = (s: MmView): boolean => {
  for (let index = 0; index < s.iPages.rows; index++) {
    const folio = cachedFolio(s, index);
    if (folio !== NONE && isTaken(s, folio)) return true;
  }
  return false;
};

export const pinfile: Step<MmView> = {
  kind: 'step',
  name: 'I-PINFILE',
  says: 'A page of a file that is pinned, or that GUP has a reference to, stays the page of the file until it is truncated: no copy takes its place.',
  cites:
    'v7.1 mm/khugepaged.c collapse_scan_file() (folio_expected_ref_count()), collapse_file() (folio_ref_count() is 2 + ' +
    'folio_nr_pages()); Documentation/core-api/pin_user_pages.rst',
  subject: (before) => anyTaken(before),
  holds: (before, move, after) => replacedIndex(before, move, after) === NONE,
  explain: (before, move, after) => {
    const index = replacedIndex(before, move, after);
    const now = cachedFrame(after, index);
    const is = now === NONE ? 'is a hole' : `has frame ${now}`;
    return `page ${index} of the file, frame ${cachedFrame(before, index)}, is pinned; after ${move.name} page ${index} ${is}`;
  },
};
