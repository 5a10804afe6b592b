/** How the spec reads the page cache of a file that has a table: which frame each of its pages has. */
import { type MmView } from '../model/state/mm_types.ts';
import { NONE } from './reading.ts';

/** The frame of page `index` of the file, or NONE: a hole, or beyond its end. */
export const cachedFrame = (s: MmView, index: number): number => {
  const frame = index < s.iPages.rows ? s.iPages.at(index) : 0;
  return frame === 0 ? NONE : frame;
};
