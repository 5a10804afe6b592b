/** generic_access_phys() looks a frame up by follow_pte(), which knows PTEs alone. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/access_process_vm: use the new follow_pfnmap API',
  author: 'Peter Xu',
  source: 'b17269a51cc7 (v6.12)',
  says: 'a look-up fails, or stops the machine, where a leaf maps the frame',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'lookup-access': 'follow_pte' },
  bug: {
    fix: 'b17269a51cc7',
    releases: 'until v6.11',
    there: 'nothing maps VM_PFNMAP by a leaf before v6.12, which has the mend as well',
    violates: 'I-FOUND',
    world: 'phys-access-leaf',
    steps: 3,
  },
});
