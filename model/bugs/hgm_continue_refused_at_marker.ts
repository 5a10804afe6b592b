/** UFFDIO_CONTINUE of a small page fails where the hugepage has a marker of uffd-wp. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: UFFDIO_CONTINUE of a small page fails where the hugepage has a marker of uffd-wp',
  author: 'James Houghton',
  source: '"[PATCH 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-01-05, 12/46',
  says: 'what is protected cannot be filled in parts',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-marker': 'blocks' },
  bug: {
    fix: 'v2 14/46',
    posted: 'RFC v2, v1 of hgm',
    violates: 'H16-EXISTS',
    world: 'hgm-protect',
    steps: 6,
  },
});
