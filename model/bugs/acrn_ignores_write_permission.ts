/** acrn_vm_ram_map() does not ask whether the entry may be written. */
import { Found } from '../state/lookups.ts';
import { pfn_valid } from '../mm/page_flags.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'drivers/virt/acrn: fix PFNMAP PTE checks in acrn_vm_ram_map()',
  author: 'David Hildenbrand',
  source: 'v6.10',
  says: 'an ACRN guest writes to what its process may only read',
  evidence: 'source',
  base: 'v7.1+lookup-inaccessible=refused',
  mm: {
    acrn_refuses: () => (s, _e, at) => pfn_valid(s, Found.pfn(at)),
  },
  bug: {
    fix: 'v6.10',
    releases: 'until v6.9',
    violates: 'I-RIGHTS',
    world: 'acrn-map',
    steps: 8,
  },
});
