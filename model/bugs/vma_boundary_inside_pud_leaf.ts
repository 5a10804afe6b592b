/** vma_adjust_trans_huge() takes the frame of a PUD leaf for a PMD table, where a VMA is split inside it. */
import { bug } from './bug.ts';

export default bug({
  title: 'a VMA is split inside a PUD leaf, unaligned',
  source: 'v7.1 mm/huge_memory.c vma_adjust_trans_huge(), mm_find_pmd()',
  says: 'the address of a BAR is used as that of a page table',
  evidence: 'source',
  base: 'v7.1+vma-split-pud=splits',
  sets: { 'vma-split-pud': 'ignored' },
  bug: {
    fix: 'none',
    releases: 'v6.12 to v7.3',
    violates: 'descent-into-leaf',
    world: 'vfio-parts',
    steps: 3,
  },
});
