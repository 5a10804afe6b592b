/**
 * The one list of operations: what user space, a driver, or the kernel of its own accord can do next. Each is one system
 * call, one access, the reclaim of one folio, or one half of a migration.
 */

/** What an operation mirrors, for the reader: file, function, release; and what it does not do. */
export interface Operation {
  readonly name: string;
  /** The kernel's file in which it begins: `list operations` groups by it. */
  readonly file: string;
  readonly says: string;
  /** The kernel function that it begins with, as traces name it. */
  readonly mirrors: string;
  /** What else it goes through, as far as it gets there, with the release. */
  readonly below: string;
  readonly stubs: string;
  readonly leavesOut: string;
}

export const OPERATIONS = {
  mmap: {
    name: 'mmap',
    file: 'mm/vma.c',
    says: 'a process maps a device, a file or memory at a fixed, free place; the driver may call remap_pfn_range()',
    mirrors: 'mm/vma.c mmap_region()',
    below: '->mmap of the driver: mm/memory.c remap_pfn_range(); v7.1',
    stubs: 'the driver: a list of remap_pfn_range() calls and the vm_ops that it sets',
    leavesOut: 'replacing what is mapped, memtype tracking, accounting',
  },
  handle_mm_fault: {
    name: 'handle_mm_fault',
    file: 'mm/memory.c',
    says: 'a process reads or writes a page; the CPU sets accessed and dirty, or faults, until the access is done',
    mirrors: 'mm/memory.c handle_mm_fault()',
    below:
      'mm/memory.c create_huge_pud(), create_huge_pmd(), handle_pte_fault(), do_fault(), do_wp_page(), do_swap_page(), mm/huge_memory.c do_huge_pmd_anonymous_page(), vmf_insert_pfn_pmd(), vmf_insert_pfn_pud(), ->fault and ->huge_fault of drivers; v7.1',
    stubs: 'drivers: vfio-pci, vmwgfx, device-dax and one with VM_MIXEDMAP; which pages of a file form a folio',
    leavesOut: 'NUMA hints, userfaultfd, memcg, VM_FAULT_RETRY, read-ahead',
  },
  munmap: {
    name: 'munmap',
    file: 'mm/vma.c',
    says: 'pages leave the address space; a VMA or a leaf across the border is split',
    mirrors: 'mm/vma.c do_vmi_munmap()',
    below:
      'mm/vma.c do_vmi_align_munmap(), mm/memory.c unmap_page_range(), mm/huge_memory.c zap_huge_pmd(), zap_huge_pud(), __split_huge_pmd(), mm/memory.c free_pgtables(); v7.1',
    stubs: 'the TLB and its batch of freed tables',
    leavesOut: 'locked and sealed VMAs, hugetlb',
  },
  mprotect: {
    name: 'mprotect',
    file: 'mm/mprotect.c',
    says: 'pages get another protection; a VMA or a leaf across the border is split',
    mirrors: 'mm/mprotect.c do_mprotect_pkey()',
    below:
      'mprotect_fixup(), change_pmd_range(), change_pte_range(), can_change_pte_writable(), mm/huge_memory.c change_huge_pmd(), change_huge_pud(); v7.1',
    stubs: 'the TLB flush',
    leavesOut: 'execute, protection keys, write notification of files, userfaultfd, NUMA hints',
  },
  mremap: {
    name: 'mremap',
    file: 'mm/mremap.c',
    says: 'a mapping moves to a free place: leaf by leaf, table by table, or PTE by PTE',
    mirrors: 'mm/mremap.c move_vma()',
    below: 'move_page_tables(), move_ptes(), mm/huge_memory.c move_huge_pmd(); v7.1',
    stubs: 'rmap locks',
    leavesOut:
      'an old range that cannot be split off and stays mapped, empty; growing, shrinking, MREMAP_DONTUNMAP, realignment',
  },
  madvise: {
    name: 'madvise',
    file: 'mm/madvise.c',
    says: 'pages are dropped, given up until they are written to again, reclaimed, or kept from children (or not any more)',
    mirrors: 'mm/madvise.c do_madvise()',
    below:
      'madvise_vma_behavior(), zap_page_range_single(), madvise_free_pte_range(), madvise_cold_or_pageout_pte_range(), mm/huge_memory.c madvise_free_huge_pmd(); v7.1',
    stubs: 'the LRU lists and their batches',
    leavesOut:
      'other advice, gaps in the range, splitting a folio of which a part is given up or reclaimed (it stays as it is)',
  },
  pin_user_pages: {
    name: 'pin_user_pages',
    file: 'mm/gup.c',
    says: 'a process has a page pinned for DMA that reads or writes it; gup-fast, then a look-up with faults',
    mirrors: 'mm/gup.c pin_user_pages_fast()',
    below: 'gup_fast_pte_range(), gup_fast_pmd_leaf(), follow_page_mask(), faultin_page(); v7.1',
    stubs: 'who asks for it: a table of pins',
    leavesOut: 'FOLL_LONGTERM, FOLL_FORCE, FOLL_GET, several pages in one call',
  },
  unpin_user_page: {
    name: 'unpin_user_page',
    file: 'mm/gup.c',
    says: 'a pinned page is let go',
    mirrors: 'mm/gup.c unpin_user_page()',
    below: 'gup_put_folio(); v7.1',
    stubs: 'the DMA itself',
    leavesOut: 'unpin_user_pages_dirty_lock()',
  },
  truncate: {
    name: 'truncate',
    file: 'mm/truncate.c',
    says: 'a file loses its pages from one on, in every mapping and in the page cache, and grows again, empty',
    mirrors: 'mm/truncate.c truncate_setsize()',
    below:
      'mm/memory.c unmap_mapping_range(), mm/truncate.c truncate_inode_pages_range(), mm/shmem.c shmem_undo_range(); v7.1',
    stubs: 'the i_mmap tree: every VMA of the file is found; a file has one set of frames, which a pin keeps',
    leavesOut: 'i_size between shrinking and growing, splitting a folio across the new end (it cannot be), DAX',
  },
  shrink_folio_list: {
    name: 'shrink_folio_list',
    file: 'mm/vmscan.c',
    says: 'reclaim tries the folio at a page: what MADV_FREE gave up is dropped, other memory goes to swap, a clean file leaves the page cache',
    mirrors: 'mm/vmscan.c shrink_folio_list()',
    below:
      'mm/swapfile.c folio_alloc_swap(), mm/rmap.c try_to_unmap_one(), mm/page_io.c swap_writeout(), __remove_mapping(), mm/huge_memory.c unmap_huge_pmd_locked(); v7.1',
    stubs: 'the reverse map: all VMAs are looked at; what goes to swap has been written before anything else happens',
    leavesOut: 'accessed bits, the split of a folio, write-back of files and of shmem, the deferred TLB flush',
  },
  fork: {
    name: 'fork',
    file: 'kernel/fork.c',
    says: 'the parent gets a child with a copy of its address space',
    mirrors: 'kernel/fork.c copy_process()',
    below:
      'dup_mmap(), mm/memory.c copy_page_range(), copy_present_ptes(), mm/huge_memory.c copy_huge_pmd(), copy_huge_pud(); v7.1',
    stubs: 'alloc_pid() stands for all that can fail once the mm is copied',
    leavesOut: 'vfork and threads, allocations before the first VMA',
  },
  exit: {
    name: 'exit',
    file: 'kernel/fork.c',
    says: 'a process ends; its mm is torn down and freed',
    mirrors: 'mm/mmap.c exit_mmap()',
    below: 'mm/memory.c unmap_vmas(), free_pgtables(), kernel/fork.c check_mm(); v7.1',
    stubs: 'the last reference to the mm goes with the process',
    leavesOut: 'the OOM reaper',
  },
  unmap_mapping_range: {
    name: 'unmap_mapping_range',
    file: 'mm/memory.c',
    says: 'a driver takes its pages back from every process, as vfio-pci does when it disables memory',
    mirrors: 'mm/memory.c unmap_mapping_range()',
    below: 'unmap_mapping_range_tree(), zap_page_range_single(); v7.1',
    stubs: 'the i_mmap tree: every device VMA is found',
    leavesOut: 'files, truncation',
  },
  migrate_pages: {
    name: 'migrate_pages',
    file: 'mm/migrate.c',
    says: 'the folio that a process maps at a page is locked and unmapped everywhere; migration entries stand in for it',
    mirrors: 'mm/migrate.c migrate_folio_unmap()',
    below: 'mm/rmap.c try_to_migrate(), for a split mm/huge_memory.c unmap_folio(); v7.1',
    stubs: 'who asks for it: compaction, NUMA balancing, move_pages()',
    leavesOut: 'batches, hugetlb, device-private memory, the split itself',
  },
  remove_migration_ptes: {
    name: 'remove_migration_ptes',
    file: 'mm/migrate.c',
    says: 'the migration ends: a new folio is mapped in place of the old one, or the old one again',
    mirrors: 'mm/migrate.c migrate_folio_move()',
    below: 'remove_migration_ptes(), mm/huge_memory.c remove_migration_pmd(); v7.1',
    stubs: 'the copy of the content',
    leavesOut: 'a new folio for a file',
  },
  UFFDIO_MOVE: {
    name: 'UFFDIO_MOVE',
    file: 'mm/userfaultfd.c',
    says: 'a process moves exclusive anonymous pages to another place, as a leaf with its deposit or page by page',
    mirrors: 'mm/userfaultfd.c move_pages()',
    below: 'move_pages_pte(), mm/huge_memory.c move_pages_huge_pmd(); v7.1',
    stubs: 'registration of the destination',
    leavesOut: 'holes, the split of a large folio that is mapped by PTEs (EBUSY here)',
  },
  clear_refs: {
    name: 'clear_refs',
    file: 'fs/proc/task_mmu.c',
    says: 'soft-dirty tracking of a process begins anew: its VMAs lose VM_SOFTDIRTY, its entries the right to write',
    mirrors: 'fs/proc/task_mmu.c clear_refs_write()',
    below: 'clear_refs_pte_range(), clear_soft_dirty_pmd(); v7.1',
    stubs: 'the TLB flush',
    leavesOut: 'the soft-dirty bit of an entry; clearing referenced bits (1 to 3)',
  },
  vfio_pci_memory_disable: {
    name: 'vfio_pci_memory_disable',
    file: 'drivers/vfio/pci/vfio_pci_config.c',
    says: 'user space turns the memory of the device off: no process maps its BARs any more, and accesses get SIGBUS',
    mirrors: 'drivers/vfio/pci/vfio_pci_core.c vfio_pci_zap_and_down_write_memory_lock()',
    below: 'unmap_mapping_range(); v7.1',
    stubs: 'the i_mmap tree: every device VMA is found',
    leavesOut: 'memory_lock, resets and power states',
  },
  vfio_pci_memory_enable: {
    name: 'vfio_pci_memory_enable',
    file: 'drivers/vfio/pci/vfio_pci_config.c',
    says: 'user space turns the memory of the device on again',
    mirrors: 'drivers/vfio/pci/vfio_pci_config.c vfio_basic_config_write()',
    below: 'nothing of mm; v7.1',
    stubs: 'the configuration space: one bit of it',
    leavesOut: 'restoring BARs after a reset',
  },
  vmw_bo_dirty_scan: {
    name: 'vmw_bo_dirty_scan',
    file: 'drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c',
    says: 'a driver collects the pages that have been written to: they are write-protected, and it starts anew',
    mirrors: 'drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c vmw_bo_dirty_scan()',
    below:
      'vmw_bo_dirty_transfer_to_res(), mm/mapping_dirty_helpers.c wp_shared_mapping_range(), mm/pagewalk.c walk_page_mapping(); v6.12',
    stubs: 'the i_mmap tree: every VMA of the driver is found; the device that gets what was written',
    leavesOut: 'tracking by dirty bits (VMW_BO_DIRTY_PAGETABLE), resources that are a part of the buffer object',
  },
} as const satisfies Readonly<Record<string, Operation>>;
