/** hugetlb_follow_page_mask() takes the entry of the hugepage for the leaf that the walk has found. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: hugetlb_follow_page_mask() takes the entry of the hugepage for the leaf that the walk has found',
  author: 'James Houghton',
  source: '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 19/47',
  says: 'a page table is returned as a page, with a reference',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-follow-page': 'hstate-entry' },
  bug: {
    fix: 'v1 20/46',
    posted: 'RFC v2 of hgm',
    violates: 'page-table-followed',
    world: 'hgm-gup',
    steps: 6,
  },
});
