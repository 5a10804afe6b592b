/**
 * Reservations of cache modes on x86: struct memtype of arch/x86/mm/pat/memtype.h, struct pfnmap_track_ctx of
 * include/linux/mm_types.h (since v6.16) and VM_PAT (until v6.15); v7.1 and v6.15. Ranges are in frames of the device.
 */
import { entry, flag, shownAs, table, upTo, type Word } from '../../checker/search/index.ts';
import { DEVICE_FRAMES, type Geometry, pagesOf } from './geometry.ts';
import { party } from './party.ts';
import { cache, CACHE_MODES } from './pgtable_types.ts';

const framesName = (from: number, frames: number): string =>
  frames === 1 ? `frame ${from}` : `frames ${from}..${from + frames - 1}`;

/** An entry of the interval tree: `frames` of them from `from` on, for one mode. Several may be alike. */
const memtype = entry('memtype')({ from: upTo(DEVICE_FRAMES - 1), frames: upTo(DEVICE_FRAMES), mode: cache });
export const Memtype = shownAs(memtype, (e) =>
  memtype.frames(e) === 0
    ? 'none'
    : `${framesName(memtype.from(e), memtype.frames(e))} ${CACHE_MODES[memtype.mode(e)]!}`,
);
export type Memtype = Word<'memtype'>;

/** What is tracked for the VMAs that share it; `kref` of them. */
const trackCtx = entry('trackCtx')({ pfn: upTo(DEVICE_FRAMES - 1), frames: upTo(DEVICE_FRAMES), kref: upTo(15) });
export const TrackCtx = shownAs(trackCtx, (e) =>
  trackCtx.frames(e) === 0
    ? 'none'
    : `pfnmap_track_ctx of ${framesName(trackCtx.pfn(e), trackCtx.frames(e))}, kref ${trackCtx.kref(e)}`,
);
export type TrackCtx = Word<'trackCtx'>;

/** What a VMA tracks its frames by: the number of its context, plus 1, or the flag VM_PAT. */
const vmaTrack = entry('vmaTrack')({ pat: flag, ctx: upTo(15) });
export const VmaTrack = shownAs(vmaTrack, (e) => {
  if (vmaTrack.pat(e) === 1) return 'VM_PAT';
  return vmaTrack.ctx(e) === 0 ? 'nothing' : `pfnmap_track_ctx ${vmaTrack.ctx(e) - 1}`;
});
export type VmaTrack = Word<'vmaTrack'>;

export const memtypeTables = (g: Geometry) => {
  const pages = pagesOf(g);
  return {
    /** In no order. */
    memtype: table(g.memtypes, Memtype, (row) => `memtype ${row}`),
    trackCtx: table(g.memtypes, TrackCtx, (row) => `context ${row}`),
    /** Row mm * pages + vm_start. */
    vmaTrack: table(
      g.memtypes > 0 ? g.mms * pages : 0,
      VmaTrack,
      (row) => `${party(Math.floor(row / pages))} vma at page ${row % pages} tracked by`,
    ),
  };
};
