/**
 * What the page tables map of memory, counted from the raw tables, and what user space has pinned. An entry counts
 * when it is present, not devmap, a PTE not special either, and maps memory other than the zero pages: those, and only
 * those, must have a reference and a mapcount. (A special leaf of memory counts, but in VM_PFNMAP: v6.15 marks leaves that it
 * has counted, which I-SPECIAL holds against it.) A device-private entry counts as well. What hangs on no PUD slot is not reached, and counts nothing.
 */
import { DEVICE_FRAMES, FRAME_MAX, pudPages, slotsOf } from '../model/state/geometry.ts';
import { Rss } from '../model/state/memmap.ts';
import { isPrivatePte, type MmView, Pin, Pmd, PmdKind, Pte, Pud, PudKind } from '../model/state/mm_types.ts';
import { isAnonUse, rowOf, useOfRow } from './folios.ts';
import { isPfnmap, vmaAt } from './reading.ts';

/** Frames of memory that an entry can name, and mms that there can be. */
const ROWS = FRAME_MAX + 1 - DEVICE_FRAMES;
const MMS = 3;
const COUNTERS = Rss.names.length;

/** Rows are those of struct pages. A leaf, or an entry for one, stands in the row of its first frame. */
export interface Census {
  /** PTEs that count, and leaves at PMD and PUD level. */
  readonly ptes: Int32Array;
  readonly leaves: Int32Array;
  /** Those of both that are writable. */
  readonly writable: Int32Array;
  /** Migration entries at PTE and PMD level, and those of each that say that the page is nobody else's. */
  readonly entries: Int32Array;
  readonly hugeEntries: Int32Array;
  readonly claims: Int32Array;
  readonly hugeClaims: Int32Array;
  /** Pins of user space, those of the huge zero folio included. */
  readonly pins: Int32Array;
  /** References that GUP has taken without a pin (FOLL_GET). */
  readonly gets: Int32Array;
  /** Row mm * ROWS + row: PTEs and leaves of an mm. */
  readonly ofMm: Int32Array;
  /** Row mm * 3 + counter: pages of what is present and of migration entries. */
  readonly rss: Int32Array;
}

/** One for all, filled anew each time, so that the search allocates nothing. */
const all = new Int32Array(9 * ROWS + MMS * ROWS + MMS * COUNTERS);
const part = (nth: number, length = ROWS): Int32Array => all.subarray(nth * ROWS, nth * ROWS + length);
const census = {
  ptes: part(0),
  leaves: part(1),
  writable: part(2),
  entries: part(3),
  hugeEntries: part(4),
  claims: part(5),
  hugeClaims: part(6),
  pins: part(7),
  gets: part(8),
  ofMm: part(9, MMS * ROWS),
  rss: part(9 + MMS, MMS * COUNTERS),
} satisfies Census;

/** The row of memory that is counted, or -1: frames of the device, of nothing, and the zero pages are not. */
const countedRow = (s: MmView, frame: number): number => {
  const row = rowOf(frame);
  if (row < 0 || row >= s.memmap.frames) return -1;
  const use = useOfRow(s, row);
  return use === 'zero page' || use === 'huge zero' ? -1 : row;
};

/** The row of memory that counts its pins, or -1: of memory only the zero page does not (is_zero_folio()). */
const pinnedRow = (s: MmView, frame: number): number => {
  const row = rowOf(frame);
  return row < 0 || row >= s.memmap.frames || useOfRow(s, row) === 'zero page' ? -1 : row;
};

/** Whether nobody counts what a leaf maps: by what it says of itself, and where it is. */
const isUncounted = (s: MmView, special: number, devmap: number, mm: number, page: number): boolean =>
  devmap === 1 || (special === 1 && isPfnmap(vmaAt(s, mm, page)));

const rowOfPud = (s: MmView, at: number): number => {
  const e = s.pud.at(at);
  if (Pud.kind(e) !== PudKind.leaf) return -1;
  const { puds } = s.geometry;
  const page = (at % puds) * pudPages(s.geometry);
  return isUncounted(s, Pud.special(e), Pud.devmap(e), Math.trunc(at / puds), page) ? -1 : countedRow(s, Pud.pfn(e));
};
const rowOfPmd = (s: MmView, at: number): number => {
  const e = s.pmd.at(at);
  if (Pmd.kind(e) !== PmdKind.leaf) return -1;
  const slots = slotsOf(s.geometry);
  const page = (at % slots) * s.geometry.ptrsPerPte;
  return isUncounted(s, Pmd.special(e), Pmd.devmap(e), Math.trunc(at / slots), page) ? -1 : countedRow(s, Pmd.pfn(e));
};
/** Of a device-private entry too: it counts as if it were present. */
const rowOfPte = (s: MmView, e: Pte): number =>
  (Pte.present(e) === 1 && Pte.special(e) === 0) || isPrivatePte(e) ? countedRow(s, Pte.pfn(e)) : -1;

