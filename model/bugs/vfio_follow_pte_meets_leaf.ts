/** follow_fault_pfn() looks a frame up by follow_pte(), which knows PTEs alone. */
import { bug } from './bug.ts';

export default bug({
  title: 'vfio: Use the new follow_pfnmap API',
  author: 'Peter Xu',
  source: 'a77f9489f1d7 (v6.12)',
  says: 'a look-up fails, or stops the machine, where a leaf maps the frame',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'lookup-vfio': 'follow_pte' },
  bug: {
    fix: 'a77f9489f1d7',
    releases: 'until v6.11',
    there: 'nothing maps VM_PFNMAP by a leaf before v6.12, which has the mend as well',
    violates: 'VM_BUG_ON(pmd_trans_huge)',
    world: 'vfio-dma',
    steps: 2,
  },
});
