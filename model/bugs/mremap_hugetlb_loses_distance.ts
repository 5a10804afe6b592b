/** mremap() goes on at the destination behind what a missing table would span there. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: mremap() goes on at the destination behind what a missing table would span there',
  source: 'v7.1.5 mm/hugetlb.c move_hugetlb_page_tables(); mended in 6.1.191, 6.12.112 and v7.2',
  says: 'entries come to places that their pages do not move to',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-move-skip': 'rounded-up' },
  bug: {
    fix: 'v7.2',
    releases: 'until v7.1',
    violates: 'entry-outside-vma',
    world: 'hugetlb-move-far',
    steps: 3,
  },
});
