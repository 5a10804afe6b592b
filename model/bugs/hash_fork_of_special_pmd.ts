/** copy_huge_pmd() deposits nothing for a special leaf, where the hash MMU needs a table for each. */
import { bug } from './bug.ts';

export default bug({
  title: 'fork() of a special leaf with the hash MMU',
  source: 'v7.1 mm/huge_memory.c copy_huge_pmd()',
  says: 'the end of a child wipes a page table that is not there',
  evidence: 'source',
  base: 'v7.1+fork-deposit=has-deposited+hash-pud-order=no',
  sets: { 'fork-deposit': 'no' },
  bug: {
    fix: 'none',
    releases: 'v7.1 to v7.3',
    violates: 'I-ORDER',
    world: 'vfio-hash',
    steps: 3,
  },
});
