/**
 * Folios without page tables: `folioState({ n: 512, want: [{ use: 'anon', pages: 512 }] })` has the tables of folios
 * alone, so that a folio of the real size takes no page table. What it maps is up to the caller.
 */
import { layoutOf } from '../../checker/search/index.ts';
import type { RmapSys } from '../../model/mm/large_mapcount.ts';
import { large_row, page_of, pfn_to_page } from '../../model/mm/page_flags.ts';
import { folio_pincount, folio_ref_count } from '../../model/mm/page_ref.ts';
import { v7_1 } from '../../model/releases/v7_1.ts';
import { type Block, DEVICE_FRAMES, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { folioTables, memmapOf, MmIds, Page, vmstatBits, Vmstat } from '../../model/state/memmap.ts';

/** Puts something of the driver's before each block whose first frame would not be aligned. */
const aligned = (want: readonly Block[]): readonly Block[] => {
  const memory: Block[] = [];
  let frame = DEVICE_FRAMES;
  for (const block of want) {
    while (frame % block.pages !== 0) {
      const pages = frame & -frame;
      memory.push({ use: 'driver', pages });
      frame += pages;
    }
    memory.push(block);
    frame += block.pages;
  }
  return memory;
};

interface Wanted {
  /** Pages of a PMD leaf; a PUD leaf has `pmds` of these, by default as many as it has pages. */
  readonly n: number;
  readonly pmds?: number;
  readonly pins?: number;
  readonly want: readonly Block[];
  readonly facts?: Partial<Machine>;
}

export interface FolioState {
  readonly s: RmapSys;
  /** The first frame of each block that was wanted, in their order; none is allocated yet. */
  readonly frames: readonly number[];
}

export const folioState = ({ n, pmds = n, pins = 0, want, facts = {} }: Wanted): FolioState => {
  const memory = aligned(want);
  const geometry: Geometry = { ...SMALL, mms: 3, puds: 1, ptrsPerPmd: pmds, ptrsPerPte: n, pteTables: 0, memory, pins };
  const memmap = memmapOf(geometry);
  const layout = layoutOf(folioTables(geometry, memmap));
  const s = { ...layout.draftOf(layout.zero()), geometry, memmap, machine: { ...X86_64, ...facts }, kernel: v7_1 };
  return { s, frames: want.map((block) => memmap.start[memory.indexOf(block)]!) };
};

/** The block of a folio, as prep_folio() wants it. */
export const blockAt = (s: RmapSys, folio: number): number => s.memmap.blockOf[pfn_to_page(folio)]!;

/** What a large folio has in its counters; `pm` of each page. */
export interface Counters {
  readonly ref: number;
  readonly em: number;
  readonly lm: number;
  readonly npm: number;
  readonly pm: readonly number[];
  readonly pins: number;
  /** Owner and count of each slot, and whether the folio is shared: "0:3 -:0 shared". */
  readonly owners: string;
  readonly exclusive: readonly number[];
  readonly partiallyMapped: boolean;
}

const ownersOf = (s: RmapSys, row: number): string => {
  const ids = s.mmIds.at(row);
  const slot = (id: number, at: number) => `${id === 0 ? '-' : id - 1}:${s.mmIdMapcount.at(2 * row + at)}`;
  return `${slot(MmIds.id0(ids), 0)} ${slot(MmIds.id1(ids), 1)}${MmIds.shared(ids) === 1 ? ' shared' : ''}`;
};

/** Of a folio in a block of this many pages, whether or not it is allocated. */
export const countersOf = (s: RmapSys, folio: number, pages: number): Counters => {
  const frames = Array.from({ length: pages }, (_, i) => folio + i);
  const row = large_row(s, folio);
  return {
    ref: folio_ref_count(s, folio),
    em: row < 0 ? 0 : s.entireMapcount.at(row),
    lm: row < 0 ? 0 : s.largeMapcount.at(row),
    npm: row < 0 ? 0 : s.nrPagesMapped.at(row),
    pm: frames.map((frame) => s.mapcount.at(pfn_to_page(frame))),
    pins: folio_pincount(s, folio),
    owners: row < 0 ? '' : ownersOf(s, row),
    exclusive: frames.filter((frame) => Page.anonExclusive(page_of(s, frame)) === 1).map((frame) => frame - folio),
    partiallyMapped: Page.partiallyMapped(page_of(s, folio)) === 1,
  };
};

/** Every statistic by its name. */
export const statistics = (s: RmapSys): Readonly<Record<(typeof Vmstat.names)[number], number>> => {
  const { valueOf } = vmstatBits(s.memmap);
  return Object.fromEntries(Vmstat.names.map((name, row) => [name, valueOf(s.vmstat.at(row))])) as never;
};
