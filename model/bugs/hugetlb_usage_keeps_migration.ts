/** A hugepage that is unmapped while it migrates stays in hugetlb_usage. */
import { bug } from './bug.ts';

export default bug({
  title: 'mm/hugetlb: a hugepage that is unmapped while it migrates stays in hugetlb_usage',
  source: 'v6.1.192 to v7.3.4 mm/hugetlb.c __unmap_hugepage_range(), mm/rmap.c try_to_migrate_one()',
  says: 'HugetlbPages of a process that maps nothing is not 0',
  evidence: 'source',
  base: 'v7.3+hugetlb-zap-migration-usage=counted+hugetlb-fork-migration-usage=counted',
  sets: { 'hugetlb-zap-migration-usage': 'kept' },
  bug: {
    fix: 'none yet',
    releases: 'v6.1 to v7.3',
    violates: 'H9',
    world: 'hugetlb-migration',
    steps: 4,
  },
});
