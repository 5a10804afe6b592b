/**
 * The life of a look-up, from step to step, and what each user makes of it. Mirrors, v7.1: virt/kvm/kvm_main.c
 * hva_to_pfn_remapped(); drivers/vfio/vfio_iommu_type1.c follow_fault_pfn(), vaddr_get_pfns(); drivers/virt/acrn/mm.c
 * acrn_vm_ram_map(); arch/s390/pci/pci_mmio.c; mm/memory.c generic_access_phys(). Left out: vfio's following chunks;
 * fixup_user_fault() that drops the mmap lock; what KVM and vfio do where GUP finds a page.
 */
import { Dma, DmaUser, Found, Level, Lookup, LookupStage, LookupUser } from '../state/lookups.ts';
import { Prot, Result, Vma } from '../state/mm_types.ts';
import { kvm_map } from '../virt/kvm.ts';
import { NOT_FOUND, pages_of_level } from './follow_pfnmap.ts';
import type { Sys } from './kernel.ts';
import { handle_mm_fault } from './memory_fault.ts';
import { pfn_valid } from './page_flags.ts';
import { LOOKUP_MM } from './ptl.ts';
import { WAITS } from './vm_fault.ts';
import { vma_lookup } from './vma.ts';

export const NO_LOOKUP = Lookup.of({});

const is_found = (at: Found): boolean => Found.level(at) !== Level.none;
/** acrn looks up page after page; the others one. */
const page_of_lookup = (e: Lookup): number =>
  Lookup.user(e) === LookupUser.acrn ? Lookup.page(e) + Lookup.pages(e) : Lookup.page(e);

/** The look-up is over; its user returns a code of `Result`. */
export const over = (s: Sys, result: number): number => {
  s.lookup.put(0, NO_LOOKUP);
  s.walked.put(0, NOT_FOUND);
  s.found.put(0, NOT_FOUND);
  return result;
};

/** s390 and generic_access_phys() hold the mmap lock to the end, acrn until it has looked up its last page. */
export const holds_mmap_lock = (s: Sys): boolean => {
  const e = s.lookup.at(0);
  const stage = Lookup.stage(e);
  if (stage === LookupStage.none) return false;
  const user = Lookup.user(e);
  if (stage !== LookupStage.ended || user === LookupUser.s390 || user === LookupUser.access) return true;
  return user === LookupUser.acrn && Lookup.pages(e) < Lookup.want(e);
};

/** fixup_user_fault(), as far as vma_permits_fault() lets it. Returns a code of `Result`, or WAITS. */
const fixup_user_fault = (s: Sys, page: number, write: boolean): number => {
  const row = vma_lookup(s, LOOKUP_MM, page);
  if (row < 0) return Result.EFAULT;
  const prot = Vma.prot(s.vma.at(row));
  if (write ? prot !== Prot.RW : prot === Prot.NONE) return Result.EFAULT;
  const error = handle_mm_fault(s, LOOKUP_MM, row, page, write);
  if (error === Result.ok || error === WAITS) return error;
  return error === Result.OOM ? Result.ENOMEM : Result.EFAULT;
};

const fixes_up = (user: number): boolean => user !== LookupUser.acrn && user !== LookupUser.access;

/** follow_pfnmap_start() up to the lock; where nothing is found, some users fault, and start again. */
export const walk = (s: Sys): number => {
  const e = s.lookup.at(0);
  const page = page_of_lookup(e);
  let at = s.kernel.follow_pfnmap_walk(s, page);
  if (!is_found(at) && fixes_up(Lookup.user(e))) {
    const error = fixup_user_fault(s, page, Lookup.write(e) === 1);
    if (error === WAITS) return WAITS;
    // s390 does not look at what the fault returned.
    if (error !== Result.ok && Lookup.user(e) !== LookupUser.s390) return over(s, error);
    at = s.kernel.follow_pfnmap_walk(s, page);
  }
  if (!is_found(at)) return over(s, Result.EINVAL);
  s.lookup.put(0, Lookup.mkStage(e, LookupStage.walked));
  s.walked.put(0, at);
  if (s.kernel.lookup_holds_lock(s)) return Result.ok;
  // Without the bracket of start and end the result is all that there is.
  const error = lock(s);
  return error === Result.ok && Lookup.stage(s.lookup.at(0)) === LookupStage.locked ? s.kernel.lookup_end(s) : error;
};

/** A user begins: KVM reads mmu_invalidate_seq; s390 asks the VMA. */
export const begin = (s: Sys, user: number, page: number, want: number, write: boolean): number => {
  const row = vma_lookup(s, LOOKUP_MM, page);
  if (user === LookupUser.s390 && row >= 0) {
    const prot = Vma.prot(s.vma.at(row));
    if (write ? prot !== Prot.RW : prot === Prot.NONE) return Result.EACCES;
  }
  if (user === LookupUser.acrn && (row < 0 || Vma.end(s.vma.at(row)) < page + want)) return Result.EINVAL;
  s.lookup.put(0, Lookup.of({ user, page, want, write: write ? 1 : 0 }));
  return walk(s);
};

