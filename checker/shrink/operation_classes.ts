/**
 * How plain an operation is: what a reader of a trace knows best comes first. First what every program does to memory, then
 * what it asks of a mapping, then other processes, then what few programs ask for, and last what happens to them.
 */

/** From the plainest class to the least plain one. */
export const OPERATION_CLASSES: readonly (readonly string[])[] = [
  // Maps memory, and touches it.
  'mmap handle_mm_fault hugetlbfs_file_mmap hugetlb_fault',
  // Changes a mapping of its own.
  `munmap mprotect mremap madvise mlock munlock
  hugetlb_munmap hugetlb_mprotect hugetlb_mremap hugetlb_dontneed`,
  // Begins and ends a process.
  'fork exit hugetlb_fork hugetlb_exit',
  // Asks for something that has a system call, an ioctl or a file in /proc.
  `truncate dax_truncate UFFDIO_MOVE UFFDIO_REGISTER UFFDIO_WRITEPROTECT clear_refs
  smaps numa_maps pagemap mincore move_pages mbind access_remote_vm collapse split_folio
  pin_user_pages unpin_user_page get_user_pages put_page VFIO_IOMMU_UNMAP_DMA
  vfio_pci_memory_disable vfio_pci_memory_enable
  hugetlb_truncate hugetlbfs_punch_hole hugetlbfs_fallocate hugetlb_madv_split hugetlb_collapse
  userfaultfd_api userfaultfd_register userfaultfd_unregister userfaultfd_continue
  userfaultfd_copy userfaultfd_poison userfaultfd_writeprotect
  hugetlb_gup hugetlb_pin hugetlb_unpin hugetlb_smaps hugetlb_mincore hugetlb_mbind hugetlb_move_pages_stat`,
  // Happens without being asked for: the kernel, a driver, a device or a guest does it, or another thread is half done.
  `shrink_folio_list migrate_pages remove_migration_ptes deferred_split_scan memory_failure
  unmap_mapping_range vmw_bo_dirty_scan fault_begins fault_goes_on dax_evict_inode dax_layout_wakes
  follow_pfnmap_start follow_pfnmap_lock follow_pfnmap_end use_of_lookup
  migrate_vma migrate_vma_setup migrate_vma_finalize device_write
  hugetlb_migrate hugetlb_remove_migration hugetlb_memory_failure kvm_page_fault`,
].map((names) => names.split(/\s+/));

const classes = new Map(OPERATION_CLASSES.flatMap((names, at) => names.map((name) => [name, at] as const)));

/** Of an operation that is not listed, the last. */
export const classOf = (name: string): number => classes.get(name) ?? OPERATION_CLASSES.length - 1;

/** Operations that make a process. */
export const FORKS: ReadonlySet<string> = new Set(['fork', 'hugetlb_fork']);
