/** change_pud_range() takes a PUD leaf for a bad entry, and clears it. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/mprotect: fix dax pud handlings',
  author: 'Peter Xu',
  source: 'cb0f01beb166 (v6.12); Fixes a00cc7d9dd93, 27af67f35631',
  says: 'mprotect() loses a PUD leaf',
  evidence: 'source',
  base: 'v6.12+vma-split-pud=splits',
  sets: { 'mprotect-pud': 'bad' },
  bug: {
    fix: 'cb0f01beb166',
    releases: 'until v6.11',
    there: 'the leaf is one of device-dax',
    violates: 'bad-pud',
    world: 'vfio-parts',
    steps: 3,
  },
});
