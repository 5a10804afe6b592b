/** smaps takes a page for shared of which one process maps two parts. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: smaps takes a page for shared of which one process maps two parts',
  author: 'James Houghton',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 16/47; Peter Xu, 2023-01-12',
  says: 'a mapcount of two is that of two leaves',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-mapcount': 'M2' },
  bug: {
    fix: 'v2 5/46',
    posted: 'RFC v2, v1 of hgm',
    violates: 'H-SMAPS',
    world: 'hgm-readers',
    steps: 8,
  },
});
