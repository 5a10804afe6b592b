/**
 * Tracking by contexts, since v6.16: pfnmap_track_ctx_alloc() and remap_pfn_range() of mm/memory.c,
 * vma_pfnmap_track_ctx_dup() and vma_pfnmap_track_ctx_release() of mm/vma_init.c; v7.1. A context keeps all of its frames
 * reserved until the last VMA that has a part of it is gone. Left out: krefs that overflow.
 */
import { free_pfn_range, is_new_memtype_allowed, pfnmap_setup_cachemode, pfnmap_track } from '../arch/memtype.ts';
import { memtype_check_conflict, memtype_erase, NONE } from '../arch/memtype_interval.ts';
import { TrackCtx, VmaTrack } from '../state/memtypes.ts';
import { type Pgprot, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { covers, drop_vma_track, type PfnmapTracking, put_vma_track, vma_track } from './pfnmap_track.ts';

const NO_CTX = TrackCtx.of({});
const ONE_VMA = TrackCtx.of({ kref: 1 });
const NO_TRACK = VmaTrack.of({});
const by_ctx = (ctx: number): VmaTrack => VmaTrack.mkCtx(NO_TRACK, ctx + 1);

const nothing = (): void => undefined;

/** kmalloc() of a context: its number, or NONE. */
const alloc_ctx = (s: Sys): number => {
  for (let i = 0; i < s.trackCtx.rows; i++)
    if (TrackCtx.frames(s.trackCtx.at(i)) === 0) return alloc_succeeds(s, 'pfnmap_track_ctx_alloc') ? i : NONE;
  s.full.put(0, 1);
  return NONE;
};

/** The number of the context that the VMA at `start` has, or NONE. */
const ctx_of = (s: Sys, mm: number, start: number): number => VmaTrack.ctx(vma_track(s, mm, start)) - 1;

/** pfnmap_track_ctx_alloc() for all of a VMA; a part is only given the mode that its frames have. */
const track_remap = (s: Sys, mm: number, vma: Vma, from: number, to: number, pfn: number, prot: Pgprot): number => {
  if (!covers(vma, from, to)) return s.kernel.pfnmap_tracking.pfnmap_setup_cachemode(s, pfn, to - from, prot);
  if (ctx_of(s, mm, from) !== NONE) return -Result.EINVAL;
  const tracked = pfnmap_track(s, pfn, to - from, prot);
  if (tracked < 0) return -Result.EINVAL;
  const ctx = alloc_ctx(s);
  if (ctx === NONE) {
    free_pfn_range(s, pfn, to - from);
    return -Result.ENOMEM;
  }
  s.trackCtx.put(ctx, TrackCtx.mkPfn(TrackCtx.mkFrames(ONE_VMA, to - from), pfn));
  // The kernel does this when all is mapped; nobody looks before.
  put_vma_track(s, mm, from, by_ctx(ctx));
  return tracked;
};

/** vma_pfnmap_track_ctx_dup() */
const ctx_dup = (s: Sys, src: number, from: number, dst: number, to: number): void => {
  const ctx = ctx_of(s, src, from);
  if (ctx === NONE) return;
  const e = s.trackCtx.at(ctx);
  s.trackCtx.put(ctx, TrackCtx.mkKref(e, TrackCtx.kref(e) + 1));
  put_vma_track(s, dst, to, by_ctx(ctx));
};

/** vma_pfnmap_track_ctx_release(), kref_put() and pfnmap_track_ctx_release(). */
export const ctx_release = (s: Sys, mm: number, start: number): void => {
  const ctx = ctx_of(s, mm, start);
  if (ctx === NONE) return;
  drop_vma_track(s, mm, start);
  const e = s.trackCtx.at(ctx);
  const kref = TrackCtx.kref(e) - 1;
  if (kref > 0) {
    s.trackCtx.put(ctx, TrackCtx.mkKref(e, kref));
    return;
  }
  s.trackCtx.put(ctx, NO_CTX);
  free_pfn_range(s, TrackCtx.pfn(e), TrackCtx.frames(e));
};

export const TRACK_CTX: PfnmapTracking = {
  track_remap,
  remap_fails: nothing,
  remap_failed: (s, mm, vma) => ctx_release(s, mm, Vma.start(vma)),
  vm_area_dup: ctx_dup,
  vm_area_free: ctx_release,
  unmap: nothing,
  track_copy: () => Result.ok,
  copy_failed: nothing,
  moved_away: nothing,
  move_failed: nothing,
  memtype_erase,
  memtype_check_conflict,
  is_new_memtype_allowed,
  pfnmap_setup_cachemode,
  dup_clears: 'none',
  reads_leaves: true,
};
