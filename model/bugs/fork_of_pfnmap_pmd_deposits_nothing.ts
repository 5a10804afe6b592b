/** copy_huge_pmd() gives the child of a special leaf no deposit, and zap withdraws one. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: add PMD-level huge page support for remap_pfn_range() (RFC v1, v2)',
  author: 'Yin Tirui',
  source: 'syzbot ci on v1 and v2, 2025-09-23 and 2025-10-16 (pgtable_trans_huge_withdraw)',
  says: 'the end of a child withdraws a page table that it has not',
  evidence: 'mail',
  base: 'v7.1+huge-remap-pfn-range@v4',
  sets: { 'fork-deposit': 'no' },
  bug: {
    fix: 'v3',
    posted: 'RFC v1 and v2 of huge-remap-pfn-range',
    violates: 'I-NOEMPTY',
    world: 'pfnmap',
    steps: 2,
  },
});
