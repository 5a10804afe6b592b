/** hugetlb_change_protection() tries a marker that stays a marker again and again. */
import { bug } from './bug.ts';

export default bug({
  title: 'hugetlb: hugetlb_change_protection() tries a marker that stays a marker again and again',
  author: 'James Houghton',
  source: '"[RFC PATCH v2 00/47] hugetlb: introduce HugeTLB high-granularity mapping", linux-mm, 2022-10-21, 17/47',
  says: 'mprotect() of what is protected by userfaultfd never returns',
  evidence: 'mail',
  base: 'v7.3+hgm-mapcount@M3-repaired',
  sets: { 'hgm-protect-marker': 'retries' },
  bug: {
    fix: 'v1 18/46',
    posted: 'RFC v2 of hgm',
    violates: 'endless-loop',
    world: 'hgm-protect',
    steps: 5,
  },
});
