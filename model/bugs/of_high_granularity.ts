/** Bugs of "hugetlb: introduce HugeTLB high-granularity mapping", and of what was put on top of it. */
import type { Bug } from './bug.ts';
import hgm_collapse_bug_on_part from './hgm_collapse_bug_on_part.ts';
import hgm_collapse_flushes_last from './hgm_collapse_flushes_last.ts';
import hgm_collapse_forgets_usage from './hgm_collapse_forgets_usage.ts';
import hgm_collapse_loses_error from './hgm_collapse_loses_error.ts';
import hgm_collapse_replaces_nothing from './hgm_collapse_replaces_nothing.ts';
import hgm_continue_refused_at_marker from './hgm_continue_refused_at_marker.ts';
import hgm_dontneed_takes_enabling_data from './hgm_dontneed_takes_enabling_data.ts';
import hgm_follow_page_by_hugepage_offset from './hgm_follow_page_by_hugepage_offset.ts';
import hgm_follow_page_returns_table from './hgm_follow_page_returns_table.ts';
import hgm_forgotten_at_vma_split from './hgm_forgotten_at_vma_split.ts';
import hgm_fork_asserts_child_lock from './hgm_fork_asserts_child_lock.ts';
import hgm_fork_ref_test_inverted from './hgm_fork_ref_test_inverted.ts';
import hgm_fork_returns_with_locks from './hgm_fork_returns_with_locks.ts';
import hgm_gup_steps_by_pages from './hgm_gup_steps_by_pages.ts';
import hgm_hwpoison_fault_maps_rounded from './hgm_hwpoison_fault_maps_rounded.ts';
import hgm_hwpoison_list_asserts_head from './hgm_hwpoison_list_asserts_head.ts';
import hgm_hwpoison_locks_itself from './hgm_hwpoison_locks_itself.ts';
import hgm_hwpoison_mapped_is_unmapped from './hgm_hwpoison_mapped_is_unmapped.ts';
import hgm_hwpoison_second_page_stays from './hgm_hwpoison_second_page_stays.ts';
import hgm_hwpoison_splits_first_page from './hgm_hwpoison_splits_first_page.ts';
import hgm_mapcount_of_each_leaf_overflows from './hgm_mapcount_of_each_leaf_overflows.ts';
import hgm_mapcount_of_first_page from './hgm_mapcount_of_first_page.ts';
import hgm_marker_retried_without_end from './hgm_marker_retried_without_end.ts';
import hgm_marker_written_over_table from './hgm_marker_written_over_table.ts';
import hgm_mbind_isolates_folio_twice from './hgm_mbind_isolates_folio_twice.ts';
import hgm_mbind_refuses_small_entries from './hgm_mbind_refuses_small_entries.ts';
import hgm_mbind_takes_parts_for_sharers from './hgm_mbind_takes_parts_for_sharers.ts';
import hgm_refused_folio_stays_locked from './hgm_refused_folio_stays_locked.ts';
import hgm_small_leaves_not_mapped from './hgm_small_leaves_not_mapped.ts';
import hgm_smaps_takes_parts_for_sharers from './hgm_smaps_takes_parts_for_sharers.ts';
import hgm_split_leaves_large_translation from './hgm_split_leaves_large_translation.ts';
import hgm_split_undone_by_unmap from './hgm_split_undone_by_unmap.ts';
import hgm_truncate_skips_small_leaves from './hgm_truncate_skips_small_leaves.ts';
import hgm_walk_takes_marker_for_table from './hgm_walk_takes_marker_for_table.ts';
import hgm_wp_fault_bug_on_small_leaf from './hgm_wp_fault_bug_on_small_leaf.ts';

export const HIGH_GRANULARITY_BUGS: Readonly<Record<string, Bug>> = {
  hgm_collapse_bug_on_part,
  hgm_collapse_flushes_last,
  hgm_collapse_forgets_usage,
  hgm_collapse_loses_error,
  hgm_collapse_replaces_nothing,
  hgm_continue_refused_at_marker,
  hgm_dontneed_takes_enabling_data,
  hgm_follow_page_by_hugepage_offset,
  hgm_follow_page_returns_table,
  hgm_forgotten_at_vma_split,
  hgm_fork_asserts_child_lock,
  hgm_fork_ref_test_inverted,
  hgm_fork_returns_with_locks,
  hgm_gup_steps_by_pages,
  hgm_hwpoison_fault_maps_rounded,
  hgm_hwpoison_list_asserts_head,
  hgm_hwpoison_locks_itself,
  hgm_hwpoison_mapped_is_unmapped,
  hgm_hwpoison_second_page_stays,
  hgm_hwpoison_splits_first_page,
  hgm_mapcount_of_each_leaf_overflows,
  hgm_mapcount_of_first_page,
  hgm_marker_retried_without_end,
  hgm_marker_written_over_table,
  hgm_mbind_isolates_folio_twice,
  hgm_mbind_refuses_small_entries,
  hgm_mbind_takes_parts_for_sharers,
  hgm_refused_folio_stays_locked,
  hgm_small_leaves_not_mapped,
  hgm_smaps_takes_parts_for_sharers,
  hgm_split_leaves_large_translation,
  hgm_split_undone_by_unmap,
  hgm_truncate_skips_small_leaves,
  hgm_walk_takes_marker_for_table,
  hgm_wp_fault_bug_on_small_leaf,
};
