/** What is written down of operations that change, copy or move entries of hugetlb. */
import type { Operation } from '../../operations/operation.ts';

const BOTH = 'v6.1 and later; with high granularity of RFC v1 and v2 of 2022, v1 and v2 of 2023';

export const PROTECT_OPERATIONS = {
  hugetlb_mprotect: {
    name: 'hugetlb_mprotect',
    file: 'mm/mprotect.c',
    says: 'hugepages get other rights; a VMA across the border is split',
    mirrors: 'mm/mprotect.c do_mprotect_pkey()',
    below: `mm/hugetlb.c hugetlb_change_protection(), huge_pmd_unshare(); ${BOTH}`,
    stubs: 'locks',
    leavesOut: 'protection keys, sealed VMAs',
  },
  userfaultfd_writeprotect: {
    name: 'userfaultfd_writeprotect',
    file: 'mm/userfaultfd.c',
    says: 'hugepages are protected against writes, or that is taken back: UFFDIO_WRITEPROTECT',
    mirrors: 'mm/userfaultfd.c mwriteprotect_range()',
    below: `mm/hugetlb.c hugetlb_change_protection(), huge_pte_alloc(); ${BOTH}`,
    stubs: 'locks, who waits',
    leavesOut: 'EAGAIN of a layout that changes',
  },
  hugetlb_fork: {
    name: 'hugetlb_fork',
    file: 'kernel/fork.c',
    says: 'a process gets a child; what a fault would not bring back is copied',
    mirrors: 'kernel/fork.c dup_mmap()',
    below: `mm/hugetlb.c hugetlb_dup_vma_private(), copy_hugetlb_page_range(), fs/userfaultfd.c dup_userfaultfd(); ${BOTH}`,
    stubs: 'locks, what is copied; the result is that of dup_mmap(), where fork() says ENOMEM whatever it was',
    leavesOut: 'MADV_DONTFORK, children of children',
  },
  hugetlb_mremap: {
    name: 'hugetlb_mremap',
    file: 'mm/mremap.c',
    says: 'hugepages move to a fixed, free place',
    mirrors: 'mm/mremap.c move_vma()',
    below: `mm/hugetlb.c move_hugetlb_page_tables(), clear_vma_resv_huge_pages(), fs/userfaultfd.c mremap_userfaultfd_prep(); ${BOTH}`,
    stubs: 'locks',
    leavesOut: 'MREMAP_DONTUNMAP, a size that changes, a destination that is mapped',
  },
} satisfies Readonly<Record<string, Operation>>;
