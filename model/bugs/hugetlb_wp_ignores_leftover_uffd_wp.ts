/** hugetlb_wp() leaves a page alone that has uffd-wp of a registration that has ended. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: hugetlb_wp() leaves a page alone that has uffd-wp of a registration that has ended',
  source: 'v7.1.5 mm/hugetlb.c hugetlb_fault(), hugetlb_wp(); v7.3.4 clears the bit',
  says: 'a write faults without end',
  evidence: 'source',
  base: 'v7.1+hugetlb-leftover-wp=cleared',
  sets: { 'hugetlb-leftover-wp': 'nothing' },
  bug: {
    fix: 'v7.3',
    releases: 'until v7.2',
    violates: 'fault-loop',
    world: 'hugetlb-uffd',
    steps: 6,
  },
});
