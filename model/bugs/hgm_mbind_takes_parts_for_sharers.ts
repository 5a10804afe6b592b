/** mbind() leaves a hugepage alone of which one process maps two parts. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: mbind() leaves a hugepage alone of which one process maps two parts',
  author: 'James Houghton',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 16/47; James Houghton and David Hildenbrand, 2023-01',
  says: 'a mapcount of two is that of two leaves',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@Mfolio',
  sets: { 'hgm-mapcount': 'M2' },
  bug: {
    fix: 'v2 5/46',
    posted: 'RFC v2, v1 of hgm',
    violates: 'H-MBIND',
    world: 'hgm-readers',
    steps: 8,
  },
});
