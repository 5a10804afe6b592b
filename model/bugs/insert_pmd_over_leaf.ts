/** insert_pfn_pmd() writes the leaf, and deposits a table, also where there is one already. */
import { NONE_PMD, pmd_offset } from '../mm/pgtable.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory.c: fix modifying of page protection by insert_pfn_pmd()',
  author: 'Aneesh Kumar K.V',
  source: 'c6f3c5ee40c1 (v5.1)',
  says: 'a second fault leaks a page table, and forgets what the leaf was',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    insert_pmd: (base) => (s, mm, slot, pfn, prot, write, fop) => {
      s.pmd.put(pmd_offset(s.geometry, mm, slot), NONE_PMD);
      return base(s, mm, slot, pfn, prot, write, fop);
    },
  },
  bug: {
    fix: 'c6f3c5ee40c1',
    releases: 'until v5.0',
    violates: 'I-NRPTES',
    world: 'fsdax-hash',
    steps: 6,
  },
});
