/**
 * The cache modes of a device's frames: arch/x86/mm/pat/memtype.c, v7.1, with track_pfn_insert() until v6.15. Stubbed:
 * in a world without a table of reservations all frames have one mode, which the kernel's own driver has reserved, or a
 * VMA gets what it asks for; the MTRRs have all frames of the device as WB, or none. Left out: RAM, the low ISA region, the kernel's own
 * mapping (memtype_kernel_map_sync()), PAT turned off.
 */
import type { Sys } from '../mm/kernel.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { DEVICE_FRAMES } from '../state/geometry.ts';
import { Memtype } from '../state/memtypes.ts';
import { Pgprot, Result } from '../state/mm_types.ts';
import { EMPTY, free_memtype, memtype_lookup, NONE } from './memtype_interval.ts';

/** enum page_cache_mode, by the first index of each in the PAT table. */
const MODE = { WB: 0, WC: 1, UC_MINUS: 2, WT: 7 } as const;
/** pat_bp_init(): the mode that each index selects. */
const PAT: readonly number[] = [0, 1, 2, 3, 0, 5, 2, 7];

/** An error, which no mode and no protection is. */
const failed = (code: number): number => -code;

/** pgprot2cachemode() */
const pgprot2cachemode = (prot: Pgprot): number => PAT[Pgprot.pwtPcd(prot) | (Pgprot.bit7(prot) << 2)]!;
export const cachemode_of_index = (index: number): number => PAT[index]!;
/** pgprot_set_cachemode() */
const pgprot_set_cachemode = (prot: Pgprot, mode: number): Pgprot =>
  Pgprot.mkBit7(Pgprot.mkPwtPcd(prot, mode & 3), mode >> 2);

/** lookup_memtype(): what nobody has reserved is UC-. */
const lookup_memtype = (s: Sys, pfn: number): number => {
  const mode = memtype_lookup(s, pfn);
  return mode === NONE ? MODE.UC_MINUS : mode;
};

/** pat_x_mtrr_type(): a request for WB of memory that the MTRRs have otherwise. */
const pat_x_mtrr_type = (s: Sys, asked: number): number =>
  asked === MODE.WB && s.machine.mtrrWb !== true ? MODE.UC_MINUS : asked;

/** is_new_memtype_allowed(): whether who has asked for one mode may be given another. */
export const is_new_memtype_allowed = (asked: number, given: number): boolean =>
  given === MODE.WB
    ? asked !== MODE.UC_MINUS && asked !== MODE.WC && asked !== MODE.WT
    : asked !== MODE.WT || given !== MODE.WC;

/** memtype_reserve(): the mode for which the frames are reserved now, or minus a code of `Result`. */
const memtype_reserve = (s: Sys, pfn: number, frames: number, asked: number): number => {
  const row = free_memtype(s);
  if (row === NONE) s.full.put(0, 1);
  if (row === NONE || !alloc_succeeds(s, 'memtype_reserve')) return failed(Result.ENOMEM);
  const mode = s.kernel.pfnmap_tracking.memtype_check_conflict(s, pfn, pfn + frames, pat_x_mtrr_type(s, asked));
  if (mode === NONE) return failed(Result.EBUSY);
  s.memtype.put(row, Memtype.mkMode(Memtype.mkFrames(Memtype.mkFrom(EMPTY, pfn), frames), mode));
  return mode;
};

/** free_pfn_range(), memtype_free(): a range that is not reserved as it is stays so, with a message. */
export const free_pfn_range = (s: Sys, pfn: number, frames: number): void => {
  s.kernel.pfnmap_tracking.memtype_erase(s, pfn, pfn + frames);
};

/**
 * reserve_pfn_range(): the frames are reserved for the mode of a protection, or for the one that they have already, unless
 * `strict`. Returns the mode, or minus a code of `Result`.
 */
export const reserve_pfn_range = (s: Sys, pfn: number, frames: number, asked: number, strict: boolean): number => {
  const mode = memtype_reserve(s, pfn, frames, asked);
  if (mode < 0 || mode === asked) return mode;
  if (!strict && s.kernel.pfnmap_tracking.is_new_memtype_allowed(asked, mode)) return mode;
  free_pfn_range(s, pfn, frames);
  return failed(Result.EINVAL);
};

/** pfnmap_track(): the protection as the frames have it now, or minus a code of `Result`. */
export const pfnmap_track = (s: Sys, pfn: number, frames: number, prot: Pgprot): number => {
  const mode = reserve_pfn_range(s, pfn, frames, pgprot2cachemode(prot), false);
  return mode < 0 ? mode : pgprot_set_cachemode(prot, mode);
};

/** pfnmap_setup_cachemode(): the protection as the frames have it, all of them; or minus a code of `Result`. */
export const pfnmap_setup_cachemode = (s: Sys, pfn: number, frames: number, prot: Pgprot): number => {
  const mode = lookup_memtype(s, pfn);
  for (let i = 1; i < frames; i++) if (lookup_memtype(s, pfn + i) !== mode) return failed(Result.EINVAL);
  return pgprot_set_cachemode(prot, mode);
};

/** pfnmap_setup_cachemode_pfn(): by the first frame alone, also of a leaf. */
export const pfnmap_setup_cachemode_pfn = (s: Sys, pfn: number, prot: Pgprot): Pgprot => {
  if (s.memtype.rows > 0) return pgprot_set_cachemode(prot, lookup_memtype(s, pfn));
  const { deviceMemtype } = s.machine;
  return deviceMemtype === undefined ? prot : pgprot_set_cachemode(prot, deviceMemtype);
};

/** What the kernel's own driver has reserved (ioremap_wc()) before anything is mapped. */
export const boot_memtypes = (s: Sys): void => {
  const { deviceMemtype } = s.machine;
  if (s.memtype.rows > 0 && deviceMemtype !== undefined)
    s.memtype.put(0, Memtype.of({ from: 0, frames: DEVICE_FRAMES, mode: deviceMemtype }));
};
