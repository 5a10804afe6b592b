/** MADV_DONTNEED takes from the VMA what says that high granularity is enabled. */
import { bug } from './bug.ts';

export default bug({
  title: "hugetlb: don't delete vma_lock in hugetlb MADV_DONTNEED processing",
  author: 'Mike Kravetz',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21; linux-mm, 2022-10-25',
  says: 'tables are left in a VMA in which nobody looks for them',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-kept-at=data',
  sets: { 'hgm-dontneed-vma': 'lock' },
  bug: {
    fix: '"hugetlb: don\'t delete vma_lock in hugetlb MADV_DONTNEED processing", 2022-10-25',
    posted: 'RFC v2 of hgm',
    violates: 'H2',
    world: 'hgm-truncate',
    steps: 6,
  },
});
