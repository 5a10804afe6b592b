/** __split_huge_pmd_locked() asks the VMA whether there is a folio, and not the entry. */
import { bug } from './bug.ts';

export default bug({
  title: 'split of a PMD leaf of a folio in VM_MIXEDMAP',
  source: 'v7.1 mm/huge_memory.c __split_huge_pmd_locked()',
  says: 'a PMD leaf of a driver leaves its folio counted',
  evidence: 'source',
  base: 'v7.1+leaf-counted-by=entry',
  mm: {
    split_counts_pmd: () => (s, vma) => !s.kernel.vma_is_special_huge(vma),
  },
  bug: {
    fix: 'none',
    releases: 'v6.15 to v7.3',
    there: 'no driver of the tree has such leaves, and the world has one',
    violates: 'I-REF',
    world: 'mixedmap',
    steps: 3,
  },
});
