/**
 * Tracking by VM_PAT, until v6.15: track_pfn_remap(), track_pfn_copy(), untrack_pfn() and untrack_pfn_clear() of
 * arch/x86/mm/pat/memtype.c; v6.15, v6.12.117 and v6.9. Which frames a VMA has reserved is read from its first entry, or,
 * where that is a copy, taken from vm_pgoff. A split leaves both halves with VM_PAT, and one reservation.
 */
import type { Choose } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { NOT_FOUND, read_entry } from '../mm/follow_pfnmap.ts';
import { covers, drop_vma_track, type PfnmapTracking, put_vma_track, vma_track } from '../mm/pfnmap_track.ts';
import { is_cow_mapping, vma_lookup } from '../mm/vma.ts';
import { Found, Level } from '../state/lookups.ts';
import { VmaTrack } from '../state/memtypes.ts';
import { type Pgprot, Result, Vma } from '../state/mm_types.ts';
import {
  cachemode_of_index,
  free_pfn_range,
  is_new_memtype_allowed,
  pfnmap_setup_cachemode,
  pfnmap_track,
  reserve_pfn_range,
} from './memtype.ts';
import { memtype_check_conflict, memtype_erase_or_shrink } from './memtype_interval.ts';

const VM_PAT = VmaTrack.of({ pat: 1 });
const AT_PTE = Found.of({ level: Level.PTE });
const has_pat = (s: Sys, mm: number, vma: Vma): boolean => VmaTrack.pat(vma_track(s, mm, Vma.start(vma))) === 1;
const pages_in = (vma: Vma): number => Vma.end(vma) - Vma.start(vma);

/** follow_phys(): what the first entry says; nothing where there is none, or where it maps a page. */
const follow_phys = (s: Sys, mm: number, vma: Vma): Found => {
  const found = read_entry(s, mm, Vma.start(vma));
  if (Found.special(found) === 0) return NOT_FOUND;
  return Found.level(found) === Level.PTE || s.kernel.pfnmap_tracking.reads_leaves ? found : NOT_FOUND;
};

/**
 * get_pat_info(): the first frame of a VMA, and its mode, if that is asked for. Of a mapping whose first page has been copied
 * (CoW) nobody knows the mode. NOT_FOUND is an error, which the kernel warns of where it should not be.
 */
const get_pat_info = (s: Sys, mm: number, vma: Vma, withMode: boolean): Found => {
  const found = follow_phys(s, mm, vma);
  if (Found.level(found) !== Level.none) return found;
  if (!is_cow_mapping(vma)) s.warnedPat.put(0, 1);
  else if (!withMode) return Found.mkPfn(AT_PTE, Vma.pgoff(vma));
  return NOT_FOUND;
};

/** track_pfn_remap(); remap_pfn_range() makes -EINVAL of every error. */
const track_pfn_remap = (s: Sys, mm: number, vma: Vma, from: number, to: number, pfn: number, prot: Pgprot): number => {
  if (!covers(vma, from, to)) return s.kernel.pfnmap_tracking.pfnmap_setup_cachemode(s, pfn, to - from, prot);
  const tracked = pfnmap_track(s, pfn, to - from, prot);
  if (tracked < 0) return -Result.EINVAL;
  put_vma_track(s, mm, from, VM_PAT);
  return tracked;
};

/** untrack_pfn() of known frames. */
const untrack_pfn_range = (s: Sys, mm: number, vma: Vma, frames: number, pfn: number): void => {
  if (!has_pat(s, mm, vma)) return;
  free_pfn_range(s, pfn, frames);
  drop_vma_track(s, mm, Vma.start(vma));
};

/** untrack_pfn() of all of a VMA, whatever part of it is unmapped. */
const untrack_pfn = (s: Sys, mm: number, vma: Vma): void => {
  if (!has_pat(s, mm, vma)) return;
  const first = get_pat_info(s, mm, vma, false);
  if (Found.level(first) !== Level.none) untrack_pfn_range(s, mm, vma, pages_in(vma), Found.pfn(first));
};

/** vm_area_dup() copies the flag, as any other, unless it, or dup_mmap(), calls untrack_pfn_clear(). */
const dup_pat = (s: Sys, src: number, from: number, dst: number, to: number): void => {
  const { dup_clears } = s.kernel.pfnmap_tracking;
  if (dup_clears === 'all' || (dup_clears === 'of fork' && src !== dst)) return;
  put_vma_track(s, dst, to, vma_track(s, src, from));
};

