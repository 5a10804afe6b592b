/** A private hugepage that others map still is promised to its owner again. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: a private hugepage that others map still is promised to its owner again',
  source: 'v6.18.44, v7.1.5 mm/hugetlb.c __unmap_hugepage_range(); v7.3.4 asks for the last mapping',
  says: 'resv_huge_pages falls below zero',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-zap-reserve': 'always' },
  bug: {
    fix: 'v7.3, 6.12.110',
    releases: 'v6.12 to v7.1',
    violates: 'H-RESV',
    world: 'hugetlb-private',
    steps: 4,
  },
});
