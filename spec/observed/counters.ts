/**
 * Counters of the whole machine: fs/proc/meminfo.c meminfo_proc_show(), mm/vmstat.c vmstat_show(), kernel/panic.c
 * warn_count_show(), mm/huge_memory.c (mTHP statistics), drivers/pci/p2pdma.c available_show(); v7.1.
 */
import { DaxFault, DaxWarning } from '../../model/state/dax.ts';
import type { Use } from '../../model/state/geometry.ts';
import { Mlock, Page, SwapSlot, Vmstat, vmstatBits } from '../../model/state/memmap.ts';
import { type MmView, PtePage, Pud, PudKind } from '../../model/state/mm_types.ts';
import { folioOf, isAnonUse, isBroken, isFree, isInLarge, pagesOfFolio, useOfRow } from '../folios.ts';
import { counted, type Observable } from './observable.ts';

/** Memory that the page allocator has: not what is on a device, and not what may never be given out again. */
const OF_ALLOCATOR: ReadonlySet<Use> = new Set<Use>(['anon', 'shmem', 'file', 'driver']);

type OfPage = (s: MmView, row: number) => boolean;
/** Struct pages of which something holds. */
const pagesThat =
  (is: OfPage) =>
  (s: MmView): number => {
    let n = 0;
    for (let row = 0; row < s.memmap.frames; row++) if (is(s, row)) n++;
    return n;
  };

const isAllocatable: OfPage = (s, row) => isFree(s, row) && OF_ALLOCATOR.has(useOfRow(s, row)) && !isBroken(s, row);
const isInCache: OfPage = (s, row) => Page.cached(s.page.at(folioOf(s, row))) === 1;
const isFileDirty: OfPage = (s, row) =>
  useOfRow(s, row) === 'file' && isInCache(s, row) && Page.dirty(s.page.at(folioOf(s, row))) === 1;
const isInHuge =
  (use: Use): OfPage =>
  (s, row) =>
    useOfRow(s, row) === use && isInLarge(s, row) && isInCache(s, row);
const isAnonHead: OfPage = (s, row) => isAnonUse(useOfRow(s, row)) && Page.head(s.page.at(row)) === 1;

/** Rows of a table of which something holds; of pages all that the folio has. */
const inPages = (s: MmView, rows: number, is: (row: number) => boolean): number => {
  let n = 0;
  for (let row = 0; row < rows; row++) if (is(row)) n += pagesOfFolio(s, row);
  return n;
};
const slotsThat =
  (is: (slot: SwapSlot) => boolean) =>
  (s: MmView): number => {
    let n = 0;
    for (let slot = 0; slot < s.swapSlot.rows; slot++) if (is(s.swapSlot.at(slot))) n++;
    return n;
  };

/** NR_PAGETABLE: PTE tables, deposited or lost ones as well, and PMD tables. */
const pageTables = (s: MmView): number => {
  let n = 0;
  for (let row = 0; row < s.ptePage.rows; row++) n += PtePage.allocated(s.ptePage.at(row));
  for (let row = 0; row < s.pud.rows; row++) if (Pud.kind(s.pud.at(row)) === PudKind.table) n++;
  return n;
};

const warnings = (s: MmView): number =>
  s.warnedCowWrite.at(0) +
  s.warnedPat.at(0) +
  s.warnedP2pdma.at(0) +
  (DaxWarning.fault(s.warnedDax.at(0)) === DaxFault.none ? 0 : 1);

type Counters = Readonly<Record<string, (s: MmView) => number>>;
const ALWAYS: Counters = { PageTables: pageTables, warn_count: warnings };
/** Of worlds with memory that the page allocator has. */
const OF_MEMORY: Counters = { MemFree: pagesThat(isAllocatable) };
const OF_ANON: Counters = {
  nr_anon: pagesThat(isAnonHead),
  nr_anon_partially_mapped: pagesThat((s, row) => isAnonHead(s, row) && Page.partiallyMapped(s.page.at(row)) === 1),
};
const OF_SHMEM: Counters = { Cached: pagesThat(isInCache), ShmemHugePages: pagesThat(isInHuge('shmem')) };
const OF_FILE: Counters = {
  Cached: pagesThat(isInCache),
  Dirty: pagesThat(isFileDirty),
  FileHugePages: pagesThat(isInHuge('file')),
  nr_written: (s) => inPages(s, s.wroteBack.rows, (row) => s.wroteBack.at(row) === 1),
};
const OF_SWAP: Counters = {
  SwapFree: slotsThat((slot) => SwapSlot.count(slot) === 0 && SwapSlot.cached(slot) === 0),
  SwapCached: slotsThat((slot) => SwapSlot.cached(slot) > 0),
};
const OF_LOCKS: Counters = { Mlocked: (s) => inPages(s, s.mlock.rows, (row) => Mlock.mlocked(s.mlock.at(row)) === 1) };
const OF_POISON: Counters = { HardwareCorrupted: pagesThat(isBroken) };
const OF_BAR: Counters = {
  'p2pmem/available': pagesThat((s, row) => useOfRow(s, row) === 'p2pdma' && isFree(s, row)),
};

/** Those that can be other than 0 in a world of this shape. */
const countersOf = (s: MmView): Counters => {
  const has = (use: Use): boolean => s.memmap.blocks.some((block) => block.use === use);
  return {
    ...ALWAYS,
    ...([...OF_ALLOCATOR].some((use) => has(use)) ? OF_MEMORY : {}),
    ...(has('anon') ? OF_ANON : {}),
    ...(has('shmem') ? OF_SHMEM : {}),
    ...(has('file') ? OF_FILE : {}),
    ...(s.swapSlot.rows > 0 ? OF_SWAP : {}),
    ...(s.mlock.rows > 0 ? OF_LOCKS : {}),
    ...(s.hwpoison.rows > 0 ? OF_POISON : {}),
    ...(has('p2pdma') ? OF_BAR : {}),
  };
};

export const machineCounters = (s: MmView): readonly Observable<MmView>[] => [
  ...Object.entries(countersOf(s)).map(([name, read]) => counted(name, read)),
  ...Array.from({ length: s.vmstat.rows }, (_, item) =>
    counted<MmView>(
      Vmstat.names[item]!,
      (v) => v.vmstat.at(item),
      (code) => `${vmstatBits(s.memmap).valueOf(code)}`,
    ),
  ),
];
