/**
 * Where mm asks the architecture about the frames of a VM_PFNMAP VMA: remap_pfn_range(), unmap_single_vma() and
 * copy_page_range() of mm/memory.c, vm_area_dup() and vm_area_free(), move_vma() of mm/mremap.c; v7.1, and v6.15, which asks
 * at other places. A world without a table of reservations asks nobody.
 */
import type * as memtype from '../arch/memtype.ts';
import type { memtype_check_conflict, memtype_erase } from '../arch/memtype_interval.ts';
import { pagesOf } from '../state/geometry.ts';
import { VmaTrack } from '../state/memtypes.ts';
import { type Pgprot, Result, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';

/** How a kernel knows what it has reserved for a VMA: by a counted context, or by VM_PAT and the first entry. */
export interface PfnmapTracking {
  /** remap_pfn_range(), before it maps: the protection as the frames have it, or minus a code of `Result`. */
  readonly track_remap: (s: Sys, mm: number, vma: Vma, from: number, to: number, pfn: number, prot: Pgprot) => number;
  /** The same when it has failed, before and after it unmaps what it has mapped. */
  readonly remap_fails: (s: Sys, mm: number, vma: Vma, frames: number, pfn: number) => void;
  readonly remap_failed: (s: Sys, mm: number, vma: Vma, frames: number, pfn: number) => void;
  /** vm_area_dup(): a VMA that begins at `to` of `dst` is made from the one at `from` of `src`. */
  readonly vm_area_dup: (s: Sys, src: number, from: number, dst: number, to: number) => void;
  /** vm_area_free() */
  readonly vm_area_free: (s: Sys, mm: number, start: number) => void;
  /** unmap_single_vma(): pages of the VMA are about to be unmapped, whichever. */
  readonly unmap: (s: Sys, mm: number, vma: Vma) => void;
  /** copy_page_range(), before it copies: a code of `Result`; and when it has failed. */
  readonly track_copy: (s: Sys, src: number, dst: number, vma: Vma) => number;
  readonly copy_failed: (s: Sys, src: number, dst: number, vma: Vma) => void;
  /** move_vma(): pages from..to-1 of a VMA are those of another one now. */
  readonly moved_away: (s: Sys, mm: number, vma: Vma, from: number, to: number) => void;
  /** The same when it has failed: pages are back in the VMA, and its copy is about to be unmapped. */
  readonly move_failed: (s: Sys, mm: number, vma: Vma, copy: Vma) => void;
  readonly memtype_erase: typeof memtype_erase;
  readonly memtype_check_conflict: typeof memtype_check_conflict;
  readonly is_new_memtype_allowed: typeof memtype.is_new_memtype_allowed;
  readonly pfnmap_setup_cachemode: typeof memtype.pfnmap_setup_cachemode;
  /** Which VMAs that vm_area_dup() makes have no VM_PAT, until they have reserved their frames. */
  readonly dup_clears: 'none' | 'of fork' | 'all';
  /** Whether the first entry tells the frame also where it is a leaf. */
  readonly reads_leaves: boolean;
}

const NOTHING = VmaTrack.of({});

const row_of = (s: Sys, mm: number, start: number): number => mm * pagesOf(s.geometry) + start;
/** What the VMA that begins at `start` tracks its frames by. */
export const vma_track = (s: Sys, mm: number, start: number): VmaTrack => s.vmaTrack.at(row_of(s, mm, start));
export const put_vma_track = (s: Sys, mm: number, start: number, track: VmaTrack): void =>
  s.vmaTrack.put(row_of(s, mm, start), track);
export const drop_vma_track = (s: Sys, mm: number, start: number): void => put_vma_track(s, mm, start, NOTHING);
/** Whether pages from..to-1 are all of the VMA. */
export const covers = (vma: Vma, from: number, to: number): boolean => from === Vma.start(vma) && to === Vma.end(vma);

const is_tracked = (s: Sys, vma: Vma): boolean => s.memtype.rows > 0 && Vma.pfnmap(vma) === 1;

export const track_remap = (
  s: Sys,
  mm: number,
  vma: Vma,
  from: number,
  to: number,
  pfn: number,
  prot: Pgprot,
): number => (s.memtype.rows === 0 ? prot : s.kernel.pfnmap_tracking.track_remap(s, mm, vma, from, to, pfn, prot));

export const remap_fails = (s: Sys, mm: number, vma: Vma, frames: number, pfn: number): void => {
  if (s.memtype.rows > 0) s.kernel.pfnmap_tracking.remap_fails(s, mm, vma, frames, pfn);
};

export const remap_failed = (s: Sys, mm: number, vma: Vma, frames: number, pfn: number): void => {
  if (s.memtype.rows > 0) s.kernel.pfnmap_tracking.remap_failed(s, mm, vma, frames, pfn);
};

export const dup_vma_track = (s: Sys, src: number, from: number, dst: number, to: number): void => {
  if (s.memtype.rows > 0) s.kernel.pfnmap_tracking.vm_area_dup(s, src, from, dst, to);
};

export const free_vma_track = (s: Sys, mm: number, start: number): void => {
  if (s.memtype.rows > 0) s.kernel.pfnmap_tracking.vm_area_free(s, mm, start);
};

export const unmap_tracked = (s: Sys, mm: number, vma: Vma): void => {
  if (is_tracked(s, vma)) s.kernel.pfnmap_tracking.unmap(s, mm, vma);
};

export const track_copy = (s: Sys, src: number, dst: number, vma: Vma): number =>
  is_tracked(s, vma) ? s.kernel.pfnmap_tracking.track_copy(s, src, dst, vma) : Result.ok;

export const copy_failed = (s: Sys, src: number, dst: number, vma: Vma): void => {
  if (is_tracked(s, vma)) s.kernel.pfnmap_tracking.copy_failed(s, src, dst, vma);
};

export const moved_away = (s: Sys, mm: number, vma: Vma, from: number, to: number): void => {
  if (is_tracked(s, vma)) s.kernel.pfnmap_tracking.moved_away(s, mm, vma, from, to);
};

export const move_failed = (s: Sys, mm: number, vma: Vma, copy: Vma): void => {
  if (is_tracked(s, vma)) s.kernel.pfnmap_tracking.move_failed(s, mm, vma, copy);
};
