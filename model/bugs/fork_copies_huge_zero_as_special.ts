/** copy_huge_pmd() takes the huge zero folio for a frame of a device, since its leaf is special. */
import { Pmd } from '../state/mm_types.ts';
import { pmd_trans_huge } from '../mm/pgtable.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: mark PMD mappings of the huge zero folio special',
  author: 'David Hildenbrand',
  source: 'd82d09e48219 (v6.18), which exempts it in copy_huge_pmd()',
  says: 'a child has a leaf of the huge zero folio without the page table that zap withdraws',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    copy_as_special: () => (_s, e) => pmd_trans_huge(e) && Pmd.special(e) === 1,
  },
  bug: {
    fix: 'd82d09e48219',
    whatIf: 'd82d09e48219 (v6.18) without what exempts it',
    violates: 'I-NOEMPTY',
    world: 'huge-zero',
    steps: 3,
  },
});
