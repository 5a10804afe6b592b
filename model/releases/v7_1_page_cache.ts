/** Pages of a file, collapsed, in Linux v7.1: see v7_1.ts. */
import { do_dentry_open } from '../fs/open.ts';
import {
  collapse_file,
  collapse_file_counts_thp,
  collapse_file_owns,
  collapse_file_replaces,
  collapse_file_rollback,
  collapse_file_unmaps,
  file_thp_enabled,
  type PageCacheKernel,
} from '../mm/collapse_file.ts';
import { file_backed_vma_is_retractable, remove_page_table, retract_page_tables } from '../mm/retract_page_tables.ts';
import { collapse_file_fills_missing } from '../mm/userfaultfd_wp.ts';

export const PAGE_CACHE_7_1: PageCacheKernel = {
  collapse_file,
  collapse_file_unmaps,
  collapse_file_owns,
  collapse_file_replaces,
  collapse_file_rollback,
  collapse_file_counts_thp,
  collapse_file_fills_missing,
  // Since v6.12.
  collapse_file_joins_folios: () => true,
  // Since v6.11.
  shmem_has_mthp: () => true,
  file_thp_enabled,
  // Since v7.2.
  collapse_file_checks_dirty: () => false,
  // Since v7.0.
  collapse_writes_dirty: () => true,
  // Since v6.18.
  set_huge_pmd_allocates: () => true,
  file_backed_vma_is_retractable,
  retract_page_tables,
  remove_page_table,
  do_dentry_open,
};
