/** UFFDIO_WRITEPROTECT that gets no memory for a table stops, and says that all went well. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/uffd: detect pgtable allocation failures',
  author: 'Peter Xu',
  source: 'd1751118c886 (v6.3)',
  says: 'what comes behind is not protected',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-wp-tables': 'allocates-or-stops' },
  bug: {
    fix: 'd1751118c886',
    releases: 'v6.2',
    violates: 'H11-SET',
    world: 'hugetlb-wp-tables',
    steps: 4,
  },
});
