/** thp_vma_allowable_order() asks the sysfs policy of transparent huge pages also of VM_PFNMAP. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/huge_memory: bypass THP tuneables for huge pfnmap mappings',
  author: 'Lorenzo Stoakes',
  source: '2026-08 to 2026-09 (v7.3-rc, 6.12.115)',
  says: 'a BAR is mapped by PTEs where transparent huge pages are turned off',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'thp-policy-pfnmap': 'gates' },
  bug: {
    fix: 'v7.3-rc',
    releases: 'v6.12 to v7.2',
    violates: 'I-FITS',
    world: 'rfc-thp-never',
    steps: 2,
  },
});
