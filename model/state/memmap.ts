/**
 * Memory and its struct pages: which frames form which block, and the tables that describe folios.
 * Mirrors include/linux/mm_types.h struct page and struct folio, v7.1, with every count as its number of users: the
 * kernel's -1 for no mapping is 0 here. A page of FS-DAX is a block of a file system (dax.ts).
 */
import { type Draft, entry, flag, oneOf, shownAs, table, upTo, type View } from '../../checker/search/index.ts';
import { type Counter, counter } from './counter.ts';
import { pageCacheTables } from './page_cache.ts';
import { party } from './party.ts';
import { type Block, DEVICE_FRAMES, FRAME_MAX, type Geometry, pudPages, type Use } from './geometry.ts';

/** Where each block of memory lies. Frames of memory are numbered from DEVICE_FRAMES on. */
export interface Memmap {
  readonly blocks: readonly Block[];
  /** First frame of each block. */
  readonly start: Int32Array;
  /** By frame - DEVICE_FRAMES: the block it lies in. */
  readonly blockOf: Int32Array;
  /** By block: its row in the tables of large folios, or -1. */
  readonly largeRow: Int32Array;
  readonly frames: number;
  readonly larges: number;
  /**
   * ENTIRELY_MAPPED of mm/internal.h: what a PMD or PUD mapping adds to _nr_pages_mapped. A power of two beyond any
   * number of pages.
   */
  readonly entirelyMapped: number;
  /** Where a counter of references or of mappings sticks: one that gets there has leaked. */
  readonly countMax: number;
}

export const memmapOf = (g: Geometry): Memmap => {
  const { memory } = g;
  const start = new Int32Array(memory.length);
  const largeRow = new Int32Array(memory.length).fill(-1);
  const blockOf: number[] = [];
  let larges = 0;
  for (const [i, { use, pages }] of memory.entries()) {
    start[i] = DEVICE_FRAMES + blockOf.length;
    if (start[i] % pages !== 0) throw new RangeError(`block ${i} (${use}, ${pages} pages) starts at frame ${start[i]}`);
    for (let page = 0; page < pages; page++) blockOf.push(i);
    if (pages > 1) largeRow[i] = larges++;
  }
  const largest = memory.reduce((most, { pages }) => Math.max(most, pages), 2);
  const mappings = g.mms * Math.max(1, g.puds) * pudPages(g);
  return {
    blocks: memory,
    start,
    blockOf: Int32Array.from(blockOf),
    largeRow,
    frames: blockOf.length,
    larges,
    entirelyMapped: 2 ** (33 - Math.clz32(Math.max(pudPages(g), largest))),
    // Every mapping, the page cache, pins, and a few references of who is at work.
    countMax: Math.min(2 ** 30, mappings + largest + 8 + g.pins),
  };
};

/** The frame of page `index` of the file, of the device memory, … that has this use; -1 beyond its end. */
export const frameOf = ({ blocks, start, blockOf }: Memmap, use: Use, index: number): number => {
  let first = 0;
  while (first < blocks.length && blocks[first]!.use !== use) first++;
  if (first === blocks.length) return -1;
  const block = blockOf[start[first]! + index - DEVICE_FRAMES];
  return block !== undefined && blocks[block]!.use === use ? start[first]! + index : -1;
};

export const PageKind = oneOf('free', 'anon', 'shmem', 'file', 'dax', 'fsdax', 'driver', 'zero', 'p2pdma');

/**
 * A struct page. A folio is its first page: what holds of the whole folio stands there. One of a PCI BAR that is in the pool
 * of its driver is free. `head`, `tail`: of a large
 * folio. `swapbacked` is off for a page that MADV_FREE has given up; `cached`: in the page cache of its file.
 */
const page = entry('page')({
  kind: PageKind,
  head: flag,
  tail: flag,
  anonExclusive: flag,
  dirty: flag,
  referenced: flag,
  swapbacked: flag,
  cached: flag,
  partiallyMapped: flag,
});
export const Page = shownAs(page, (e) => {
  if (page.kind(e) === PageKind.free) return 'free';
  const words = [
    PageKind.names[page.kind(e)]!,
    page.head(e) === 1 ? 'head' : '',
    page.tail(e) === 1 ? 'tail' : '',
    page.anonExclusive(e) === 1 ? 'AnonExclusive' : '',
    page.dirty(e) === 1 ? 'dirty' : '',
    page.referenced(e) === 1 ? 'referenced' : '',
    page.kind(e) === PageKind.anon && page.tail(e) === 0 && page.swapbacked(e) === 0 ? 'lazyfree' : '',
    page.cached(e) === 1 ? 'in the page cache' : '',
    page.partiallyMapped(e) === 1 ? 'partially mapped' : '',
  ];
  return words.filter((word) => word !== '').join(' ');
});
export type Page = ReturnType<typeof page.of>;

