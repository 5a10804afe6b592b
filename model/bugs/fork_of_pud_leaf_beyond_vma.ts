/** copy_huge_pud() copies a leaf of which its VMA has a half: nobody has split it with the VMA. */
import { bug } from './bug.ts';

export default bug({
  title: 'a VMA is split inside a PUD leaf, 2M-aligned',
  source: 'v7.1 mm/huge_memory.c vma_adjust_trans_huge()',
  says: 'a child maps a device where it has no VMA',
  evidence: 'source',
  base: 'v7.1+vma-split-pud=splits',
  sets: { 'vma-split-pud': 'ignored' },
  bug: {
    fix: 'none',
    releases: 'v6.12 to v7.3',
    violates: 'I-TRANS',
    world: 'vfio-dontfork',
    steps: 4,
  },
});
