/** Look-ups of frames in Linux v7.1: see v7_1.ts. */
import { follow_pfnmap_lock, follow_pfnmap_walk, pfnmap_args_pfn, pud_pgprot_cache } from '../mm/follow_pfnmap.ts';
import {
  access_has_changed,
  access_pages,
  access_refuses,
  acrn_is_contiguous,
  acrn_pages,
  acrn_refuses,
  kvm_refuses,
  lookup_end,
  type LookupKernel,
  map_dma,
  s390_permits,
  vfio_pages,
  vfio_refuses,
} from '../mm/lookup.ts';
import { mmu_notifier_invalidate_range } from '../mm/mmu_notifier.ts';
import { host_pfn_mapping_level, is_page_fault_stale, kvm_block, max_mapping_level } from '../virt/kvm.ts';

export const LOOKUPS_7_1: LookupKernel = {
  follow_pfnmap_walk,
  follow_pfnmap_lock,
  lookup_forbidden: () => false,
  // Since v7.0 (ffef67b93aa3).
  follow_pfnmap_rereads: () => true,
  pfnmap_args_pfn,
  pud_pgprot_cache,
  lookup_result: () => 'under the lock',
  lookup_end,
  vfio_pages,
  vfio_refuses,
  map_dma,
  acrn_pages,
  acrn_refuses,
  acrn_is_contiguous,
  access_pages,
  access_refuses,
  access_has_changed,
  s390_permits,
  s390_fixes_up: () => true,
  s390_asks_entry: () => false,
  kvm_refuses,
  kvm_block,
  kvm_adjusts_device: () => false,
  max_mapping_level,
  is_page_fault_stale,
  host_pfn_mapping_level,
  mmu_notifier_invalidate_range,
};
