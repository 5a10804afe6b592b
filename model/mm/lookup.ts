/**
 * The life of a look-up, from step to step, and what each user makes of it. Mirrors, v7.1: virt/kvm/kvm_main.c
 * hva_to_pfn_remapped(); drivers/vfio/vfio_iommu_type1.c follow_fault_pfn(), vaddr_get_pfns(); drivers/virt/acrn/mm.c
 * acrn_vm_ram_map(); arch/s390/pci/pci_mmio.c; mm/memory.c generic_access_phys(). Left out: vfio's following chunks;
 * fixup_user_fault() that drops the mmap lock; what KVM, vfio and acrn do where GUP finds a page; accessed and dirty bits, by
 * which generic_access_phys() takes an entry for another one; s390 where MIO is on (have_mio), whose system calls look nothing up.
 */
import { Dma, DmaUser, Found, Level, Lookup, LookupStage, LookupUser } from '../state/lookups.ts';
import { Prot, Result, Vma } from '../state/mm_types.ts';
import type * as kvm from '../virt/kvm.ts';
import { kvm_map } from '../virt/kvm.ts';
import { entry_of, read_again } from './follow_entry.ts';
import type * as follow_pfnmap from './follow_pfnmap.ts';
import { NOT_FOUND, pages_of_level } from './follow_pfnmap.ts';
import type { Sys } from './kernel.ts';
import { handle_mm_fault } from './memory_fault.ts';
import type * as mmu_notifier from './mmu_notifier.ts';
import { pfn_valid } from './page_flags.ts';
import { LOOKUP_MM, page_of_lookup } from './ptl.ts';
import { WAITS } from './vm_fault.ts';
import { vma_lookup } from './vma.ts';

const NO_LOOKUP = Lookup.of({});
const NO_DMA = Dma.of({});

const is_read_only = (e: Lookup, at: Found): boolean => Lookup.write(e) === 1 && Found.write(at) === 0;
const is_found = (at: Found): boolean => Found.level(at) !== Level.none;

/** The look-up is over; its user returns a code of `Result`. */
const over = (s: Sys, result: number): number => {
  s.lookup.put(0, NO_LOOKUP);
  s.walked.put(0, NOT_FOUND);
  s.found.put(0, NOT_FOUND);
  s.kept.put(0, NOT_FOUND);
  return result;
};
/** follow_pfnmap_start() finds nothing. */
const missed = (s: Sys, page: number): number => {
  s.missed.put(0, page + 1);
  return over(s, Result.EINVAL);
};
/** The user goes on with the result. */
const stay = (s: Sys, e: Lookup): number => {
  s.lookup.put(0, e);
  return Result.ok;
};

/** s390 and generic_access_phys() hold the mmap lock to the end, acrn until it has looked up its last page. */
export const holds_mmap_lock = (s: Sys): boolean => {
  const e = s.lookup.at(0);
  const stage = Lookup.stage(e);
  if (stage === LookupStage.none) return false;
  const user = Lookup.user(e);
  if (stage !== LookupStage.ended || user === LookupUser.s390 || user === LookupUser.access) return true;
  return user === LookupUser.acrn && Lookup.done(e) + Lookup.takes(e) < Lookup.want(e);
};

/** vma_permits_fault(). */
const vma_permits = (vma: Vma, write: boolean): boolean =>
  write ? Vma.prot(vma) === Prot.RW : Vma.prot(vma) !== Prot.NONE;

/** fixup_user_fault(). Returns a code of `Result`, or WAITS. */
const fixup_user_fault = (s: Sys, page: number, write: boolean): number => {
  const row = vma_lookup(s, LOOKUP_MM, page);
  if (row < 0 || !vma_permits(s.vma.at(row), write)) return Result.EFAULT;
  const error = handle_mm_fault(s, LOOKUP_MM, row, page, write);
  if (error === Result.ok || error === WAITS) return error;
  return error === Result.OOM ? Result.ENOMEM : Result.EFAULT;
};
const fixes_up = (s: Sys, user: number): boolean =>
  user === LookupUser.s390 ? s.kernel.s390_fixes_up(s) : user === LookupUser.kvm || user === LookupUser.vfio;

/** Whether the user needs a fault: nothing is mapped, or, if it asks that, not writable what it wants to write. */
const lacks = (s: Sys, e: Lookup, at: Found): boolean =>
  !is_found(at) || (Lookup.user(e) === LookupUser.s390 && s.kernel.s390_asks_entry(s) && is_read_only(e, at));
