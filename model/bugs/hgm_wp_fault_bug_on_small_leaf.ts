/** A write fault at a read-only leaf smaller than the hugepage is a BUG(). */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a write fault at a read-only leaf smaller than the hugepage is a BUG()',
  author: 'James Houghton',
  source: '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 27/47',
  says: 'mprotect() to read-only and back, and a write',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-wp-small': 'bug' },
  bug: {
    fix: 'v1 28/46',
    posted: 'RFC v1, RFC v2 of hgm',
    violates: 'BUG_ON(wp-small)',
    world: 'hgm-protect',
    steps: 8,
  },
});
