/** An mremap() that fails takes the reservations of the mapping that stays. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: an mremap() that fails takes the reservations of the mapping that stays',
  source:
    'v6.18.44, v7.1.5 and v7.2.13 mm/mremap.c copy_vma_and_data(); v6.12.117 and v7.3.4 take those of the new VMA',
  says: 'a page that was promised gets SIGBUS',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-mremap-fixup': 'source' },
  bug: {
    fix: 'v7.3',
    releases: 'v6.17 to v7.2',
    violates: 'H22-FAILED',
    world: 'hugetlb-move-fails',
    steps: 3,
  },
});
