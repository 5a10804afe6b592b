/** retract_page_tables() takes the PTE table out of its slot, and neither deposits nor frees it. */
import { NONE_PMD, pmd_offset } from '../mm/pgtable.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'mm/thp/pagecache/collapse: free the pte page table on collapse for ppc64',
  author: 'Aneesh Kumar K.V',
  source: '2017 (v4.11)',
  says: 'a collapse of a file leaks page tables',
  evidence: 'memory',
  base: 'v7.1',
  mm: {
    remove_page_table: () => (s, mm, slot) => s.pmd.put(pmd_offset(s.geometry, mm, slot), NONE_PMD),
  },
  bug: {
    fix: 'v4.11',
    releases: 'v4.10',
    violates: 'I-LIVE',
    world: 'collapse-file-hash',
    steps: 3,
  },
});
