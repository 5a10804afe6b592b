/** unmap_ref_private() unmaps the address of the fault in every VMA that it finds. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: unmap_ref_private() unmaps the address of the fault in every VMA that it finds',
  source: 'v6.1.192 to v7.2.13 mm/hugetlb.c unmap_ref_private(); v7.3.4 asks vma_filebacked_address()',
  says: 'a process loses a page that it has written',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-ref-private': 'parent' },
  bug: {
    fix: 'v7.3',
    releases: 'until v7.2',
    violates: 'own-page-unmapped',
    world: 'hugetlb-private',
    steps: 6,
  },
});
