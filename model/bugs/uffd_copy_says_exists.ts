/** UFFDIO_COPY ends with EEXIST where the pool is empty. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: UFFDIO_COPY ends with EEXIST where the pool is empty',
  source: 'v6.18.44 to v7.3.4 mm/hugetlb.c hugetlb_mfill_atomic_pte() (hugetlb_walk())',
  says: 'nothing is mapped, and user space is told that something is',
  evidence: 'source',
  base: 'v7.1+hugetlb-copy-pool=ENOMEM',
  sets: { 'hugetlb-copy-pool': 'EEXIST' },
  bug: {
    fix: 'none yet',
    releases: 'since v6.18',
    violates: 'H-COPY',
    world: 'hugetlb-copy',
    steps: 5,
  },
});
