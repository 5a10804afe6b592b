/** UFFDIO_WRITEPROTECT of hugetlb protects nothing where a page table is missing. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: pre-allocate pgtable pages for uffd wr-protects',
  author: 'Peter Xu',
  source: 'fed15f1345dc (v6.2)',
  says: 'a write there is never told',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-wp-tables': 'skips' },
  bug: {
    fix: 'fed15f1345dc',
    releases: 'v5.19 to v6.1',
    violates: 'H11-SET',
    world: 'hugetlb-wp-tables',
    steps: 4,
  },
});
