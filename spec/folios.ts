/**
 * How the spec reads memory: which struct pages form a folio. A row is a frame less DEVICE_FRAMES, and a folio goes by
 * the row of its first page. Which block a page lies in is fixed; whether the block is one folio now, its flags say.
 */
import { DEVICE_FRAMES, type Use } from '../model/state/geometry.ts';
import { Hwpoison, Page, PageKind } from '../model/state/memmap.ts';
import { type MmView, Pin } from '../model/state/mm_types.ts';
import { count } from './wording.ts';

export const rowOf = (frame: number): number => frame - DEVICE_FRAMES;

/** The row of the first page of the block that `row` lies in. */
const startOf = ({ memmap }: MmView, row: number): number => rowOf(memmap.start[memmap.blockOf[row]!]!);
const pagesOfBlock = ({ memmap }: MmView, row: number): number => memmap.blocks[memmap.blockOf[row]!]!.pages;
export const useOfRow = ({ memmap }: MmView, row: number): Use => memmap.blocks[memmap.blockOf[row]!]!.use;

/** What is anonymous memory when it is in use: that of the machine, and that of a device. */
export const isAnonUse = (use: Use | undefined): boolean => use === 'anon' || use === 'private';

/** Whether the block that `row` lies in is one large folio. */
export const isInLarge = (s: MmView, row: number): boolean =>
  pagesOfBlock(s, row) > 1 && Page.head(s.page.at(startOf(s, row))) === 1;
/** The folio that the page in `row` belongs to. */
export const folioOf = (s: MmView, row: number): number => (isInLarge(s, row) ? startOf(s, row) : row);
export const pagesOfFolio = (s: MmView, folio: number): number => (isInLarge(s, folio) ? pagesOfBlock(s, folio) : 1);
/** The row of a large folio in the tables that only large folios have, or -1. */
export const largeRowOf = (s: MmView, folio: number): number =>
  isInLarge(s, folio) ? s.memmap.largeRow[s.memmap.blockOf[folio]!]! : -1;

export const isFree = (s: MmView, row: number): boolean => Page.kind(s.page.at(row)) === PageKind.free;
/** Whether the folio has the size of a PMD leaf. */
export const isPmdSized = (s: MmView, folio: number): boolean =>
  isInLarge(s, folio) && pagesOfBlock(s, folio) === s.geometry.ptrsPerPte;

const isIn = (s: MmView, folio: number, row: number): boolean => row >= folio && row < folio + pagesOfFolio(s, folio);
/** Whether anybody has pinned a page of the folio, or holds a reference to it (FOLL_GET). */
export const isTaken = (s: MmView, folio: number): boolean => {
  for (let i = 0; i < s.pin.rows; i++) {
    const pin = s.pin.at(i);
    if (Pin.taken(pin) === 1 && isIn(s, folio, rowOf(Pin.pfn(pin)))) return true;
  }
  return false;
};
/** Whether anybody has pinned one: which, the kernel does not know. */
export const isPinned = (s: MmView, folio: number): boolean => {
  for (let i = 0; i < s.pin.rows; i++) {
    const pin = s.pin.at(i);
    if (Pin.taken(pin) === 1 && Pin.get(pin) === 0 && isIn(s, folio, rowOf(Pin.pfn(pin)))) return true;
  }
  return false;
};

/** Whether the page is known to be broken. */
export const isBroken = (s: MmView, row: number): boolean =>
  row >= 0 && row < s.hwpoison.rows && s.hwpoison.at(row) !== Hwpoison.no;

/** 'folio 18 (anon, 2 pages)', 'page 22 (anon)', 'page 22 (free)' */
export const folioName = (s: MmView, folio: number): string => {
  const kind = isFree(s, folio) ? 'free' : useOfRow(s, folio);
  const pages = pagesOfFolio(s, folio);
  const frame = folio + DEVICE_FRAMES;
  return pages === 1 ? `page ${frame} (${kind})` : `folio ${frame} (${kind}, ${count(pages, 'page')})`;
};

/** One page: 'page 22 (anon)', or 'frame 19 of folio 18 (anon, 2 pages)'. */
export const pageInFolio = (s: MmView, row: number): string =>
  isInLarge(s, row) ? `frame ${row + DEVICE_FRAMES} of ${folioName(s, folioOf(s, row))}` : folioName(s, row);
