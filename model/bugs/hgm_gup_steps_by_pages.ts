/** follow_hugetlb_page() goes on by as many bytes as the leaf has pages. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: follow_hugetlb_page() goes on by as many bytes as the leaf has pages',
  author: 'James Houghton',
  source: '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 18/47',
  says: 'it finds the same leaf again, and leaves the rest of the range out',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-gup-skip': 'pages' },
  bug: {
    fix: 'v2 20/46',
    posted: 'RFC v1 to v1 of hgm',
    violates: 'H-GUP',
    world: 'hgm-gup',
    steps: 6,
  },
});
