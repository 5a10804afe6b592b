/** What is written down of the operations that take pages of hugetlb away, or map them larger. */
import type { Operation } from '../../operations/operation.ts';

const HGM = '"hugetlb: introduce HugeTLB high-granularity mapping"';

export const COLLAPSE_OPERATIONS = {
  hugetlb_collapse: {
    name: 'hugetlb_collapse',
    file: 'mm/hugetlb.c',
    says: 'tables below the size of a hugepage are replaced by the largest leaves that fit a range: MADV_COLLAPSE',
    mirrors: 'mm/hugetlb.c hugetlb_collapse()',
    below: `__unmap_hugepage_range(), hugetlb_free_pgd_range(); ${HGM}, RFC v1 of 2022 to v2 of 2023; no release has it`,
    stubs: 'locks, notifiers, the TLB and its batch',
    leavesOut: 'the mmap_lock that v2 drops and takes again',
  },
  hugetlb_madv_split: {
    name: 'hugetlb_madv_split',
    file: 'mm/madvise.c',
    says: 'a process asks for mappings of high granularity: MADV_SPLIT',
    mirrors: 'mm/madvise.c madvise_split()',
    below: `madvise_update_vma(), mm/hugetlb.c hugetlb_unshare_all_pmds(); ${HGM}, v1 and v2 of 2023; no release has it`,
    stubs: 'locks',
    leavesOut: 'VMAs of anything but hugetlb',
  },
  hugetlb_dontneed: {
    name: 'hugetlb_dontneed',
    file: 'mm/madvise.c',
    says: 'hugepages are unmapped, the VMA stays: MADV_DONTNEED',
    mirrors: 'mm/madvise.c madvise_dontneed_free()',
    below: 'mm/hugetlb.c __unmap_hugepage_range(); v6.1 and later',
    stubs: 'locks, the TLB and its batch',
    leavesOut: 'UFFD_EVENT_REMOVE',
  },
  hugetlb_truncate: {
    name: 'hugetlb_truncate',
    file: 'fs/hugetlbfs/inode.c',
    says: 'a file gets another size: what is behind it is unmapped everywhere and leaves the page cache',
    mirrors: 'fs/hugetlbfs/inode.c hugetlb_vmtruncate()',
    below: 'hugetlb_vmdelete_list(), remove_inode_hugepages(), mm/hugetlb.c hugetlb_unreserve_pages(); v6.1 and later',
    stubs: 'locks, but for a VMA lock that somebody else has',
    leavesOut: 'seals, faults that come meanwhile',
  },
  hugetlbfs_punch_hole: {
    name: 'hugetlbfs_punch_hole',
    file: 'fs/hugetlbfs/inode.c',
    says: 'hugepages of a file become a hole',
    mirrors: 'fs/hugetlbfs/inode.c hugetlbfs_punch_hole()',
    below: 'hugetlb_vmdelete_list(), remove_inode_hugepages(), mm/hugetlb.c hugetlb_unreserve_pages(); v6.1 and later',
    stubs: 'locks, but for a VMA lock that somebody else has',
    leavesOut: 'seals, the zeroing of parts of hugepages, faults that come meanwhile',
  },
} satisfies Readonly<Record<string, Operation>>;
