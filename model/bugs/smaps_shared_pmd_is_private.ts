/** smaps takes a hugepage for private that others have by a shared PMD table. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm: hugetlb: proc: check for hugetlb shared PMD in /proc/PID/smaps',
  author: 'Mike Kravetz',
  source: '3489dbb696d2 (v6.2)',
  says: 'its mapcount is one for all who share the table',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-shared-pmd': 'ignored' },
  bug: {
    fix: '3489dbb696d2',
    releases: 'until v6.1',
    violates: 'H-SMAPS',
    world: 'hugetlb-pmd-share',
    steps: 5,
  },
});
