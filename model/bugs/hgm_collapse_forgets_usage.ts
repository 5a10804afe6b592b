/** MADV_COLLAPSE does not add the leaf that it maps to hugetlb_usage. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: MADV_COLLAPSE does not add the leaf that it maps to hugetlb_usage',
  author: 'James Houghton',
  source:
    '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 36/47; v1 35/46, v2 34/46',
  says: 'HugetlbPages of a process falls below zero',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-collapse-usage': 'lost' },
  bug: {
    fix: 'none in any version',
    posted: 'RFC v2 to v2 of hgm',
    violates: 'H9',
    world: 'hgm-collapse',
    steps: 5,
  },
});
