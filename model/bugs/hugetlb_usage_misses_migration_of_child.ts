/** A child that is forked while a hugepage migrates does not count it. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: a child that is forked while a hugepage migrates does not count it',
  source: 'v6.1.192 to v7.3.4 mm/hugetlb.c copy_hugetlb_page_range(), mm/migrate.c remove_migration_pte()',
  says: 'HugetlbPages of the child falls below zero',
  evidence: 'source',
  base: 'v7.3+hugetlb-zap-migration-usage=counted+hugetlb-fork-migration-usage=counted',
  sets: { 'hugetlb-fork-migration-usage': 'kept' },
  bug: {
    fix: 'none yet',
    releases: 'v6.1 to v7.3',
    violates: 'H9',
    world: 'hugetlb-migration',
    steps: 4,
  },
});
