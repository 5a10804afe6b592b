/** What releases differ in where hugetlb is migrated, where it breaks, and where somebody only looks. */
import { asItIs } from '../series/toggle.ts';
import { type HugetlbDifference, hugetlbHistory } from './releases.ts';

export const RMAP_DIFFERENCES: readonly HugetlbDifference[] = [
  {
    name: 'hugetlb-migration-lock',
    says: 'how long a migration holds the i_mmap_rwsem of a file',
    cites: 'v6.1.162 and v6.12.68 change the order; v6.18.44 and v7.1.5 mm/migrate.c unmap_and_move_huge_page()',
    at: hugetlbHistory('unmap', { 'v6.18': 'whole' }, { 'v6.1.192': 'whole', 'v6.12.117': 'whole' }),
    values: [
      asItIs('whole', 'until the pages are mapped again'),
      {
        value: 'unmap',
        says: 'while they are unmapped, and again while they are mapped',
        patch: { migration_holds_i_mmap: () => () => false },
      },
    ],
  },
  {
    name: 'hugetlb-poison-migratable',
    says: 'whether a hugepage that has broken can be isolated for migration',
    cites: 'v6.1.192 and v6.12.117 mm/memory-failure.c __get_huge_page_for_hwpoison()',
    at: hugetlbHistory('stays', { 'v6.12': 'ends' }),
    values: [
      asItIs('ends', 'it cannot'),
      { value: 'stays', says: 'it can', patch: { poison_ends_migratable: () => () => false } },
    ],
  },
  {
    name: 'hugetlb-shared-pmd',
    says: 'whether smaps and mbind() take a page in a PMD table that processes share for shared',
    cites: '3489dbb696d2 and 73bdf65ea748, v6.2, and v6.1 of that time; v6.1.192 and v6.12.117 hugetlb_pmd_shared()',
    at: hugetlbHistory('ignored', { 'v6.12': 'shared' }, { 'v6.1.192': 'shared' }),
    values: [
      asItIs('shared', 'they do'),
      {
        value: 'ignored',
        says: 'they ask its mapcount alone, which is one for all who share the table',
        patch: { shared_pmd_is_shared: () => () => false },
      },
    ],
  },
  {
    name: 'hugetlb-smaps-swap',
    says: 'what smaps takes a migration or hwpoison entry for',
    cites: 'v6.1.192 and v6.12.117 fs/proc/task_mmu.c smaps_hugetlb_range()',
    at: hugetlbHistory('mapcount', { 'v6.12': 'shared' }),
    values: [
      asItIs('shared', 'for shared'),
      {
        value: 'mapcount',
        says: 'for what the mapcount of its page says',
        patch: { smaps_swap_is_shared: () => () => false },
      },
    ],
  },
  {
    name: 'hugetlb-mbind-migration',
    says: 'what mbind() takes a migration entry for',
    cites: 'v6.1.192 mm/mempolicy.c queue_pages_hugetlb(), v6.12.117 queue_folios_hugetlb()',
    at: hugetlbHistory('ignored', { 'v6.12': 'failed' }),
    values: [
      asItIs('failed', 'for a page that could not be moved'),
      { value: 'ignored', says: 'for nothing', patch: { mbind_counts_migration: () => () => false } },
    ],
  },
];