/** Faults that bring all: the handler maps, and another one may make it writable. */
const faults_for = (s: Sys, user: number): number => {
  if (!fixes_up(s, user)) return 0;
  return user === LookupUser.s390 && s.kernel.s390_asks_entry(s) ? 2 : 1;
};

/** follow_pfnmap_start() up to the lock; where nothing is found, some users fault, and start again. */
const walk = (s: Sys): number => {
  const e = s.lookup.at(0);
  const user = Lookup.user(e);
  const page = page_of_lookup(e);
  if (s.kernel.lookup_forbidden(s, page, user)) return over(s, Result.EFAULT);
  let at = s.kernel.follow_pfnmap_walk(s, page, user);
  for (let left = faults_for(s, user); left > 0 && lacks(s, e, at); left--) {
    const error = fixup_user_fault(s, page, Lookup.write(e) === 1);
    if (error === WAITS) return WAITS;
    // s390 does not look at what the fault returned.
    if (error !== Result.ok && user !== LookupUser.s390) return over(s, error);
    at = s.kernel.follow_pfnmap_walk(s, page, user);
  }
  if (!is_found(at)) return missed(s, page);
  if (lacks(s, e, at)) return over(s, Result.EFAULT);
  s.lookup.put(0, Lookup.mkStage(e, LookupStage.walked));
  s.walked.put(0, at);
  if (s.kernel.lookup_result(s) === 'under the lock') return Result.ok;
  // Without the bracket of start and end the result is all that there is.
  const error = lock(s);
  return Lookup.stage(s.lookup.at(0)) === LookupStage.locked ? s.kernel.lookup_end(s) : error;
};

/** s390_pci_mmio_write() asks the VMA for the right to write, s390_pci_mmio_read() for that to read. */
export const s390_permits = (vma: Vma, write: boolean): boolean => vma_permits(vma, write);

/** A user begins; KVM has read mmu_invalidate_seq before. Returns a code of `Result`, or WAITS. */
export const begin = (s: Sys, user: number, page: number, want: number, write: boolean): number => {
  const row = vma_lookup(s, LOOKUP_MM, page);
  if (user === LookupUser.s390 && row >= 0 && !s.kernel.s390_permits(s.vma.at(row), write)) return Result.EACCES;
  if (user === LookupUser.acrn && (row < 0 || Vma.end(s.vma.at(row)) < page + want)) return Result.EINVAL;
  const block = user === LookupUser.kvm && row >= 0 ? s.kernel.kvm_block(s, s.vma.at(row), page) : Level.none;
  const first = block === Level.none ? page : page - (page % pages_of_level(s, block));
  s.lookup.put(0, Lookup.of({ user, page: first, want, block, write: write ? 1 : 0 }));
  return walk(s);
};

/** The rest of follow_pfnmap_start(): the lock, and the result. */
export const lock = (s: Sys): number => {
  const e = s.lookup.at(0);
  const page = page_of_lookup(e);
  const at = s.kernel.follow_pfnmap_lock(s, page, s.walked.at(0));
  s.walked.put(0, s.kernel.lookup_result(s) === 'the entry' ? entry_of(s, page, at) : NOT_FOUND);
  if (!is_found(at)) return missed(s, page);
  if (Lookup.again(e) === 1 && s.kernel.access_has_changed(s.kept.at(0), at)) return start_anew(s, e);
  // acrn asks this last.
  if (Lookup.done(e) > 0 && !s.kernel.acrn_refuses(s, e, at) && !s.kernel.acrn_is_contiguous(s.kept.at(0), e, at))
    return over(s, Result.EINVAL);
  s.found.put(0, at);
  return stay(s, Lookup.mkTakes(Lookup.mkStage(e, LookupStage.locked), takes(s, e, at)));
};

/** generic_access_phys(): frame, protection or the right to write is another one: from the beginning. */
const start_anew = (s: Sys, e: Lookup): number => {
  s.found.put(0, NOT_FOUND);
  s.kept.put(0, NOT_FOUND);
  s.lookup.put(0, Lookup.mkTakes(Lookup.mkAgain(e, 0), 0));
  return walk(s);
};

/** How many pages the user takes to follow each other from the one that it has looked up. */
const takes = (s: Sys, e: Lookup, at: Found): number => {
  switch (Lookup.user(e)) {
    case LookupUser.vfio:
      return s.kernel.vfio_pages(s, e, at);
    case LookupUser.acrn:
      return s.kernel.acrn_pages(e);
    case LookupUser.access:
      return s.kernel.access_pages(e);
    default:
      return 1;
  }
};

