/** A walk takes markers, migration entries and hwpoison entries for tables. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: a walk takes markers, migration entries and hwpoison entries for tables',
  author: 'James Houghton',
  source: '"[RFC PATCH 00/26] hugetlb: Introduce HugeTLB high-granularity mapping", linux-mm, 2022-06-24, 11/26',
  says: 'what is not none, and no leaf, is followed',
  evidence: 'inferred',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-marker': 'as-table' },
  bug: {
    fix: 'RFC v2 11/47',
    posted: 'RFC v1 of hgm',
    violates: 'swap-entry-as-table',
    world: 'hgm-protect',
    steps: 6,
  },
});
