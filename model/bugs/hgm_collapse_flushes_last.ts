/** MADV_COLLAPSE maps the large leaf before CPUs have forgotten the small ones. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: MADV_COLLAPSE maps the large leaf before CPUs have forgotten the small ones',
  author: 'James Houghton',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 36/47; v1 35/46, v2 34/46',
  says: 'a page has translations of two sizes for a time',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-collapse-flush': 'last' },
  bug: {
    fix: 'none in any version',
    posted: 'RFC v2 to v2 of hgm',
    violates: 'two-sizes-in-TLB',
    world: 'hgm-guest',
    steps: 7,
  },
});
