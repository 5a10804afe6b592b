/** __split_huge_pmd_locked() leaves the deposit of a file leaf, where arch_needs_pgtable_deposit() asks for one. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: add PMD-level huge page support for remap_pfn_range() (RFC v1)',
  author: 'Yin Tirui',
  source: 'syzbot ci on v1, 2025-09-23 (non-zero pgtables_bytes); freed in v2',
  says: 'a split of a file leaf leaks its page table',
  evidence: 'mail',
  base: 'v7.1+huge-remap-pfn-range@v4+arch-needs-deposit=yes',
  sets: { 'split-file-frees-deposit': 'no' },
  bug: {
    fix: 'v2, 2025-10-16',
    posted: 'RFC v1 of huge-remap-pfn-range',
    violates: 'I-NRPTES',
    world: 'shmem-thp',
    steps: 4,
  },
});
