/** hva_to_pfn_remapped() looks a frame up by follow_pte(), which knows PTEs alone. */
import { bug } from './bug.ts';

export default bug({
  title: 'KVM: Use follow_pfnmap API',
  author: 'Peter Xu',
  source: '5731aacd54a8 (v6.12)',
  says: 'a look-up fails, or stops the machine, where a leaf maps the frame',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'lookup-kvm': 'follow_pte' },
  bug: {
    fix: '5731aacd54a8',
    releases: 'until v6.11',
    there: 'nothing maps VM_PFNMAP by a leaf before v6.12, which has the mend as well',
    violates: 'I-FOUND',
    world: 'second-stage-slot',
    steps: 2,
  },
});