/** vaddr_get_pfns(): up to the end of the leaf, since v6.15. */
export const vfio_pages = (s: Sys, e: Lookup, at: Found): number => {
  const pages = pages_of_level(s, Found.level(at));
  return Math.min(Lookup.want(e), pages - (Found.pfn(at) % pages));
};
/** acrn_vm_ram_map() looks up page by page. */
export const acrn_pages = (_e: Lookup): number => 1;
/** generic_access_phys(): all that was asked for, however many pages that is. */
export const access_pages = (e: Lookup): number => Lookup.want(e);
/** Whether generic_access_phys() keeps away from what may be memory. */
export const access_refuses = (_s: Sys, _pfn: number): boolean => false;
/** acrn_vm_ram_map(): not without the right to write where that is asked for, and no memory that is counted. */
export const acrn_refuses = (s: Sys, e: Lookup, at: Found): boolean =>
  is_read_only(e, at) || pfn_valid(s, Found.pfn(at));
/** It refuses a frame that does not follow: `first` is that of the first page. */
export const acrn_is_contiguous = (first: Found, e: Lookup, at: Found): boolean =>
  Found.pfn(at) === Found.pfn(first) + Lookup.done(e);
/** generic_access_phys(): what was mapped is no longer what is found; flags, frame, right to write. */
export const access_has_changed = (mapped: Found, at: Found): boolean => at !== mapped;

/** What a user says to the result before the end: a code of `Result`. */
const judged = (s: Sys, e: Lookup, at: Found): number => {
  switch (Lookup.user(e)) {
    case LookupUser.s390:
      return Result.ok;
    case LookupUser.access:
      // The second time it only compares.
      if (Lookup.again(e) === 1) return Result.ok;
      return is_read_only(e, at) || s.kernel.access_refuses(s, Found.pfn(at)) ? Result.EINVAL : Result.ok;
    case LookupUser.acrn:
      return s.kernel.acrn_refuses(s, e, at) ? Result.EFAULT : Result.ok;
    case LookupUser.vfio:
      return s.kernel.vfio_refuses(s, e, at) ? Result.EFAULT : Result.ok;
    default:
      return s.kernel.kvm_refuses(e, at) ? Result.EFAULT : Result.ok;
  }
};
/** follow_fault_pfn(), and is_invalid_reserved_pfn(): no memory that is counted. */
export const vfio_refuses = (s: Sys, e: Lookup, at: Found): boolean =>
  is_read_only(e, at) || pfn_valid(s, Found.pfn(at));
/** KVM_PFN_ERR_RO_FAULT. */
export const kvm_refuses = (e: Lookup, at: Found): boolean => is_read_only(e, at);

/** Whether the device is accessed under the lock: by s390 always, by generic_access_phys() once it has looked again. */
const copies_under_lock = (s: Sys, e: Lookup): boolean => {
  if (s.kernel.lookup_result(s) !== 'under the lock') return false;
  return Lookup.user(e) === LookupUser.s390 || (Lookup.user(e) === LookupUser.access && Lookup.again(e) === 1);
};

/** The user is done with what it does under the lock: follow_pfnmap_end(). */
export const lookup_end = (s: Sys): number => {
  const e = s.lookup.at(0);
  const error = judged(s, e, s.found.at(0));
  if (error !== Result.ok) return over(s, error);
  return copies_under_lock(s, e) ? copy(s, e) : stay(s, Lookup.mkStage(e, LookupStage.ended));
};

/** memcpy_toio(), memcpy_fromio() and the like: the device is read or written, by generic_access_phys() where it has mapped it. */
const copy = (s: Sys, e: Lookup): number => {
  s.copied.put(0, Lookup.user(e) === LookupUser.access ? s.kept.at(0) : s.found.at(0));
  return over(s, Result.ok);
};

const free_dma = (s: Sys): number => {
  for (let row = 0; row < s.dma.rows; row++) if (Dma.pages(s.dma.at(row)) === 0) return row;
  return -1;
};

/** iommu_map() of vfio, acrn_mm_region_add(): the frames of all pages that were looked up. */
export const map_dma = (s: Sys, e: Lookup, user: number): number => {
  const row = free_dma(s);
  if (row < 0) return over(s, Result.ENOMEM);
  const pages = Lookup.done(e) + Lookup.takes(e);
  const first = Lookup.done(e) > 0 ? s.kept.at(0) : s.found.at(0);
  s.dma.put(row, Dma.of({ user, page: Lookup.page(e), pages, pfn: Found.pfn(first), write: Lookup.write(e) }));
  return over(s, Result.ok);
};

