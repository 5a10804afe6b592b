/** What releases of hugetlb are known to violate of what they promise a userfaultfd. */
import type { Finding } from '../../releases/finding.ts';
import type { HugetlbRelease } from './releases.ts';

export const UFFD_FINDINGS: readonly Finding<HugetlbRelease>[] = [
  {
    name: 'hugetlb-protects-no-tables',
    says: 'UFFDIO_WRITEPROTECT says that all went well, and protects nothing where a page table is missing: a write there is never told',
    cites: 'fed15f1345dc "mm/hugetlb: pre-allocate pgtable pages for uffd wr-protects" (v6.2, 6.1.8)',
    status: 'known bug',
    kernels: ['v6.1'],
    worlds: ['hugetlb-wp-tables', 'hugetlb-pmd-split'],
    properties: ['H11-SET'],
    repair: [{ toggle: 'hugetlb-wp-tables', value: 'allocates' }],
  },
  {
    name: 'hugetlb-protects-without-memory',
    says: 'UFFDIO_WRITEPROTECT that gets no memory for a page table stops there, and says that all went well',
    cites:
      'v6.1.192 mm/hugetlb.c hugetlb_change_protection(); d1751118c886 "mm/uffd: detect pgtable allocation failures" (v6.3; not for stable series, as its mail says)',
    status: 'known bug',
    kernels: ['v6.1.192'],
    worlds: ['hugetlb-wp-tables'],
    properties: ['H11-SET'],
    repair: [{ toggle: 'hugetlb-wp-tables', value: 'allocates' }],
  },
  {
    name: 'hugetlb-child-inherits-protection',
    says: 'a child without a userfaultfd gets leaves with uffd-wp, and a write to them faults again and again',
    cites:
      '5a2f8d22ace4 "mm/hugetlb: fix uffd-wp during fork()" (v6.4); v6.1.192 mm/hugetlb.c copy_hugetlb_page_range()',
    status: 'known bug',
    kernels: ['v6.1.192', 'v6.1'],
    worlds: ['hugetlb-wp-fork'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'hugetlb-fork-leaf', value: 'cleared' }],
  },
  {
    name: 'hugetlb-pinned-copy-unprotected',
    says: 'the copy that a child with a userfaultfd gets of a pinned hugepage is not protected, though that was: a write to it is not told',
    cites: '5a2f8d22ace4 "mm/hugetlb: fix uffd-wp during fork()" (v6.4); v6.1.192 mm/hugetlb.c hugetlb_install_page()',
    status: 'known bug',
    kernels: ['v6.1.192', 'v6.1'],
    worlds: ['hugetlb-wp-pinned'],
    properties: ['H21'],
    repair: [{ toggle: 'hugetlb-fork-pinned', value: 'kept' }],
  },
  {
    name: 'hugetlb-copy-says-exists',
    says: 'UFFDIO_COPY ends with EEXIST where the pool is empty, though nothing is mapped: whoever takes that for another thread that was faster wakes who waits, and is asked for the page again. It looks for an entry, and has made room for one itself; what is in it, it does not ask',
    cites:
      'v6.18.44 .. v7.3.4 mm/hugetlb.c hugetlb_mfill_atomic_pte() (hugetlb_walk(dst_vma, dst_addr, PMD_SIZE)); nobody has mended it there',
    status: 'candidate',
    kernels: ['v7.3', 'v7.1', 'v6.18'],
    worlds: ['hugetlb-copy'],
    properties: ['H-COPY'],
    repair: [{ toggle: 'hugetlb-copy-pool', value: 'ENOMEM' }],
  },
];
