/** get_old_pud() takes a PUD leaf for a bad entry, and clears it. */
import { bug } from './bug.ts';

export default bug({
  title: 'mremap() of a PUD leaf',
  source: 'v7.1 mm/mremap.c get_old_pud()',
  says: 'mremap() loses a PUD leaf',
  evidence: 'source',
  base: 'v7.1+mremap-pud=leaf',
  sets: { 'mremap-pud': 'bad' },
  bug: {
    fix: 'none',
    releases: 'v6.12 to v7.3',
    violates: 'bad-pud',
    world: 'vfio-move',
    steps: 3,
  },
});
