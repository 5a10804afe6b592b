/** Operations of who looks up frames: hypervisors, IOMMUs, and access to a device through another's mapping. */
import type { Operation } from './operation.ts';

export const LOOKUP_OPERATIONS = {
  follow_pfnmap_start: {
    name: 'follow_pfnmap_start',
    file: 'mm/memory.c',
    says: 'somebody looks up the frame of a page of the parent: the tables are walked without a lock; some fault, where nothing is mapped',
    mirrors: 'mm/memory.c follow_pfnmap_start()',
    below:
      'virt/kvm/kvm_main.c hva_to_pfn_remapped(), drivers/vfio/vfio_iommu_type1.c follow_fault_pfn(), drivers/virt/acrn/mm.c acrn_vm_ram_map(), arch/s390/pci/pci_mmio.c, mm/memory.c generic_access_phys(), mm/gup.c fixup_user_fault(); v7.1',
    stubs: 'the guest, the IOMMU and the other hypervisor: tables of what they have been given',
    leavesOut: 'memory that GUP finds, a fault that drops the mmap lock, several look-ups at a time',
  },
  follow_pfnmap_lock: {
    name: 'follow_pfnmap_lock',
    file: 'mm/memory.c',
    says: 'the look-up gets the lock of its entry and returns; until its end nobody else changes the entry',
    mirrors: 'mm/memory.c follow_pfnmap_start()',
    below: 'pud_lock(), pmd_lock(), pte_offset_map_lock(), pfnmap_args_setup(); v7.1',
    stubs: 'lock contention: whoever needs the lock is made later',
    leavesOut: 'the RCU of a PTE table',
  },
  follow_pfnmap_end: {
    name: 'follow_pfnmap_end',
    file: 'mm/memory.c',
    says: 'the user of the look-up does what it does under the lock, and lets it go',
    mirrors: 'mm/memory.c follow_pfnmap_end()',
    below:
      'zpci_memcpy_toio() and zpci_memcpy_fromio() on s390, memcpy_toio() and memcpy_fromio() of generic_access_phys(); v7.1',
    stubs: 'the device',
    leavesOut: 'what is copied',
  },
  use_of_lookup: {
    name: 'use_of_lookup',
    file: 'mm/memory.c',
    says: 'behind follow_pfnmap_end() its caller uses what was looked up: a guest or an IOMMU gets the frame, or it is looked up once more',
    mirrors: 'mm/memory.c follow_pfnmap_end()',
    below:
      'arch/x86/kvm/mmu/mmu.c is_page_fault_stale(), host_pfn_mapping_level(); drivers/vfio/vfio_iommu_type1.c vfio_iommu_map(); drivers/virt/acrn/mm.c acrn_mm_region_add(); mm/memory.c generic_access_phys(), after ioremap_prot(); v7.1',
    stubs: 'second-stage tables: a row for each guest page',
    leavesOut: 'further chunks of a vfio mapping, dirty logging',
  },
  VFIO_IOMMU_UNMAP_DMA: {
    name: 'VFIO_IOMMU_UNMAP_DMA',
    file: 'drivers/vfio/vfio_iommu_type1.c',
    says: 'user space takes frames away from an IOMMU, or from another hypervisor',
    mirrors: 'drivers/vfio/vfio_iommu_type1.c vfio_dma_do_unmap()',
    below: 'vfio_unmap_unpin(), drivers/virt/acrn/mm.c acrn_mm_region_del(); v7.1',
    stubs: 'the IOMMU',
    leavesOut: 'parts of a mapping',
  },
} as const satisfies Readonly<Record<string, Operation>>;
