/** A PUD mapping of a file is counted in NR_FILE_PMDMAPPED. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/rmap: A PUD mapping of a file is counted in NR_FILE_PMDMAPPED',
  author: 'Alistair Popple',
  source: '"Fix ZONE_DEVICE page reference counts", linux-mm, v1 07/13 to v3; David Hildenbrand on v3, 2024-12-14',
  says: 'the PUD level falls into the code of the PMD level, statistic included',
  evidence: 'mail',
  base: 'v7.1',
  sets: { 'pud-rmap': 'pmd-mapped' },
  bug: {
    fix: 'v5, 2025-01-07',
    posted: 'v1 to v3 of dax-refcount',
    violates: 'I-STAT',
    world: 'device-pud',
    steps: 2,
  },
});
