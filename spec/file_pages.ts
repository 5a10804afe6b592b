/** How the spec reads the page cache of a file that has a table: which frame each of its pages has. */
import type { MmView } from '../model/state/mm_types.ts';
import { folioOf, rowOf } from './folios.ts';
import { NONE } from './reading.ts';

/** The frame of page `index` of the file, or NONE: a hole, or beyond its end. */
export const cachedFrame = (s: MmView, index: number): number => {
  const frame = index < s.iPages.rows ? s.iPages.at(index) : 0;
  return frame === 0 ? NONE : frame;
};

/** The row of the struct page of page `index` of the file, or NONE; what the table names may be no memory at all. */
export const cachedRow = (s: MmView, index: number): number => {
  const row = rowOf(cachedFrame(s, index));
  return row >= 0 && row < s.memmap.frames ? row : NONE;
};

/** The row of the folio that page `index` of the file is of, or NONE. */
export const cachedFolio = (s: MmView, index: number): number => {
  const row = cachedRow(s, index);
  return row === NONE ? NONE : folioOf(s, row);
};
