/** MADV_COLLAPSE steps over every span, and succeeds. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: MADV_COLLAPSE steps over every span, and succeeds',
  author: 'James Houghton',
  source: '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24, 21/26',
  says: 'tables stay where leaves were promised',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-collapse': 'steps-over' },
  bug: {
    fix: 'RFC v2 36/47',
    posted: 'RFC v1 of hgm',
    violates: 'H13',
    world: 'hgm-collapse',
    steps: 4,
  },
});
