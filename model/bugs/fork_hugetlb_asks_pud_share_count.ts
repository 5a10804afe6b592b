/** fork() of private hugepages of 1G asks for a share count that nobody sets. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: fork() of private hugepages of 1G asks for a share count that nobody sets',
  source: 'v6.12.117 to v7.3.4 mm/hugetlb.c copy_hugetlb_page_range(), include/linux/hugetlb.h hugetlb_pmd_shared()',
  says: 'a child may get no copy of what its parent has written',
  evidence: 'source',
  base: 'v7.3+hugetlb-fork-share-count=own',
  sets: { 'hugetlb-fork-share-count': 'left-over' },
  bug: {
    fix: 'none yet',
    releases: 'since v6.13; the stable series of v6.1 and v6.12',
    violates: 'H21-OWN',
    world: 'hugetlb-private-fork',
    steps: 3,
  },
});
