/** acrn_vm_ram_map() looks up the first page, and takes all others to follow it. */
import { bug } from './bug.ts';

export default bug({
  title: 'drivers/virt/acrn: fix PFNMAP PTE checks in acrn_vm_ram_map()',
  author: 'David Hildenbrand',
  source: 'v6.10',
  says: 'an ACRN guest gets frames that its process does not map',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'lookup-acrn-pages': 'first' },
  bug: {
    fix: 'v6.10',
    releases: 'until v6.9',
    violates: 'I-SCOPE',
    world: 'acrn-map',
    steps: 4,
  },
});