/** Owners that a large folio remembers: mm + 1, or 0 for none (MM_ID_DUMMY). `shared`: FOLIO_MM_IDS_SHARED_BITNUM. */
const mmIds = entry('mmIds')({ id0: upTo(3), id1: upTo(3), shared: flag });
const owner = (id: number): string => (id === 0 ? 'none' : party(id - 1));
export const MmIds = shownAs(
  mmIds,
  (e) => `${owner(mmIds.id0(e))}, ${owner(mmIds.id1(e))}${mmIds.shared(e) === 1 ? ', shared' : ''}`,
);
export type MmIds = ReturnType<typeof MmIds.of>;

/** enum of include/linux/mm_types_task.h: the counters of an mm. MM_SWAPENTS is apart. */
export const Rss = oneOf('MM_FILEPAGES', 'MM_ANONPAGES', 'MM_SHMEMPAGES');
/** enum node_stat_item of include/linux/mmzone.h, as far as mappings move it. */
export const Vmstat = oneOf(
  'NR_ANON_MAPPED',
  'NR_FILE_MAPPED',
  'NR_ANON_THPS',
  'NR_SHMEM_PMDMAPPED',
  'NR_FILE_PMDMAPPED',
);

/**
 * A folio under migration, by its first frame: whoever migrates holds its lock and one reference. `splits`: it is
 * unmapped so that it can be split (unmap_folio()), not moved.
 */
const migration = entry('migration')({ taken: flag, pfn: upTo(FRAME_MAX), splits: flag });
export const Migration = shownAs(migration, (e) => {
  if (migration.taken(e) === 0) return 'none';
  return `folio ${migration.pfn(e)}, ${migration.splits(e) === 1 ? 'to be split' : 'to be moved'}`;
});
export type Migration = ReturnType<typeof migration.of>;

/**
 * A swap slot: how many entries name it, which page of memory is its copy in the swap cache, or 0, and whether the slot
 * holds what that page holds: a ghost, since nothing here has content. One that nobody names or caches is free.
 */
const swapSlot = entry('swapSlot')({ count: upTo(7), cached: upTo(FRAME_MAX), written: flag });
export const SwapSlot = shownAs(swapSlot, (e) => {
  if (swapSlot.count(e) === 0 && swapSlot.cached(e) === 0) return 'free';
  const words = [
    `count ${swapSlot.count(e)}`,
    swapSlot.cached(e) === 0 ? '' : `in the swap cache as page ${swapSlot.cached(e)}`,
    swapSlot.written(e) === 1 ? 'written' : 'out of date',
  ];
  return words.filter((word) => word !== '').join(', ');
});
export type SwapSlot = ReturnType<typeof swapSlot.of>;

/**
 * PG_mlocked of a folio, at its first page, and mlock_count: how often a VMA has locked it, since it came to the list of
 * what cannot be evicted. A folio that was off the lists meanwhile has a count that is too low.
 */
const mlock = entry('mlock')({ mlocked: flag, count: upTo(7) });
export const Mlock = shownAs(mlock, (e) =>
  mlock.mlocked(e) === 1 ? `mlocked, count ${mlock.count(e)}` : 'not mlocked',
);
export type Mlock = ReturnType<typeof mlock.of>;

/**
 * PG_hwpoison of a page: known to be broken. `isolated`: nobody may have it again, because memory_failure() keeps a
 * reference, or because it was freed alone. What was freed with all of a large folio is not.
 */
export const Hwpoison = oneOf('no', 'broken', 'isolated');

const frameName = (row: number): string => `page ${row + DEVICE_FRAMES}`;

