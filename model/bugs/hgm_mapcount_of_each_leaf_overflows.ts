/** Each leaf, whatever its size, counts as a mapping of the hugepage. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: each leaf, whatever its size, counts as a mapping of the hugepage',
  author: 'James Houghton',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 16/47; Peter Xu, 2023-01-12',
  says: 'a few processes overflow the mapcount of a hugepage of 1G',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-mapcount': 'M2' },
  bug: {
    fix: 'v2 5/46',
    posted: 'RFC v2, v1 of hgm',
    violates: 'H7',
    world: 'hgm-overflow',
    steps: 8,
  },
});
