/** copy_hugetlb_page_range() returns with both page table locks where a reference is refused. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: copy_hugetlb_page_range() returns with both page table locks where a reference is refused',
  author: 'James Houghton',
  source:
    '"[PATCH v2 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-02-18, 35/46; James Houghton, 2023-02-24',
  says: 'nobody can walk these tables any more',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-fork-ref=checked',
  sets: { 'hgm-fork-unlock': 'held' },
  bug: {
    fix: 'James Houghton, 2023-02-24',
    posted: 'v2 of hgm',
    violates: 'lock-held-at-return',
    world: 'hgm-overflow',
    steps: 8,
  },
});
