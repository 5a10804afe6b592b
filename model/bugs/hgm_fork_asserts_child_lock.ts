/** fork() walks the tables of a child in which high granularity is not enabled. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: fork() walks the tables of a child in which high granularity is not enabled',
  author: 'James Houghton',
  source:
    '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24, 19/26; RFC v2 25/47',
  says: 'the walk asserts what no child has',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired+hgm-kept-at=data',
  sets: { 'hgm-fork-child': 'asserts' },
  bug: {
    fix: 'v1 26/46',
    posted: 'RFC v1, RFC v2 of hgm',
    violates: 'BUG_ON(!hgm_enabled)',
    world: 'hgm-fork',
    steps: 5,
  },
});
