/** A fault that would overflow a refcount fails with the folio locked and referenced. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a fault that would overflow a refcount fails with the folio locked and referenced',
  author: 'James Houghton',
  source: '"[PATCH v2 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-02-18, 35/46',
  says: 'who comes next waits for the lock for good',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-fork-ref=checked+hgm-refcount-limit=clean',
  sets: { 'hgm-refcount-limit': 'leaks' },
  bug: {
    fix: 'none in any version',
    posted: 'v2 of hgm',
    violates: 'H6',
    world: 'hgm-overflow',
    steps: 8,
  },
});
