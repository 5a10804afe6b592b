/** zap_huge_pmd() drops the dirty bit of the leaf of a file. */
import { bug } from './bug.ts';

export default bug({
  title: 'zap_huge_pmd() of a dirty leaf',
  source: '6.12.117 and 7.3.4 keep it',
  says: 'that a file was written to is lost with its last mapping',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'zap-pmd-dirty': 'no' },
  bug: {
    fix: 'v7.3, 6.12.117',
    releases: 'until v7.2',
    violates: 'I-DIRTY',
    world: 'shmem',
    steps: 4,
  },
});
