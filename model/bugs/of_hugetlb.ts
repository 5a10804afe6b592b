/** Bugs of hugetlb in releases. */
import type { Bug } from './bug.ts';
import failed_mremap_takes_reservations from './failed_mremap_takes_reservations.ts';
import fork_hugetlb_asks_pud_share_count from './fork_hugetlb_asks_pud_share_count.ts';
import fork_hugetlb_copies_uffd_wp from './fork_hugetlb_copies_uffd_wp.ts';
import fork_hugetlb_corrupts_swap_entry from './fork_hugetlb_corrupts_swap_entry.ts';
import fork_hugetlb_pinned_copy_unprotected from './fork_hugetlb_pinned_copy_unprotected.ts';
import huge_pmd_unshare_by_refcount from './huge_pmd_unshare_by_refcount.ts';
import huge_pmd_unshare_without_flush from './huge_pmd_unshare_without_flush.ts';
import hugetlb_marker_made_present from './hugetlb_marker_made_present.ts';
import hugetlb_migration_entry_keeps_uffd_wp from './hugetlb_migration_entry_keeps_uffd_wp.ts';
import hugetlb_reservation_restored_too_often from './hugetlb_reservation_restored_too_often.ts';
import hugetlb_unshare_pmds_skips_tables from './hugetlb_unshare_pmds_skips_tables.ts';
import hugetlb_usage_keeps_migration from './hugetlb_usage_keeps_migration.ts';
import hugetlb_usage_misses_migration_of_child from './hugetlb_usage_misses_migration_of_child.ts';
import hugetlb_wp_ignores_leftover_uffd_wp from './hugetlb_wp_ignores_leftover_uffd_wp.ts';
import mbind_moves_shared_pmd from './mbind_moves_shared_pmd.ts';
import mbind_strict_misses_migration from './mbind_strict_misses_migration.ts';
import mremap_hugetlb_keeps_uffd_wp from './mremap_hugetlb_keeps_uffd_wp.ts';
import mremap_hugetlb_loses_distance from './mremap_hugetlb_loses_distance.ts';
import mremap_hugetlb_waits_for_itself from './mremap_hugetlb_waits_for_itself.ts';
import mremap_of_part_takes_all_reservations from './mremap_of_part_takes_all_reservations.ts';
import rmap_keeps_shared_pmd from './rmap_keeps_shared_pmd.ts';
import smaps_migration_entry_is_private from './smaps_migration_entry_is_private.ts';
import smaps_shared_pmd_is_private from './smaps_shared_pmd_is_private.ts';
import split_vma_keeps_shared_pmd from './split_vma_keeps_shared_pmd.ts';
import uffd_copy_consumes_reservation_twice from './uffd_copy_consumes_reservation_twice.ts';
import uffd_copy_says_exists from './uffd_copy_says_exists.ts';
import uffd_wp_hugetlb_stops_without_memory from './uffd_wp_hugetlb_stops_without_memory.ts';
import uffd_wp_hugetlb_without_tables from './uffd_wp_hugetlb_without_tables.ts';
import unmap_ref_private_takes_own_page from './unmap_ref_private_takes_own_page.ts';

export const HUGETLB_BUGS: Readonly<Record<string, Bug>> = {
  failed_mremap_takes_reservations,
  fork_hugetlb_asks_pud_share_count,
  fork_hugetlb_copies_uffd_wp,
  fork_hugetlb_corrupts_swap_entry,
  fork_hugetlb_pinned_copy_unprotected,
  huge_pmd_unshare_by_refcount,
  huge_pmd_unshare_without_flush,
  hugetlb_marker_made_present,
  hugetlb_migration_entry_keeps_uffd_wp,
  hugetlb_reservation_restored_too_often,
  hugetlb_unshare_pmds_skips_tables,
  hugetlb_usage_keeps_migration,
  hugetlb_usage_misses_migration_of_child,
  hugetlb_wp_ignores_leftover_uffd_wp,
  mbind_moves_shared_pmd,
  mbind_strict_misses_migration,
  mremap_hugetlb_keeps_uffd_wp,
  mremap_hugetlb_loses_distance,
  mremap_hugetlb_waits_for_itself,
  mremap_of_part_takes_all_reservations,
  rmap_keeps_shared_pmd,
  smaps_migration_entry_is_private,
  smaps_shared_pmd_is_private,
  split_vma_keeps_shared_pmd,
  uffd_copy_consumes_reservation_twice,
  uffd_copy_says_exists,
  uffd_wp_hugetlb_stops_without_memory,
  uffd_wp_hugetlb_without_tables,
  unmap_ref_private_takes_own_page,
};