/** Tables of folios and counters; with no memory they have no rows. */
export const folioTables = (g: Geometry, map: Memmap) => {
  const { frames, larges } = map;
  const counts = upTo(map.countMax);
  const headOf = (row: number): number => map.start[map.largeRow.indexOf(row)]!;
  const large = (name: string) => (row: number) => `folio ${headOf(row)} ${name}`;
  const any = frames > 0 ? 1 : 0;
  const bar = barPages(g);
  return {
    page: table(frames, Page, frameName),
    /** _refcount; of a large folio at its first frame. Pins of small folios are in `pincount`. */
    refcount: table(frames, counts, (row) => `${frameName(row)} refcount`),
    /** _mapcount of each page: PTEs that map it. */
    mapcount: table(frames, counts, (row) => `${frameName(row)} mapcount`),
    /** _pincount of a large folio; of a small one the multiples of GUP_PIN_COUNTING_BIAS in its _refcount. */
    pincount: table(g.pins === 0 ? 0 : frames, upTo(g.pins + 1), (row) => `${frameName(row)} pincount`),
    migration: table(g.migrations, Migration, () => 'under migration'),
    entireMapcount: table(larges, counts, large('entire mapcount')),
    largeMapcount: table(larges, counts, large('large mapcount')),
    nrPagesMapped: table(larges, nrPagesMapped(map), large('nr_pages_mapped')),
    /** Row 2 * large + slot. */
    mmIdMapcount: table(2 * larges, counts, (row) => `${large('mm_id_mapcount')(row >> 1)}[${row & 1}]`),
    mmIds: table(larges, MmIds, large('owners')),
    /** Row mm * 3 + counter. */
    rss: table(
      any * g.mms * Rss.names.length,
      rssBits(g),
      (row) => `${party(Math.trunc(row / 3))} ${Rss.names[row % 3]}`,
    ),
    /** MM_SWAPENTS, the fourth of them, where there is swap. */
    swapents: table(g.swapSlots > 0 ? g.mms : 0, rssBits(g), (row) => `${party(row)} MM_SWAPENTS`),
    swapSlot: table(g.swapSlots, SwapSlot, (row) => `swap slot ${row}`),
    hwpoison: table(g.poison * frames, Hwpoison, (row) => `${frameName(row)} PG_hwpoison`),
    mlock: table(g.locks * frames, Mlock, (row) => `${frameName(row)} PG_mlocked`),
    /** The `ref` of the dev_pagemap of a PCI BAR, but for the one that it begins with. */
    pgmapRef: table(bar > 0 ? 1 : 0, upTo(pgmapRefMax(g)), () => 'references to the pgmap'),
    vmstat: table(any * Vmstat.names.length, vmstatBits(map), (row) => Vmstat.names[row]!),
    ...pageCacheTables(g),
  };
};

/** Pages that PTEs map, and ENTIRELY_MAPPED once for each leaf. */
const nrPagesMapped = (map: Memmap) => ({
  ...upTo(nrPagesMappedMax(map)),
  show: (code: number): string => {
    const [leaves, pages] = [Math.trunc(code / map.entirelyMapped), code % map.entirelyMapped];
    const entirely = leaves > 1 ? [`${leaves} ENTIRELY_MAPPED`] : leaves === 1 ? ['ENTIRELY_MAPPED'] : [];
    return [...entirely, ...(pages > 0 || leaves === 0 ? [`${pages}`] : [])].join(' + ');
  },
});

/** Where _nr_pages_mapped sticks. */
export const nrPagesMappedMax = ({ entirelyMapped }: Memmap): number => 4 * entirelyMapped;
/** A counter of pages that one mm can map, and where it ends. */
export const rssMax = (g: Geometry): number => Math.max(15, g.puds * pudPages(g));
export const rssBits = (g: Geometry): Counter => counter(rssMax(g));
/** A counter of pages of all memory, and where it ends. */
export const vmstatMax = ({ frames }: Memmap): number => Math.max(15, frames);
export const vmstatBits = (map: Memmap): Counter => counter(vmstatMax(map));

const barPages = (g: Geometry): number => g.memory.filter(({ use }) => use === 'p2pdma').length;
/** Where the references to a pgmap stick: one for each page, one of a mmap() that is at it, and one that has leaked. */
export const pgmapRefMax = (g: Geometry): number => barPages(g) + 2;

type FolioTables = ReturnType<typeof folioTables>;
/** Folios that can be read, and what the reader needs to find its way. */
export type FolioView = View<FolioTables> & { readonly geometry: Geometry; readonly memmap: Memmap };
export type FolioDraft = Draft<FolioTables> & { readonly geometry: Geometry; readonly memmap: Memmap };
