/** A VMA that is split in the middle of a PMD table goes on sharing it. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: unshare some PMDs when splitting VMAs',
  author: 'James Houghton',
  source: 'b30c14cd6102 (v6.2)',
  says: 'a shared table lies in two VMAs',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-split-unshare': 'stays' },
  bug: {
    fix: 'b30c14cd6102',
    releases: 'until v6.1',
    violates: 'H3',
    world: 'hugetlb-pmd-split',
    steps: 6,
  },
});
