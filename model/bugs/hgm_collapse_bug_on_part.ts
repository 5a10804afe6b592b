/** MADV_COLLAPSE unmaps a part of a hugepage by a function that takes whole ones. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: MADV_COLLAPSE unmaps a part of a hugepage by a function that takes whole ones',
  author: 'James Houghton',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 16/47, 36/47',
  says: 'a collapse to a leaf smaller than the hugepage is a BUG()',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-unmap-range': 'bug' },
  bug: {
    fix: 'none in any version',
    posted: 'all versions of hgm',
    violates: 'BUG_ON(start & ~huge_page_mask)',
    world: 'hgm-collapse',
    steps: 6,
  },
});
