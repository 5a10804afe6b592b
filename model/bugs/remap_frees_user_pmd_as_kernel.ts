/** remap_pfn_range() empties a PMD slot by pmd_free_pte_page(), which is for kernel mappings: nothing counts the table. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: add PMD-level huge page support for remap_pfn_range() (RFC v1, v2)',
  author: 'Yin Tirui',
  source: 'v1 and v2 of "mm: add huge pfnmap support for remap_pfn_range()", 2025-09 and 2025-10',
  says: 'a page table is freed that pgtables_bytes still counts',
  evidence: 'mail',
  base: 'v7.1+huge-remap-pfn-range@v4',
  sets: { 'populated-slot': 'pmd-free-pte-page' },
  bug: {
    fix: 'v3',
    posted: 'RFC v1 and v2 of huge-remap-pfn-range',
    violates: 'I-NRPTES',
    world: 'pfnmap-install',
    steps: 1,
  },
});
