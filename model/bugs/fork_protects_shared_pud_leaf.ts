/** copy_huge_pud() takes the right to write from every PUD leaf, in parent and child, also of a shared mapping. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/fork: accept huge pfnmap entries',
  author: 'Peter Xu',
  source: 'bc02afbd4d73 (v6.12)',
  says: 'fork() takes the right to write from shared PUD leaves',
  evidence: 'source',
  base: 'v7.1',
  sets: { 'fork-pud-write': 'all' },
  bug: {
    fix: 'bc02afbd4d73',
    releases: 'until v6.11',
    there: 'no PUD leaf is copied before v6.12: device-dax has the only ones, and its shared VMAs are passed over',
    violates: 'I-PERM',
    world: 'vfio-bar',
    steps: 3,
  },
});
