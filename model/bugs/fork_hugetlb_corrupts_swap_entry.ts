/** fork() clears uffd-wp of a migration entry by the bit that a leaf has it in. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: fix swap entry corruption when clearing uffd-wp at fork()',
  source: '"mm/hugetlb: fix swap entry corruption when clearing uffd-wp at fork()" (v7.2)',
  says: 'the child gets the entry of another frame',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-fork-swap': 'present-bit' },
  bug: {
    fix: 'v7.2, 6.12.103, 6.1.183',
    releases: 'until v7.1',
    violates: 'H4',
    world: 'hugetlb-migration',
    steps: 4,
  },
});
