/**
 * The canonical order of reservations, and the canonical numbers of contexts: see symmetry.ts. What is reserved stands in the
 * order of its words; contexts are numbered as VMAs meet them, then those that no VMA has any more.
 */
import type { Geometry } from '../state/geometry.ts';
import { type Memtype, type TrackCtx, VmaTrack } from '../state/memtypes.ts';
import type { MmDraft } from '../state/mm_types.ts';

const nothing = (): void => undefined;

/** Insertion sort: few rows, mostly in order. Empty rows (0) go to the end. */
const sort_memtypes = (s: MmDraft): void => {
  for (let row = 1; row < s.memtype.rows; row++) {
    const e: Memtype = s.memtype.at(row);
    if (e === 0) continue;
    let at = row;
    for (; at > 0; at--) {
      const before = s.memtype.at(at - 1);
      if (before !== 0 && before <= e) break;
      s.memtype.put(at, before);
    }
    s.memtype.put(at, e);
  }
};

/** Reorders reservations and renames contexts of a state; buffers are made once. */
export const canonicalMemtypes = (g: Geometry): ((s: MmDraft) => void) => {
  const { memtypes } = g;
  if (memtypes === 0) return nothing;
  /** New number of each context, or -1, and what each is, under its new number. */
  const renamed = new Int8Array(memtypes);
  const contexts = new Int32Array(memtypes);
  let next = 0;
  const name = (ctx: number): void => {
    if (renamed[ctx] === -1) renamed[ctx] = next++;
  };

  /** The context without a name that comes first by what it is, or -1; those that are none come last. */
  const lowest = (s: MmDraft): number => {
    let found = -1;
    for (let ctx = 0; ctx < memtypes; ctx++) {
      if (renamed[ctx] !== -1) continue;
      const e = s.trackCtx.at(ctx);
      if (found === -1 || (e !== 0 && (s.trackCtx.at(found) === 0 || e < s.trackCtx.at(found)))) found = ctx;
    }
    return found;
  };

  const name_all = (s: MmDraft): void => {
    renamed.fill(-1);
    next = 0;
    for (let row = 0; row < s.vmaTrack.rows; row++) {
      const ctx = VmaTrack.ctx(s.vmaTrack.at(row));
      if (ctx > 0 && ctx <= memtypes) name(ctx - 1);
    }
    for (let ctx = lowest(s); ctx !== -1; ctx = lowest(s)) name(ctx);
  };

  return (s) => {
    sort_memtypes(s);
    name_all(s);
    for (let ctx = 0; ctx < memtypes; ctx++) contexts[renamed[ctx]!] = s.trackCtx.at(ctx);
    for (let ctx = 0; ctx < memtypes; ctx++) s.trackCtx.put(ctx, contexts[ctx]! as TrackCtx);
    for (let row = 0; row < s.vmaTrack.rows; row++) {
      const e = s.vmaTrack.at(row);
      const ctx = VmaTrack.ctx(e);
      if (ctx > 0 && ctx <= memtypes) s.vmaTrack.put(row, VmaTrack.mkCtx(e, renamed[ctx - 1]! + 1));
    }
  };
};
