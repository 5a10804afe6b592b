/** The copy that a child gets of a pinned hugepage loses its uffd-wp. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: fix uffd-wp during fork()',
  author: 'Peter Xu',
  source: '5a2f8d22ace4 (v6.4)',
  says: 'a write of the child is not told',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-fork-pinned': 'lost' },
  bug: {
    fix: '5a2f8d22ace4',
    releases: 'until v6.3',
    violates: 'H21',
    world: 'hugetlb-wp-pinned',
    steps: 6,
  },
});
