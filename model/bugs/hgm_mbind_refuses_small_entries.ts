/** mbind() ends with EINVAL at an entry smaller than the hugepage. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: mbind() ends with EINVAL at an entry smaller than the hugepage',
  author: 'James Houghton',
  source: '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24, 18/26',
  says: 'pages that could be moved stay',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@Mfolio',
  sets: { 'hgm-mbind-small': 'EINVAL' },
  bug: {
    fix: 'RFC v2 29/47',
    posted: 'RFC v1 of hgm',
    violates: 'H-MBIND',
    world: 'hgm-readers',
    steps: 7,
  },
});
