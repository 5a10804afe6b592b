/** hva_to_pfn_remapped() takes what follow_pte() has found for writable. */
import { Found, Lookup, LookupUser } from '../state/lookups.ts';
import { bug } from './bug.ts';

export default bug({
  title: 'KVM: do not assume PTE is writable after follow_pfn',
  author: 'Paolo Bonzini',
  source: 'v5.12',
  says: 'a guest writes to what its process may only read',
  evidence: 'source',
  base: 'v7.1',
  mm: {
    lookup_end: (base) => (s) => {
      if (Lookup.user(s.lookup.at(0)) === LookupUser.kvm) s.found.put(0, Found.mkWrite(s.found.at(0), 1));
      return base(s);
    },
  },
  bug: {
    fix: 'v5.12',
    releases: 'until v5.11',
    violates: 'I-SECOND',
    world: 'second-stage-private',
    steps: 5,
  },
});
