/** pmd_modify() of x86 drops the dirty bit of a writable leaf. */
import { bug } from './bug.ts';

export default bug({
  title: 'pmd_modify() of x86',
  source: '6.12.117 and 7.3.4 keep it',
  says: 'mprotect() loses that a leaf was written to',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'pmd-modify-dirty': 'drops' },
  bug: {
    fix: 'v7.3, 6.12.117',
    releases: 'until v7.2',
    violates: 'I-LAZYFREE',
    world: 'lazyfree-thp',
    steps: 5,
  },
});
