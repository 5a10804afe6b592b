/** Hugetlb of Linux v7.1 where entries are found by their folio, and where somebody only looks. As read in 7.1.5. */
import { follow_leaf } from '../follow_page.ts';
import type { RmapKernel } from '../kernel_rmap.ts';

const yes = (): boolean => true;

export const RMAP_V7_1: RmapKernel = {
  migration_holds_i_mmap: yes,
  poison_ends_migratable: yes,
  rmap_unshares: yes,
  hugetlb_follow_page: follow_leaf,
  gup_page: (_s, _row, pfn) => pfn,
  gup_steps: (_s, size) => size,
  shared_pmd_is_shared: yes,
  smaps_swap_is_shared: yes,
  mbind_refuses: () => false,
  mbind_counts_migration: yes,
  // Without effect there: what was isolated is mapped once.
  mbind_remembers_last: yes,
};
