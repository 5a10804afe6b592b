/** UFFDIO_WRITEPROTECT writes the marker of a small page to the entry of the hugepage. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: UFFDIO_WRITEPROTECT writes the marker of a small page to the entry of the hugepage',
  author: 'James Houghton',
  source: '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 17/47',
  says: 'the table that stood there is lost, with all that it maps',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-protect-none': 'hstate' },
  bug: {
    fix: 'v1 18/46',
    posted: 'RFC v1, RFC v2 of hgm',
    violates: 'H10',
    world: 'hgm-protect',
    steps: 6,
  },
});
