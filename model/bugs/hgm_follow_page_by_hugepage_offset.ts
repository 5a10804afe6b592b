/** hugetlb_follow_page_mask() counts from the first page of a leaf as from that of the hugepage. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: hugetlb_follow_page_mask() counts from the first page of a leaf as from that of the hugepage',
  author: 'James Houghton',
  source: '"[PATCH 00/46] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2023-01-05, 20/46; v2 21/46',
  says: 'move_pages() is told of another page, or of one behind the hugepage',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-follow-page': 'hugepage-offset' },
  bug: {
    fix: 'none in any version',
    posted: 'v1, v2 of hgm',
    violates: 'H-NODE',
    world: 'hgm-gup',
    steps: 7,
  },
});