/** The rest of follow_pfnmap_start(): the lock, and the result. */
export const lock = (s: Sys): number => {
  const e = s.lookup.at(0);
  const at = s.kernel.follow_pfnmap_lock(s, page_of_lookup(e), s.walked.at(0));
  s.walked.put(0, NOT_FOUND);
  if (!is_found(at)) return over(s, Result.EINVAL);
  const before = s.found.at(0);
  if (Lookup.again(e) === 1 && at !== before) return start_anew(s, e);
  if (Lookup.pages(e) > 0 && Lookup.again(e) === 0 && !s.kernel.acrn_is_contiguous(before, at))
    return over(s, Result.EINVAL);
  s.found.put(0, at);
  const locked = Lookup.mkStage(e, LookupStage.locked);
  const acrn = Lookup.user(e) === LookupUser.acrn;
  s.lookup.put(0, acrn ? locked : Lookup.mkPages(locked, s.kernel.lookup_pages(s, locked, at)));
  return Result.ok;
};

/** generic_access_phys(): frame, protection or the right to write is another one: from the beginning. */
const start_anew = (s: Sys, e: Lookup): number => {
  s.found.put(0, NOT_FOUND);
  s.lookup.put(0, Lookup.mkPages(Lookup.mkAgain(e, 0), 0));
  return walk(s);
};

/** How many pages the user takes to follow each other from the one that it has looked up. */
export const lookup_pages = (s: Sys, e: Lookup, at: Found): number => {
  const user = Lookup.user(e);
  if (user === LookupUser.vfio) return s.kernel.vfio_pages(s, e, at);
  return user === LookupUser.access ? s.kernel.access_pages(s, e) : 1;
};

/** vaddr_get_pfns(): up to the end of the leaf, since v6.15. */
export const vfio_pages = (s: Sys, e: Lookup, at: Found): number => {
  const pages = pages_of_level(s, Found.level(at));
  return Math.min(Lookup.want(e), pages - (Found.pfn(at) % pages));
};

/** generic_access_phys(): all that was asked for, however many pages that is. */
export const access_pages = (_s: Sys, e: Lookup): number => Lookup.want(e);

/** The user is done with what it does under the lock: follow_pfnmap_end(). */
export const lookup_end = (s: Sys): number => {
  const e = s.lookup.at(0);
  const at = s.found.at(0);
  const refused = Lookup.write(e) === 1 && Found.write(at) === 0;
  const ended = Lookup.mkStage(e, LookupStage.ended);
  switch (Lookup.user(e)) {
    case LookupUser.s390:
      return s.kernel.lookup_holds_lock(s) ? copy(s) : stay(s, ended);
    case LookupUser.access:
      if (refused) return over(s, Result.EINVAL);
      return Lookup.again(e) === 1 && s.kernel.lookup_holds_lock(s) ? copy(s) : stay(s, ended);
    case LookupUser.acrn:
      if (refused || pfn_valid(s, Found.pfn(at))) return over(s, Result.EFAULT);
      return stay(s, Lookup.mkPages(ended, Lookup.pages(e) + 1));
    case LookupUser.vfio:
      // is_invalid_reserved_pfn()
      return refused || pfn_valid(s, Found.pfn(at)) ? over(s, Result.EFAULT) : stay(s, ended);
    default:
      return refused ? over(s, Result.EFAULT) : stay(s, ended);
  }
};

const stay = (s: Sys, e: Lookup): number => {
  s.lookup.put(0, e);
  return Result.ok;
};

/** memcpy_toio(), memcpy_fromio() and the like: the device is read or written. */
const copy = (s: Sys): number => {
  s.copied.put(0, 1);
  return over(s, Result.ok);
};

/** acrn_vm_ram_map() refuses frames that do not follow each other. */
export const acrn_is_contiguous = (before: Found, at: Found): boolean => Found.pfn(at) === Found.pfn(before) + 1;

const free_dma = (s: Sys): number => {
  for (let row = 0; row < s.dma.rows; row++) if (Dma.pages(s.dma.at(row)) === 0) return row;
  return -1;
};

/** iommu_map() of vfio, acrn_mm_region_add(): the frames of all pages that were looked up. */
const map_dma = (s: Sys, e: Lookup, user: number, pfn: number): number => {
  const row = free_dma(s);
  if (row < 0) return over(s, Result.ENOMEM);
  s.dma.put(row, Dma.of({ user, page: Lookup.page(e), pages: Lookup.pages(e), pfn, write: Lookup.write(e) }));
  return over(s, Result.ok);
};

/** What a user does with a result after follow_pfnmap_end(). */
export const use = (s: Sys): number => {
  const e = s.lookup.at(0);
  const pfn = Found.pfn(s.found.at(0));
  switch (Lookup.user(e)) {
    case LookupUser.kvm:
      return over(s, kvm_map(s));
    case LookupUser.vfio:
      return map_dma(s, e, DmaUser.vfio, pfn);
    case LookupUser.acrn:
      return Lookup.pages(e) < Lookup.want(e) ? walk(s) : map_dma(s, e, DmaUser.acrn, pfn + 1 - Lookup.pages(e));
    case LookupUser.s390:
      return copy(s);
    default:
      // generic_access_phys() has mapped the frame meanwhile, and looks whether it is still that one.
      if (Lookup.again(e) === 1) return copy(s);
      s.lookup.put(0, Lookup.mkAgain(e, 1));
      return walk(s);
  }
};

/** VFIO_IOMMU_UNMAP_DMA, or the end of an acrn region. */
export const unmap_dma = (s: Sys, row: number): void => s.dma.put(row, NO_DMA);
const NO_DMA = Dma.of({});
