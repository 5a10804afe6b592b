/** fork() copies the leaf of a PUD-sized folio, and counts nothing. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: fork() copies the leaf of a PUD-sized folio, and counts nothing',
  source: 'v7.1 mm/huge_memory.c copy_huge_pud(); no VMA in the tree brings it there',
  says: 'the child maps a folio without a reference, a mapping or rss',
  evidence: 'source',
  base: 'v7.1+fork-counts-pud=yes+leaf-counted-by=entry+vma-split-pud=splits',
  sets: { 'fork-counts-pud': 'no' },
  bug: {
    fix: 'none',
    releases: 'v6.15 to v7.3',
    there: 'no driver of the tree has such leaves, and the world has one',
    violates: 'I-REF',
    world: 'mixedmap-pud',
    steps: 3,
  },
});
