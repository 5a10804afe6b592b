/** What the releases of hugetlb are known to violate. */
import type { Finding } from '../../releases/finding.ts';
import { HUGETLB_RELEASES, type HugetlbRelease } from './releases.ts';

export const HUGETLB_FINDINGS: readonly Finding<HugetlbRelease>[] = [
  {
    name: 'hugetlb-usage-of-migration',
    says: 'a hugepage that is unmapped while it migrates stays in hugetlb_usage of its process (HugetlbPages of /proc/PID/status): try_to_migrate_one() leaves it counted for remove_migration_pte(), which finds no entry any more, and __unmap_hugepage_range() uncounts leaves only',
    cites:
      'v6.1.192 .. v7.3.4 mm/hugetlb.c __unmap_hugepage_range(), mm/rmap.c try_to_migrate_one(), mm/migrate.c remove_migration_pte()',
    status: 'candidate',
    kernels: HUGETLB_RELEASES,
    worlds: ['hugetlb-migration'],
    properties: ['H9'],
    repair: [{ toggle: 'hugetlb-zap-migration', value: 'counted' }],
  },
];
