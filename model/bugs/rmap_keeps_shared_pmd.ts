/** A hugepage that migrates is taken from all who share its PMD table, and one of them is told. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: migration: fix migration of huge PMD shared pages',
  author: 'Mike Kravetz',
  source: '017b1660df89 (v4.20), dff11abe280b',
  says: 'others keep translations of it',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-rmap-unshare': 'kept' },
  bug: {
    fix: '017b1660df89',
    releases: 'until v4.19',
    violates: 'H-TLB',
    world: 'hugetlb-guest',
    steps: 5,
  },
});
