/** Truncation takes a hugepage that is mapped in parts for one that a VMA does not map. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: truncation takes a hugepage that is mapped in parts for one that a VMA does not map',
  author: 'James Houghton',
  source: '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 15/47',
  says: 'a hugepage leaves its file while parts of it are mapped',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-maps-page=maybe',
  sets: { 'hgm-maps-page': 'full-walk' },
  bug: {
    fix: 'RFC v2 15/47',
    posted: 'v1, v2 of hgm',
    violates: 'VM_BUG_ON(folio_mapped)',
    world: 'hgm-lockless',
    steps: 7,
  },
});
