/** mremap() moves uffd-wp to a VMA that is not registered any more. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: clear uffd-wp PTE/PMD state on mremap()',
  author: 'Ryan Roberts',
  source: '"mm: clear uffd-wp PTE/PMD state on mremap()" (v6.14)',
  says: 'a write there faults without end',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'hugetlb-move-wp': 'moves' },
  bug: {
    fix: 'v6.14, 6.12.11, 6.1.191',
    releases: 'until v6.13',
    violates: 'fault-loop',
    world: 'hugetlb-move',
    steps: 6,
  },
});
