/** CPUs keep what they remember of a PMD table that is unshared. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlbfs: flush TLBs correctly after huge_pmd_unshare',
  author: 'Nadav Amit',
  source: 'a4a118f2eead (v5.16)',
  says: 'a process goes on using a table that is free, or of others',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-unshare-flush': 'never' },
  bug: {
    fix: 'a4a118f2eead',
    releases: 'until v5.15',
    violates: 'H-TLB',
    world: 'hugetlb-guest',
    steps: 5,
  },
});
