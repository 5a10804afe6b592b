/**
 * The tree of reservations: arch/x86/mm/pat/memtype_interval.c, v7.1, and memtype_erase() until v6.15. Stubbed: the tree is
 * a few rows in no order; what comes first in it has the lowest start.
 */
import type { Sys } from '../mm/kernel.ts';
import { Memtype } from '../state/memtypes.ts';

/** No row, no mode. */
export const NONE = -1;
export const EMPTY = Memtype.of({});

const end_of = (e: Memtype): number => Memtype.from(e) + Memtype.frames(e);
const overlaps = (e: Memtype, start: number, end: number): boolean =>
  Memtype.frames(e) > 0 && Memtype.from(e) < end && start < end_of(e);

/** memtype_lookup(): the mode for which a frame is reserved, or NONE. All that lie over one frame have the same. */
export const memtype_lookup = (s: Sys, pfn: number): number => {
  for (let row = 0; row < s.memtype.rows; row++)
    if (overlaps(s.memtype.at(row), pfn, pfn + 1)) return Memtype.mode(s.memtype.at(row));
  return NONE;
};

/** memtype_check_conflict(): the one mode of all reservations of a range, `asked` where there are none; or NONE. */
export const memtype_check_conflict = (s: Sys, start: number, end: number, asked: number): number => {
  let found = NONE;
  for (let row = 0; row < s.memtype.rows; row++) {
    const e = s.memtype.at(row);
    if (!overlaps(e, start, end)) continue;
    if (found !== NONE && Memtype.mode(e) !== found) return NONE;
    found = Memtype.mode(e);
  }
  return found === NONE ? asked : found;
};

/** A row for one more, or NONE. */
export const free_memtype = (s: Sys): number => {
  for (let row = 0; row < s.memtype.rows; row++) if (Memtype.frames(s.memtype.at(row)) === 0) return row;
  return NONE;
};

/** memtype_erase(): a reservation of just this range goes. False: there is none ("freeing invalid memtype"). */
export const memtype_erase = (s: Sys, start: number, end: number): boolean => {
  for (let row = 0; row < s.memtype.rows; row++) {
    const e = s.memtype.at(row);
    if (Memtype.frames(e) === 0 || Memtype.from(e) !== start || end_of(e) !== end) continue;
    s.memtype.put(row, EMPTY);
    return true;
  }
  return false;
};

/** memtype_erase() until v6.15: where there is none, the first that has the same end loses the range there. */
export const memtype_erase_or_shrink = (s: Sys, start: number, end: number): boolean => {
  if (memtype_erase(s, start, end)) return true;
  let first = NONE;
  for (let row = 0; row < s.memtype.rows; row++) {
    const e = s.memtype.at(row);
    if (Memtype.frames(e) === 0 || Memtype.from(e) >= start || end_of(e) !== end) continue;
    if (first === NONE || Memtype.from(e) < Memtype.from(s.memtype.at(first))) first = row;
  }
  if (first === NONE) return false;
  const e = s.memtype.at(first);
  s.memtype.put(first, Memtype.mkFrames(e, start - Memtype.from(e)));
  return true;
};

/** No release's: where there is none, the first that has the whole range loses it there, and may fall apart. */
export const memtype_erase_part = (s: Sys, start: number, end: number): boolean => {
  if (memtype_erase(s, start, end)) return true;
  for (let row = 0; row < s.memtype.rows; row++) {
    const e = s.memtype.at(row);
    if (Memtype.frames(e) === 0 || Memtype.from(e) > start || end_of(e) < end) continue;
    const above = end_of(e) - end;
    const other = above > 0 && Memtype.from(e) < start ? free_memtype(s) : row;
    if (other === NONE) return false;
    if (Memtype.from(e) < start) s.memtype.put(row, Memtype.mkFrames(e, start - Memtype.from(e)));
    if (above > 0) s.memtype.put(other, Memtype.mkFrames(Memtype.mkFrom(e, end), above));
    return true;
  }
  return false;
};
