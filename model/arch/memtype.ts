/**
 * The cache mode of a device's frames: pfnmap_setup_cachemode_pfn() of arch/x86/mm/pat/memtype.c, v7.1, and
 * track_pfn_insert() until v6.15. Stubbed: the tree of memtypes is one mode for all frames of the device, which the
 * kernel's own driver has reserved; without one a VMA gets what it asks for. Left out: what remap_pfn_range() reserves.
 */
import type { Sys } from '../mm/kernel.ts';
import { Pgprot } from '../state/mm_types.ts';

export const pfnmap_setup_cachemode_pfn = ({ machine: { deviceMemtype } }: Sys, prot: Pgprot): Pgprot =>
  deviceMemtype === undefined ? prot : Pgprot.mkBit7(Pgprot.mkPwtPcd(prot, deviceMemtype & 3), deviceMemtype >> 2);
