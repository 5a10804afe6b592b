/** A PUD mapping of a file moves mapcounts, and no statistic. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/rmap: A PUD mapping of a file moves mapcounts, and no statistic',
  author: 'Alistair Popple',
  source: '"Fix ZONE_DEVICE page reference counts", linux-mm, v4; David Hildenbrand on v4, 2024-12-17',
  says: 'NR_FILE_MAPPED and _nr_pages_mapped do not know of PUD leaves',
  evidence: 'mail',
  base: 'v7.1',
  sets: { 'pud-rmap': 'mapcounts-only' },
  bug: {
    fix: 'v5, 2025-01-07',
    posted: 'v4 of dax-refcount',
    violates: 'I-STAT',
    world: 'device-pud',
    steps: 2,
  },
});
