/** acrn_vm_ram_map() looks a frame up by follow_pte(), which knows PTEs alone. */
import { bug } from './bug.ts';

export default bug({
  title: 'acrn: use the new follow_pfnmap API',
  author: 'Peter Xu',
  source: 'e6bc784c24fd (v6.12)',
  says: 'a look-up fails, or stops the machine, where a leaf maps the frame',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'lookup-acrn': 'follow_pte' },
  bug: {
    fix: 'e6bc784c24fd',
    releases: 'until v6.11',
    there: 'nothing maps VM_PFNMAP by a leaf before v6.12, which has the mend as well',
    violates: 'VM_BUG_ON(pmd_trans_huge)',
    world: 'acrn-map',
    steps: 3,
  },
});
