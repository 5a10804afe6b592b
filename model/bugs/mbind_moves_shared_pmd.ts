/** mbind() moves a hugepage that others have by a shared PMD table. */
import { bug } from './bug.ts';

export default bug({
  title: 'migrate: hugetlb: check for hugetlb shared PMD in node migration',
  author: 'Mike Kravetz',
  source: '73bdf65ea748 (v6.2)',
  says: 'its mapcount is one for all who share the table',
  evidence: 'source',
  base: 'v7.3',
  sets: { 'hugetlb-shared-pmd': 'ignored' },
  bug: {
    fix: '73bdf65ea748',
    releases: 'until v6.1',
    violates: 'H-MBIND',
    world: 'hugetlb-pmd-share',
    steps: 5,
  },
});
