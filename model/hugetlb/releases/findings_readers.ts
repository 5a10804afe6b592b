/** What releases of hugetlb are known to say wrongly of hugepages that are being migrated. */
import type { Finding } from '../../releases/finding.ts';
import type { HugetlbRelease } from './releases.ts';

export const READERS_FINDINGS: readonly Finding<HugetlbRelease>[] = [
  {
    name: 'hugetlb-smaps-of-migration',
    says: 'smaps counts a hugepage that is being migrated, and that another process has as well, as Private_Hugetlb: it asks the mapcount, which migration has taken away',
    cites:
      '"fs/proc/task_mmu: account non-present entries as maybe shared, but no idea how often", linux-mm, 2024-06-07 (v6.11); v6.1.192 fs/proc/task_mmu.c smaps_hugetlb_range()',
    status: 'known bug',
    kernels: ['v6.1.192', 'v6.1'],
    worlds: ['hugetlb-readers'],
    properties: ['H-SMAPS'],
    repair: [{ toggle: 'hugetlb-smaps-swap', value: 'shared' }],
  },
  {
    name: 'hugetlb-mbind-misses-migration',
    says: 'mbind() with MPOL_MF_MOVE and MPOL_MF_STRICT says that all could be moved, though a hugepage of its range is being migrated, and stays out of it',
    cites:
      '1cb5d11a370f "mempolicy: fix migrate_pages(2) syscall return nr_failed" (v6.7); v6.1.192 mm/mempolicy.c queue_pages_hugetlb()',
    status: 'known bug',
    kernels: ['v6.1.192', 'v6.1'],
    worlds: ['hugetlb-readers'],
    properties: ['H-MBIND-EIO'],
    repair: [{ toggle: 'hugetlb-mbind-migration', value: 'failed' }],
  },
];
