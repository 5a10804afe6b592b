/** The one list of operations: what user space, or a driver, can do next. Each is one system call or one access. */

/** What an operation mirrors, for the reader: file, function, release; and what it does not do. */
export interface Operation {
  readonly name: string;
  /** The kernel's file in which it begins: `list operations` groups by it. */
  readonly file: string;
  readonly says: string;
  readonly mirrors: string;
  readonly stubs: string;
  readonly leavesOut: string;
}

export const OPERATIONS = {
  mmap: {
    name: 'mmap',
    file: 'mm/vma.c',
    says: 'a process maps a device, a file or memory at a fixed, free place; the driver may call remap_pfn_range()',
    mirrors: 'mm/vma.c mmap_region(), mm/memory.c remap_pfn_range(), v7.1',
    stubs: 'the driver: a list of remap_pfn_range() calls and the vm_ops that it sets',
    leavesOut: 'replacing what is mapped, memtype tracking, accounting, merging of new anonymous memory',
  },
  handle_mm_fault: {
    name: 'handle_mm_fault',
    file: 'mm/memory.c',
    says: 'a process reads or writes a page; the CPU sets accessed and dirty, or faults, until the access is done',
    mirrors: 'mm/memory.c __handle_mm_fault(), mm/huge_memory.c do_huge_pmd_anonymous_page(), insert_pmd(), v7.1',
    stubs: 'what a driver does in ->fault and ->huge_fault; which pages of a file form a folio',
    leavesOut: 'swap, NUMA hints, userfaultfd, memcg, VM_FAULT_RETRY, read-ahead',
  },
  munmap: {
    name: 'munmap',
    file: 'mm/vma.c',
    says: 'pages leave the address space; a VMA or a leaf across the border is split',
    mirrors: 'mm/vma.c do_vmi_align_munmap(), mm/memory.c unmap_page_range(), free_pgtables(), v7.1',
    stubs: 'the TLB and its batch of freed tables',
    leavesOut: 'locked and sealed VMAs, hugetlb',
  },
  mprotect: {
    name: 'mprotect',
    file: 'mm/mprotect.c',
    says: 'pages get another protection; a VMA or a leaf across the border is split',
    mirrors: 'mm/mprotect.c do_mprotect_pkey(), mprotect_fixup(), change_pmd_range(), v7.1',
    stubs: 'the TLB flush',
    leavesOut: 'execute, protection keys, write notification, userfaultfd, NUMA hints',
  },
  mremap: {
    name: 'mremap',
    file: 'mm/mremap.c',
    says: 'a mapping moves to a free place: leaf by leaf, table by table, or PTE by PTE',
    mirrors: 'mm/mremap.c move_vma(), move_page_tables(), mm/huge_memory.c move_huge_pmd(), v7.1',
    stubs: 'rmap locks',
    leavesOut:
      'an old range that cannot be split off and stays mapped, empty; growing, shrinking, MREMAP_DONTUNMAP, realignment',
  },
  madvise: {
    name: 'madvise',
    file: 'mm/madvise.c',
    says: 'pages are dropped, given up until they are written to again, or kept from children (or not any more)',
    mirrors:
      'mm/madvise.c madvise_vma_behavior(), madvise_free_pte_range(), mm/huge_memory.c madvise_free_huge_pmd(), v7.1',
    stubs: 'the LRU lists and their batches',
    leavesOut: 'other advice, gaps in the range, splitting a folio of which a part is given up (it stays as it is)',
  },
  pin_user_pages: {
    name: 'pin_user_pages',
    file: 'mm/gup.c',
    says: 'a process has a page pinned for DMA that reads or writes it; gup-fast, then a look-up with faults',
    mirrors: 'mm/gup.c pin_user_pages_fast(), gup_fast_pte_range(), follow_page_mask(), faultin_page(), v7.1',
    stubs: 'who asks for it: a table of pins',
    leavesOut: 'FOLL_LONGTERM, FOLL_FORCE, FOLL_GET, several pages in one call',
  },
  unpin_user_page: {
    name: 'unpin_user_page',
    file: 'mm/gup.c',
    says: 'a pinned page is let go',
    mirrors: 'mm/gup.c unpin_user_page(), v7.1',
    stubs: 'the DMA itself',
    leavesOut: 'unpin_user_pages_dirty_lock()',
  },
  truncate: {
    name: 'truncate',
    file: 'mm/truncate.c',
    says: 'a file loses its pages from one on, in every mapping and in the page cache, and grows again, empty',
    mirrors: 'mm/truncate.c truncate_setsize(), mm/shmem.c shmem_undo_range(), mm/memory.c unmap_mapping_range(), v7.1',
    stubs: 'the i_mmap tree: every VMA of the file is found; a file has one set of frames, which a pin keeps',
    leavesOut: 'i_size between shrinking and growing, splitting a folio across the new end (it cannot be), DAX',
  },
  shrink_folio_list: {
    name: 'shrink_folio_list',
    file: 'mm/vmscan.c',
    says: 'reclaim tries the folio at a page that MADV_FREE has given up: it is dropped, or mapped again as it was',
    mirrors: 'mm/vmscan.c shrink_folio_list(), mm/rmap.c try_to_unmap_one(), v7.1',
    stubs: 'the reverse map: all VMAs are looked at',
    leavesOut: 'every other folio; accessed bits, swap, write-back, the deferred TLB flush',
  },
  fork: {
    name: 'fork',
    file: 'kernel/fork.c',
    says: 'the parent gets a child with a copy of its address space',
    mirrors: 'kernel/fork.c copy_process(), dup_mmap(), mm/memory.c copy_page_range(), v7.1',
    stubs: 'alloc_pid() stands for all that can fail once the mm is copied',
    leavesOut: 'vfork and threads, allocations before the first VMA',
  },
  exit: {
    name: 'exit',
    file: 'kernel/fork.c',
    says: 'a process ends; its mm is torn down and freed',
    mirrors: 'mm/mmap.c exit_mmap(), kernel/fork.c check_mm(), v7.1',
    stubs: 'the last reference to the mm goes with the process',
    leavesOut: 'the OOM reaper',
  },
  unmap_mapping_range: {
    name: 'unmap_mapping_range',
    file: 'mm/memory.c',
    says: 'a driver takes its pages back from every process, as vfio-pci does when it disables memory',
    mirrors: 'mm/memory.c unmap_mapping_range(), v7.1',
    stubs: 'the i_mmap tree: every device VMA is found',
    leavesOut: 'files, truncation',
  },
} as const satisfies Readonly<Record<string, Operation>>;
