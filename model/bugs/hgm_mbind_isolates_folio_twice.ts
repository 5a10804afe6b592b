/** mbind() does not know a folio again that it has isolated by another leaf. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: mbind() does not know a folio again that it has isolated by another leaf',
  author: 'James Houghton',
  source: '"[PATCH v2 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-02-18, 30/46',
  says: 'MPOL_MF_STRICT ends with EIO where nothing is wrong',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@Mfolio',
  sets: { 'hgm-mbind-last': 'forgets' },
  bug: {
    fix: 'none: rfc2 and v1 have the line',
    posted: 'v2 of hgm',
    violates: 'H-MBIND-EIO',
    world: 'hgm-readers',
    steps: 8,
  },
});
