/** Only the leaf of the first page takes the mapcount of a hugepage away. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: only the leaf of the first page takes the mapcount of a hugepage away',
  author: 'James Houghton',
  source: '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24, 14/26, 15/26',
  says: 'a hugepage of which parts were mapped stays counted as mapped',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-mapcount': 'M1-first-page' },
  bug: {
    fix: 'RFC v2 16/47',
    posted: 'RFC v1 of hgm',
    violates: 'H5',
    world: 'hgm-continue',
    steps: 6,
  },
});
