/** What no release of hugetlb does: repairs of what is known to be wrong, and mistakes of kernels older than those modelled. */
import { asItIs, type HugetlbToggle } from '../series/toggle.ts';

export const HUGETLB_WHAT_IFS: readonly HugetlbToggle[] = [
  {
    name: 'hugetlb-zap-migration',
    says: 'whether hugetlb_usage counts less where a migration entry is unmapped',
    cites: 'v6.1 .. v7.3.4 mm/hugetlb.c __unmap_hugepage_range(), mm/rmap.c try_to_migrate_one()',
    values: [
      asItIs('kept', 'it counts what it did, for good'),
      { value: 'counted', says: 'it does, by the hugepage', patch: { zap_counts_migration: () => () => true } },
    ],
  },
];
