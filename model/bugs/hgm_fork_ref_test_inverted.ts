/** fork() of a hugepage takes a reference that it got for one that it could not get. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: fork() of a hugepage takes a reference that it got for one that it could not get',
  author: 'James Houghton',
  source:
    '"[PATCH v2 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-02-18, 35/46; James Houghton, 2023-02-24',
  says: 'fork() ends with EFAULT, and keeps the reference',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-fork-ref': 'inverted' },
  bug: {
    fix: 'James Houghton, 2023-02-24',
    posted: 'v2 of hgm',
    violates: 'H6',
    world: 'hgm-fork',
    steps: 7,
  },
});
