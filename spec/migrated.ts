/** Where the end of a migration takes the pages of the folio that was under way: to one folio of its size, each to its place. */
import { pagesOf } from '../model/state/geometry.ts';
import { Migration } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { dataAt, isSwapped } from './anon_data.ts';
import { folioOf, pagesOfFolio, rowOf } from './folios.ts';
import { NONE } from './reading.ts';

/** The first frame of the folio under migration, or NONE. */
const sourceOf = (s: MmView): number => {
  if (s.migration.rows === 0 || Migration.taken(s.migration.at(0)) === 0) return NONE;
  const frame = Migration.pfn(s.migration.at(0));
  return isMemory(s, rowOf(frame)) ? frame : NONE;
};
const isMemory = (s: MmView, row: number): boolean => row >= 0 && row < s.memmap.frames;

/** Which page of the folio that begins at frame `first` the data is, or NONE. */
const pageOf = (s: MmView, first: number, data: number): number => {
  if (first === NONE || data === NONE || isSwapped(data)) return NONE;
  return folioOf(s, rowOf(data)) === rowOf(first) ? data - first : NONE;
};

/** The frame that the first page of the folio has gone to, if the first page that is mapped went to its place; or NONE. */
export const destinationOf = (before: MmView, after: MmView): number => {
  const source = sourceOf(before);
  const pages = pagesOf(before.geometry);
  if (source === NONE) return NONE;
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) {
      const at = pageOf(before, source, dataAt(before, mm, page));
      const is = dataAt(after, mm, page);
      if (at !== NONE && is !== NONE && !isSwapped(is)) return is - at;
    }
  return NONE;
};

/** Whether a folio as large as the one that was under way begins at this frame. */
const takesAll = (before: MmView, after: MmView, source: number, destination: number): boolean => {
  const row = rowOf(destination);
  if (!isMemory(after, row) || folioOf(after, row) !== row) return false;
  return pagesOfFolio(after, row) === pagesOfFolio(before, rowOf(source));
};

/** Whether what a page had is where the end of the migration had to take it; what was not under way stays. */
export const hasArrived = (before: MmView, after: MmView, destination: number, was: number, is: number): boolean => {
  const source = sourceOf(before);
  const at = pageOf(before, source, was);
  if (is === was || at === NONE) return is === was;
  return is === destination + at && takesAll(before, after, source, destination);
};
