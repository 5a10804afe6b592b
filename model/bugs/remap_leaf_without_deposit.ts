/** remap_pfn_range() leaves its leaf in place when the page table that is to be deposited cannot be allocated. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: add PMD-level huge page support for remap_pfn_range() (RFC v1)',
  author: 'Yin Tirui',
  source: 'v1 of "mm: add huge pfnmap support for remap_pfn_range()", 2025-09-23',
  says: 'a leaf has no page table in reserve',
  evidence: 'mail',
  base: 'v7.1+huge-remap-pfn-range@v4',
  sets: { 'alloc-failure': 'leaf-stays' },
  bug: {
    fix: 'v2',
    posted: 'RFC v1 of huge-remap-pfn-range',
    violates: 'I-ATOM',
    world: 'pfnmap-install',
    steps: 1,
  },
});
