/** How the spec reads files on DAX: entries, blocks and who has a page, from the raw tables alone. */
import type { Move } from '../checker/search/index.ts';
import { Cut, CutKind, DaxEntry, DaxKind, type DaxOwner, Extent, ExtentKind } from '../model/state/dax.ts';
import { DEVICE_FRAMES } from '../model/state/geometry.ts';
import { type MmView, Pin } from '../model/state/mm_types.ts';

/** Pages of a DAX file that are cut off. */
export interface Part {
  readonly file: number;
  readonly from: number;
  readonly to: number;
  readonly how: string;
}

const pagesOf = (s: MmView, row: number): number =>
  DaxEntry.pmd(s.daxEntry.at(row)) === 1 ? s.geometry.ptrsPerPte : 1;

/** Entries, of all files, that have this frame among theirs. */
export const entriesOf = (s: MmView, frame: number): number => {
  let n = 0;
  for (let row = 0; row < s.daxEntry.rows; row++) if (covers(s, row, frame)) n++;
  return n;
};
/** Of those, the row of the first; or -1. */
export const entryOf = (s: MmView, frame: number): number => {
  for (let row = 0; row < s.daxEntry.rows; row++) if (covers(s, row, frame)) return row;
  return -1;
};
const covers = (s: MmView, row: number, frame: number): boolean => {
  const e = s.daxEntry.at(row);
  if (DaxEntry.kind(e) !== DaxKind.mapped) return false;
  return DaxEntry.pfn(e) <= frame && frame < DaxEntry.pfn(e) + pagesOf(s, row);
};

/** Pages of all entries of a file. */
export const pagesOfEntries = (s: MmView, file: number): number => {
  const { daxFilePages } = s.geometry;
  let pages = 0;
  for (let row = file * daxFilePages; row < (file + 1) * daxFilePages; row++)
    if (DaxEntry.kind(s.daxEntry.at(row)) !== DaxKind.none) pages += pagesOf(s, row);
  return pages;
};

export const anyEntry = (s: MmView): boolean => {
  for (let row = 0; row < s.daxEntry.rows; row++) if (DaxEntry.kind(s.daxEntry.at(row)) !== DaxKind.none) return true;
  return false;
};

/** Whether some file has the block. */
export const hasOwner = (s: MmView, frame: number): boolean => {
  for (let row = 0; row < s.extent.rows; row++) {
    const e = s.extent.at(row);
    if (Extent.kind(e) !== ExtentKind.hole && Extent.pfn(e) === frame) return true;
  }
  return false;
};

export const pinsOf = (s: MmView, frame: number): number => {
  let pins = 0;
  for (let row = 0; row < s.pin.rows; row++)
    if (Pin.taken(s.pin.at(row)) === 1 && Pin.pfn(s.pin.at(row)) === frame) pins++;
  return pins;
};

/** What a truncation, or the wake-up of one that waits, cuts off. */
export const cutOf = (before: MmView, { name, args }: Move): Part => {
  if (name === 'dax_truncate') return args['cut'] as Part;
  const cut = before.cut.at(0);
  return { file: Cut.file(cut), from: Cut.from(cut), to: Cut.to(cut), how: CutKind.names[Cut.kind(cut)]! };
};

export const ownerOf = (s: MmView, frame: number): DaxOwner => s.daxOwner.at(frame - DEVICE_FRAMES);
export const isWaiting = (s: MmView): boolean => s.cut.rows > 0 && Cut.waits(s.cut.at(0)) === 1;
/** 'file 1 page 3' */
export const pageOfFile = (s: MmView, row: number): string =>
  `file ${Math.trunc(row / s.geometry.daxFilePages)} page ${row % s.geometry.daxFilePages}`;
