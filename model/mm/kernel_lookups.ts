/** The part of the kernel (kernel.ts) by which frames of devices are looked up: follow_pfnmap_start(), and who uses it. */
import type * as kvm from '../virt/kvm.ts';
import type * as follow_pfnmap from './follow_pfnmap.ts';
import type { Sys } from './kernel.ts';
import type * as lookup from './lookup.ts';
import type * as mmu_notifier from './mmu_notifier.ts';

export interface LookupKernel {
  readonly follow_pfnmap_walk: typeof follow_pfnmap.follow_pfnmap_walk;
  readonly follow_pfnmap_lock: typeof follow_pfnmap.follow_pfnmap_lock;
  /** Whether PMD and PUD entries are read again under their lock; otherwise what the walk has read is returned. */
  readonly follow_pfnmap_rereads: (s: Sys) => boolean;
  readonly pfnmap_args_pfn: typeof follow_pfnmap.pfnmap_args_pfn;
  /** What a user has of a look-up, and until when: values and the lock until its end, values alone, or the entry alone. */
  readonly lookup_result: (s: Sys) => 'under the lock' | 'values' | 'the entry';
  readonly lookup_end: typeof lookup.lookup_end;
  readonly vfio_pages: typeof lookup.vfio_pages;
  readonly acrn_pages: typeof lookup.acrn_pages;
  readonly acrn_refuses: typeof lookup.acrn_refuses;
  readonly acrn_is_contiguous: typeof lookup.acrn_is_contiguous;
  readonly access_pages: typeof lookup.access_pages;
  readonly access_refuses: typeof lookup.access_refuses;
  readonly s390_permits: typeof lookup.s390_permits;
  /** Whether the system calls of s390 fault, and look again, where nothing is found. */
  readonly s390_fixes_up: (s: Sys) => boolean;
  readonly kvm_refuses: typeof lookup.kvm_refuses;
  readonly kvm_block: typeof kvm.kvm_block;
  readonly is_page_fault_stale: typeof kvm.is_page_fault_stale;
  readonly host_pfn_mapping_level: typeof kvm.host_pfn_mapping_level;
  readonly mmu_notifier_invalidate_range: typeof mmu_notifier.mmu_notifier_invalidate_range;
}
