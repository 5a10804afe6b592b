/** Bugs of memory with struct pages: files on DAX, huge leaves of folios, what counts them. */
import type { Bug } from './bug.ts';
import copy_huge_pmd_counts_file_leaf_by_ptes from './copy_huge_pmd_counts_file_leaf_by_ptes.ts';
import copy_huge_pmd_shares_pinned_leaf from './copy_huge_pmd_shares_pinned_leaf.ts';
import copy_huge_pud_counts_nothing from './copy_huge_pud_counts_nothing.ts';
import dax_breaks_part_of_pmd_entry from './dax_breaks_part_of_pmd_entry.ts';
import dax_evict_does_not_wait from './dax_evict_does_not_wait.ts';
import dax_folio_keeps_order from './dax_folio_keeps_order.ts';
import dax_inserts_page_without_reference from './dax_inserts_page_without_reference.ts';
import dax_mapped_page_is_busy from './dax_mapped_page_is_busy.ts';
import dax_mapping_cleared_at_last_reference from './dax_mapping_cleared_at_last_reference.ts';
import dax_pmd_deposit_freed from './dax_pmd_deposit_freed.ts';
import dax_shared_page_knows_last_file from './dax_shared_page_knows_last_file.ts';
import dax_small_page_keeps_index from './dax_small_page_keeps_index.ts';
import dax_truncate_scans_empty_range from './dax_truncate_scans_empty_range.ts';
import dax_unmapped_file_is_idle from './dax_unmapped_file_is_idle.ts';
import dax_waits_for_mapping_of_other_file from './dax_waits_for_mapping_of_other_file.ts';
import dax_wp_fault_tells_no_file_system from './dax_wp_fault_tells_no_file_system.ts';
import dax_zero_entry_disassociated from './dax_zero_entry_disassociated.ts';
import deferred_split_of_unmapped_folio from './deferred_split_of_unmapped_folio.ts';
import file_thp_open_unmaps_copies from './file_thp_open_unmaps_copies.ts';
import lazyfree_batch_restored_writable from './lazyfree_batch_restored_writable.ts';
import pud_rmap_counts_nothing_mapped from './pud_rmap_counts_nothing_mapped.ts';
import pud_rmap_counts_pmdmapped from './pud_rmap_counts_pmdmapped.ts';
import split_huge_pmd_migration_entry_as_leaf from './split_huge_pmd_migration_entry_as_leaf.ts';
import try_to_migrate_ends_at_split_pmd from './try_to_migrate_ends_at_split_pmd.ts';
import zap_huge_pud_bug_on_folio from './zap_huge_pud_bug_on_folio.ts';

export const DEVICE_MEMORY_BUGS: Readonly<Record<string, Bug>> = {
  copy_huge_pmd_counts_file_leaf_by_ptes,
  copy_huge_pmd_shares_pinned_leaf,
  copy_huge_pud_counts_nothing,
  dax_breaks_part_of_pmd_entry,
  dax_evict_does_not_wait,
  dax_folio_keeps_order,
  dax_inserts_page_without_reference,
  dax_mapped_page_is_busy,
  dax_mapping_cleared_at_last_reference,
  dax_pmd_deposit_freed,
  dax_shared_page_knows_last_file,
  dax_small_page_keeps_index,
  dax_truncate_scans_empty_range,
  dax_unmapped_file_is_idle,
  dax_waits_for_mapping_of_other_file,
  dax_wp_fault_tells_no_file_system,
  dax_zero_entry_disassociated,
  deferred_split_of_unmapped_folio,
  file_thp_open_unmaps_copies,
  lazyfree_batch_restored_writable,
  pud_rmap_counts_nothing_mapped,
  pud_rmap_counts_pmdmapped,
  split_huge_pmd_migration_entry_as_leaf,
  try_to_migrate_ends_at_split_pmd,
  zap_huge_pud_bug_on_folio,
};
