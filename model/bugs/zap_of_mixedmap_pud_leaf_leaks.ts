/** zap_huge_pud() asks the VMA whether there is a folio, and not the entry. */
import { bug } from './bug.ts';

export default bug({
  title: 'zap_huge_pud() of a folio in VM_MIXEDMAP',
  source: 'v7.1 mm/huge_memory.c zap_huge_pud()',
  says: 'a PUD leaf of a driver leaves its folio counted',
  evidence: 'source',
  base: 'v7.1+leaf-counted-by=entry+fork-counts-pud=yes+vma-split-pud=splits',
  mm: {
    counts_pud: () => (s, vma) => !s.kernel.vma_is_special_huge(vma),
  },
  bug: {
    fix: 'none',
    releases: 'v6.15 to v7.3',
    there: 'no driver of the tree has such leaves, and the world has one',
    violates: 'I-REF',
    world: 'mixedmap-pud',
    steps: 3,
  },
});