/** mm_counter() */
const addRss = (s: MmView, mm: number, row: number, pages: number): void => {
  const use = useOfRow(s, row);
  const other = use === 'shmem' ? Rss.MM_SHMEMPAGES : Rss.MM_FILEPAGES;
  census.rss[mm * COUNTERS + (isAnonUse(use) ? Rss.MM_ANONPAGES : other)]! += pages;
};

const addLeaf = (s: MmView, mm: number, row: number, write: number, pages: number): void => {
  if (row < 0) return;
  census.leaves[row]!++;
  census.writable[row]! += write;
  census.ofMm[mm * ROWS + row]!++;
  addRss(s, mm, row, pages);
};

const addPte = (s: MmView, mm: number, e: Pte): void => {
  if (Pte.present(e) === 0 && Pte.migration(e) === 1) {
    const row = countedRow(s, Pte.pfn(e));
    if (row < 0) return;
    census.entries[row]!++;
    census.claims[row]! += Pte.write(e) | Pte.exclusive(e);
    addRss(s, mm, row, 1);
    return;
  }
  const row = rowOfPte(s, e);
  if (row < 0) return;
  census.ptes[row]!++;
  census.writable[row]! += Pte.write(e);
  census.ofMm[mm * ROWS + row]!++;
  addRss(s, mm, row, 1);
};

const addMigration = (s: MmView, mm: number, e: Pmd): void => {
  const row = countedRow(s, Pmd.pfn(e));
  if (row < 0) return;
  census.hugeEntries[row]!++;
  census.hugeClaims[row]! += Pmd.write(e) | Pmd.exclusive(e);
  addRss(s, mm, row, s.geometry.ptrsPerPte);
};

const addPmd = (s: MmView, mm: number, at: number): void => {
  const { ptrsPerPte, pteTables } = s.geometry;
  const e = s.pmd.at(at);
  const kind = Pmd.kind(e);
  if (kind === PmdKind.leaf) {
    addLeaf(s, mm, rowOfPmd(s, at), Pmd.write(e), ptrsPerPte);
  } else if (kind === PmdKind.migration) {
    addMigration(s, mm, e);
  } else if (kind === PmdKind.table && Pmd.pfn(e) < pteTables) {
    const first = Pmd.pfn(e) * ptrsPerPte;
    for (let i = first; i < first + ptrsPerPte; i++) {
      const pte = s.pte.at(i);
      if (pte !== 0) addPte(s, mm, pte);
    }
  }
};

/** The census of a state; it stands until the next one is taken. */
export const censusOf = (s: MmView): Census => {
  const { mms, puds, ptrsPerPmd } = s.geometry;
  all.fill(0);
  for (let row = 0; row < mms * puds; row++) {
    const pud = s.pud.at(row);
    const kind = Pud.kind(pud);
    const mm = Math.trunc(row / puds);
    if (kind === PudKind.leaf) {
      addLeaf(s, mm, rowOfPud(s, row), Pud.write(pud), pudPages(s.geometry));
    } else if (kind === PudKind.table) {
      const first = row * ptrsPerPmd;
      for (let i = first; i < first + ptrsPerPmd; i++) addPmd(s, mm, i);
    }
  }
  for (let i = 0; i < s.pin.rows; i++) {
    const pin = s.pin.at(i);
    const row = Pin.taken(pin) === 1 ? pinnedRow(s, Pin.pfn(pin)) : -1;
    if (row >= 0) (Pin.get(pin) === 1 ? census.gets : census.pins)[row]!++;
  }
  return census;
};

/** Rows from..from+pages-1 of a part of the census, added up. */
export const sum = (of: Int32Array, from: number, pages: number): number => {
  let n = 0;
  for (let row = from; row < from + pages; row++) n += of[row]!;
  return n;
};
/** How many of the pages from..from+pages-1 are mapped by PTEs. */
export const mappedByPtes = ({ ptes }: Census, from: number, pages: number): number => {
  let n = 0;
  for (let row = from; row < from + pages; row++) if (ptes[row]! > 0) n++;
  return n;
};
/** PTEs and leaves of one mm that map pages of a folio. */
export const mappingsOf = ({ ofMm }: Census, mm: number, folio: number, pages: number): number =>
  sum(ofMm, mm * ROWS + folio, pages);

/** Whether any entry counts. */
export const anyCounted = (s: MmView): boolean => {
  for (let row = 0; row < s.pud.rows; row++) if (rowOfPud(s, row) >= 0) return true;
  for (let row = 0; row < s.pmd.rows; row++) if (rowOfPmd(s, row) >= 0) return true;
  for (let row = 0; row < s.pte.rows; row++) if (rowOfPte(s, s.pte.at(row)) >= 0) return true;
  return false;
};
