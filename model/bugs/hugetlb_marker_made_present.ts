/** hugetlb_change_protection() takes a uffd-wp marker for a leaf. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: fix PTE marker handling in hugetlb_change_protection()',
  author: 'David Hildenbrand',
  source: '0e678153f5be (v6.2)',
  says: 'a present entry of no frame comes of it',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-protect-marker': 'made-present' },
  bug: {
    fix: '0e678153f5be',
    releases: 'v5.19 to v6.1',
    violates: 'marker-made-present',
    world: 'hugetlb-uffd',
    steps: 5,
  },
});
