/** A child without a userfaultfd gets leaves with uffd-wp. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: fix uffd-wp during fork()',
  author: 'Peter Xu',
  source: '5a2f8d22ace4 (v6.4)',
  says: 'a write of the child faults without end',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'hugetlb-fork-leaf': 'as-they-are' },
  bug: {
    fix: '5a2f8d22ace4',
    releases: 'until v6.3',
    violates: 'fault-loop',
    world: 'hugetlb-wp-fork',
    steps: 7,
  },
});
