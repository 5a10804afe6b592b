/** copy_huge_pmd() copies no leaf of VM_PFNMAP, although vma_needs_copy() has asked for it. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/fork: accept huge pfnmap entries',
  author: 'Peter Xu',
  source: 'bc02afbd4d73 (v6.12)',
  says: 'a child has no leaf of VM_PFNMAP, and where nothing faults it has nothing',
  evidence: 'source',
  base: 'v7.1+huge-remap-pfn-range@v4',
  sets: { 'fork-special-pmd': 'skips' },
  bug: {
    fix: 'bc02afbd4d73',
    releases: 'until v6.11',
    there:
      'nothing maps VM_PFNMAP by a leaf before v6.12, which has the mend; what a handler faults in again nobody misses, so that it is seen where remap_pfn_range() maps by leaves',
    violates: 'I-REFAULT',
    world: 'pfnmap',
    steps: 2,
  },
});
