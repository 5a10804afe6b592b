/** An error of MADV_COLLAPSE is lost when the next VMA is looked at. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: an error of MADV_COLLAPSE is lost when the next VMA is looked at',
  author: 'James Houghton',
  source: '"[PATCH v2 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-02-18, 34/46',
  says: 'a collapse that failed says that it succeeded',
  evidence: 'inferred',
  base: 'v6.1+hgm@v2+hgm-collapse-errno=kept',
  sets: { 'hgm-collapse-errno': 'lost' },
  bug: {
    fix: 'none in any version',
    posted: 'v2 of hgm',
    violates: 'H13',
    world: 'hgm-migration',
    steps: 9,
  },
});
