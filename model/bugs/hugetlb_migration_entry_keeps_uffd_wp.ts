/** UFFDIO_WRITEPROTECT passes over migration entries that are not writable. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: fix uffd-wp handling for migration entries in hugetlb_change_protection()',
  author: 'David Hildenbrand',
  source: '44f86392bdd1 (v6.2)',
  says: 'what is taken back stays, and a write faults without end',
  evidence: 'source',
  base: 'v6.1+hugetlb-protect-migration=any+hugetlb-protect-marker=kept',
  sets: { 'hugetlb-protect-migration': 'writable' },
  bug: {
    fix: '44f86392bdd1',
    releases: 'v5.19 to v6.1',
    violates: 'fault-loop',
    world: 'hugetlb-wp-migration',
    steps: 9,
  },
});
