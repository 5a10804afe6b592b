/**
 * What page tables map of each folio, counted from the raw tables: each leaf once, in a PMD table that is shared too. What no
 * PUD entry leads to is not reached, and counts nothing.
 */
import { FRAME_MAX, pmdPages, pudPages } from '../../model/state/hugetlb/geometry.ts';
import { HugePte, type HugetlbView, Pin } from '../../model/state/hugetlb/hugetlb_types.ts';
import { folioOf, isFirstName, isLeaf, NONE, PMD, pmdTableOf, PTE, pteTableOf, PUD, sizeOf } from './entries.ts';

const FRAMES = FRAME_MAX + 1;

/** Rows of `pages` are frames, the others folios. */
interface HugetlbCensus {
  /** Leaves of the size of the hugepage, and smaller ones. */
  readonly whole: Int32Array;
  readonly small: Int32Array;
  /** Hugepages of address space in which any leaf maps the folio. */
  readonly slots: Int32Array;
  /** Rows of the page cache that name the folio. */
  readonly cached: Int32Array;
  readonly pins: Int32Array;
  /** Smaller leaves that map the frame. */
  readonly pages: Int32Array;
}

const all = new Int32Array(7 * FRAMES);
const part = (nth: number): Int32Array => all.subarray(nth * FRAMES, (nth + 1) * FRAMES);
/** Of the state that takeCensus() was called with last: one for all, so that the search allocates nothing. */
export const census = {
  whole: part(0),
  small: part(1),
  slots: part(2),
  cached: part(3),
  pins: part(4),
  pages: part(5),
} satisfies HugetlbCensus;
/** The hugepage of address space, + 1, in which the folio was met last. */
const lastSlot = part(6);

/** A leaf of a level, `at` pages from the beginning of all address spaces. */
const addLeaf = (s: HugetlbView, e: HugePte, level: number, at: number): void => {
  const size = sizeOf(s.geometry, level, e);
  if (!isLeaf(e) || at % size !== 0) return;
  const folio = folioOf(s, HugePte.pfn(e));
  if (size === s.geometry.hugepage) census.whole[folio]!++;
  else {
    census.small[folio]!++;
    for (let i = 0; i < size && HugePte.pfn(e) + i < FRAMES; i++) census.pages[HugePte.pfn(e) + i]!++;
  }
  const slot = Math.trunc(at / s.geometry.hugepage) + 1;
  if (lastSlot[folio] === slot) return;
  lastSlot[folio] = slot;
  census.slots[folio]!++;
};

const addPmdTable = (s: HugetlbView, table: number, from: number): void => {
  const { ptrsPerPmd, ptrsPerPte } = s.geometry;
  for (let i = 0; i < ptrsPerPmd; i++) {
    const pmd = s.pmd.at(table * ptrsPerPmd + i);
    const at = from + i * pmdPages(s.geometry);
    const ptes = pteTableOf(s, pmd);
    if (ptes === NONE) addLeaf(s, pmd, PMD, at);
    else for (let j = 0; j < ptrsPerPte; j++) addLeaf(s, s.pte.at(ptes * ptrsPerPte + j), PTE, at + j);
  }
};

/** Fills the census; it stands until the next one is taken. */
export const takeCensus = (s: HugetlbView): void => {
  all.fill(0);
  for (let row = 0; row < s.pud.rows; row++) {
    const pud = s.pud.at(row);
    const at = row * pudPages(s.geometry);
    const table = pmdTableOf(s, pud);
    if (table === NONE) addLeaf(s, pud, PUD, at);
    else if (isFirstName(s, row)) addPmdTable(s, table, at);
  }
  for (let row = 0; row < s.cache.rows; row++) if (s.cache.at(row) > 0) census.cached[s.cache.at(row) - 1]!++;
  for (let i = 0; i < s.pin.rows; i++)
    if (Pin.taken(s.pin.at(i)) === 1) census.pins[folioOf(s, Pin.pfn(s.pin.at(i)))]!++;
};

/** Leaves of any size that map the folio. */
export const leavesOf = (folio: number): number => census.whole[folio]! + census.small[folio]!;
