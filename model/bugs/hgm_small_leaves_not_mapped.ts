/** folio_mapped() does not know of leaves that are smaller than the hugepage. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: folio_mapped() does not know of leaves that are smaller than the hugepage',
  author: 'James Houghton',
  source:
    '"[PATCH v2 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-02-18, 5/46; Jiaqi Yan, 2023-03-01',
  says: 'truncation and memory_failure() take what is mapped for unmapped',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-mapcount': 'M3' },
  bug: {
    fix: '"mm: rmap: merge HugeTLB mapcount logic with THPs", 2023-03-06',
    posted: 'v2 of hgm',
    violates: 'H5-MAPPED',
    world: 'hgm-continue',
    steps: 6,
  },
});
