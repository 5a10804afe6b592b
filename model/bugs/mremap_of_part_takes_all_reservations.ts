/** mremap() of a part of a private mapping takes the reservations of all of it. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: mremap() of a part of a private mapping takes the reservations of all of it',
  source: 'v6.1.192 to v7.3.4 mm/mremap.c move_vma(), mm/hugetlb.c clear_vma_resv_huge_pages()',
  says: 'the page left behind gets SIGBUS',
  evidence: 'source',
  base: 'v7.3+hugetlb-mremap-part=part',
  sets: { 'hugetlb-mremap-part': 'all' },
  bug: {
    fix: 'none yet',
    releases: 'v6.1 to v7.3',
    violates: 'H-RESV',
    world: 'hugetlb-move-private',
    steps: 2,
  },
});