/** track_pfn_copy(): the child reserves the frames once more, strictly for the mode of the first entry. */
const track_pfn_copy = (s: Sys, src: number, dst: number, vma: Vma): number => {
  if (!has_pat(s, src, vma)) return Result.ok;
  const first = get_pat_info(s, src, vma, true);
  if (Found.level(first) === Level.none) return Result.EINVAL;
  return reserve_copy(s, dst, vma, Found.pfn(first), cachemode_of_index(Found.cache(first)));
};

const reserve_copy = (s: Sys, dst: number, vma: Vma, pfn: number, asked: number): number => {
  const mode = reserve_pfn_range(s, pfn, pages_in(vma), asked, true);
  if (mode < 0) return -mode;
  put_vma_track(s, dst, Vma.start(vma), VM_PAT);
  return Result.ok;
};

/** untrack_pfn_copy(), where fork clears the flag first; until v6.14 untrack_pfn_clear(), and the reservation stays. */
const copy_failed = (s: Sys, src: number, dst: number, vma: Vma): void => {
  if (s.kernel.pfnmap_tracking.dup_clears !== 'none' && has_pat(s, dst, vma)) {
    const first = get_pat_info(s, src, vma, false);
    free_pfn_range(s, Found.pfn(first), pages_in(vma));
  }
  drop_vma_track(s, dst, Vma.start(vma));
};

const nothing = (): void => undefined;

export const TRACK_VM_PAT: PfnmapTracking = {
  track_remap: track_pfn_remap,
  remap_fails: nothing,
  remap_failed: untrack_pfn_range,
  vm_area_dup: dup_pat,
  vm_area_free: drop_vma_track,
  unmap: untrack_pfn,
  track_copy: track_pfn_copy,
  copy_failed,
  moved_away: (s, mm, vma) => drop_vma_track(s, mm, Vma.start(vma)),
  move_failed: (s, mm, _vma, copy) => drop_vma_track(s, mm, Vma.start(copy)),
  memtype_erase: memtype_erase_or_shrink,
  memtype_check_conflict,
  is_new_memtype_allowed,
  pfnmap_setup_cachemode,
  dup_clears: 'of fork',
  reads_leaves: true,
};

/** Until v6.10 a failing remap_pfn_range() unmaps nothing: that comes with the VMA, which has no VM_PAT by then. */
export const untracks_first = (base: PfnmapTracking): PfnmapTracking => ({
  ...base,
  remap_fails: base.remap_failed,
  remap_failed: nothing,
});

/** In v6.15 copy_vma_and_data() forgets VM_PAT of the VMA that it moves from, also when it has failed. */
export const untracks_source = (base: PfnmapTracking): PfnmapTracking => ({
  ...base,
  move_failed: (s, mm, vma, copy) => base.move_failed(s, mm, copy, vma),
});

/** What `choose` answers where no allocation fails. */
const succeeds: Choose = () => 0;

/**
 * No release's: a VMA of which a part has moved is split first, so that the rest keeps VM_PAT. These are the splits that
 * unmap_source_vma() of mremap.ts would make next, and like them they do not fail here; there is a row for each.
 */
export const untracks_moved_part = (base: PfnmapTracking): PfnmapTracking => ({
  ...base,
  moved_away: (s, mm, vma, from, to) => {
    const { choose } = s;
    s.choose = succeeds;
    if (from > Vma.start(vma)) s.kernel.split_vma(s, mm, vma_lookup(s, mm, from), from);
    if (to < Vma.end(vma)) s.kernel.split_vma(s, mm, vma_lookup(s, mm, from), to);
    s.choose = choose;
    base.moved_away(s, mm, s.vma.at(vma_lookup(s, mm, from)), from, to);
  },
});

/** No release's: where the first page is a copy, the child asks for the mode of the VMA. */
export const copies_by_pgoff = (base: PfnmapTracking): PfnmapTracking => ({
  ...base,
  track_copy: (s, src, dst, vma) => {
    const error = base.track_copy(s, src, dst, vma);
    if (error !== Result.EINVAL || !is_cow_mapping(vma)) return error;
    return reserve_copy(s, dst, vma, Vma.pgoff(vma), cachemode_of_index(Vma.cache(vma)));
  },
});