/** acrn_vm_ram_map(): the next page, or all of them. */
const acrn_goes_on = (s: Sys, e: Lookup): number => {
  const done = Lookup.done(e) + Lookup.takes(e);
  if (done >= Lookup.want(e)) return s.kernel.map_dma(s, e, DmaUser.acrn);
  if (Lookup.done(e) === 0) s.kept.put(0, s.found.at(0));
  s.lookup.put(0, Lookup.mkTakes(Lookup.mkDone(e, done), 0));
  return walk(s);
};

/** generic_access_phys() has mapped the frame meanwhile, and looks whether it is still that one. */
const access_goes_on = (s: Sys, e: Lookup): number => {
  if (Lookup.again(e) === 1) return copy(s, e);
  s.kept.put(0, s.found.at(0));
  s.lookup.put(0, Lookup.mkTakes(Lookup.mkAgain(e, 1), 0));
  return walk(s);
};

/** What a user does with a result after follow_pfnmap_end(). Returns a code of `Result`, or WAITS. */
export const use = (s: Sys): number => {
  const e = s.lookup.at(0);
  if (s.kernel.lookup_result(s) === 'the entry') s.found.put(0, read_again(s, page_of_lookup(e), s.walked.at(0)));
  switch (Lookup.user(e)) {
    case LookupUser.kvm:
      return over(s, kvm_map(s));
    case LookupUser.vfio:
      return s.kernel.map_dma(s, e, DmaUser.vfio);
    case LookupUser.acrn:
      return acrn_goes_on(s, e);
    case LookupUser.s390:
      return copy(s, e);
    default:
      return access_goes_on(s, e);
  }
};

/** VFIO_IOMMU_UNMAP_DMA, or the end of an acrn region. */
export const unmap_dma = (s: Sys, row: number): void => s.dma.put(row, NO_DMA);

/** What a kernel (kernel.ts) has of all this. */
export interface LookupKernel {
  readonly follow_pfnmap_walk: typeof follow_pfnmap.follow_pfnmap_walk;
  readonly follow_pfnmap_lock: typeof follow_pfnmap.follow_pfnmap_lock;
  /** Whether the user is not let in at all, whatever is mapped. */
  readonly lookup_forbidden: (s: Sys, page: number, user: number) => boolean;
  /** Whether PMD and PUD entries are read again under their lock; otherwise what the walk has read is returned. */
  readonly follow_pfnmap_rereads: (s: Sys) => boolean;
  readonly pfnmap_args_pfn: typeof follow_pfnmap.pfnmap_args_pfn;
  readonly pud_pgprot_cache: typeof follow_pfnmap.pud_pgprot_cache;
  /** What a user has of a look-up, and until when: values and the lock until its end, values alone, or the entry alone. */
  readonly lookup_result: (s: Sys) => 'under the lock' | 'values' | 'the entry';
  readonly lookup_end: typeof lookup_end;
  readonly vfio_pages: typeof vfio_pages;
  readonly vfio_refuses: typeof vfio_refuses;
  readonly map_dma: typeof map_dma;
  readonly acrn_pages: typeof acrn_pages;
  readonly acrn_refuses: typeof acrn_refuses;
  readonly acrn_is_contiguous: typeof acrn_is_contiguous;
  readonly access_pages: typeof access_pages;
  readonly access_refuses: typeof access_refuses;
  readonly access_has_changed: typeof access_has_changed;
  readonly s390_permits: typeof s390_permits;
  /** Whether the system calls of s390 fault, and look again, where nothing is found. */
  readonly s390_fixes_up: (s: Sys) => boolean;
  /** Whether s390_pci_mmio_write() asks of the entry, too, that it may be written. */
  readonly s390_asks_entry: (s: Sys) => boolean;
  readonly kvm_refuses: typeof kvm_refuses;
  readonly kvm_block: typeof kvm.kvm_block;
  /** Whether KVM on arm64 maps a frame of a device by the leaf that maps it; by a page otherwise. */
  readonly kvm_adjusts_device: (s: Sys) => boolean;
  readonly max_mapping_level: typeof kvm.max_mapping_level;
  readonly is_page_fault_stale: typeof kvm.is_page_fault_stale;
  readonly host_pfn_mapping_level: typeof kvm.host_pfn_mapping_level;
  readonly mmu_notifier_invalidate_range: typeof mmu_notifier.mmu_notifier_invalidate_range;
}
