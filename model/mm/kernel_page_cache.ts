/** The functions of a kernel that put another folio in the place of a file's pages: a part of kernel.ts. */
import type * as open from '../fs/open.ts';
import type * as collapse_file from './collapse_file.ts';
import type { Sys } from './kernel.ts';
import type * as retract from './retract_page_tables.ts';
import type * as userfaultfd_wp from './userfaultfd_wp.ts';

export interface KernelPageCache {
  // mm/khugepaged.c
  readonly collapse_file: typeof collapse_file.collapse_file;
  readonly collapse_file_unmaps: typeof collapse_file.collapse_file_unmaps;
  readonly collapse_file_owns: typeof collapse_file.collapse_file_owns;
  readonly collapse_file_replaces: typeof collapse_file.collapse_file_replaces;
  readonly collapse_file_rollback: typeof collapse_file.collapse_file_rollback;
  readonly collapse_file_counts_thp: typeof collapse_file.collapse_file_counts_thp;
  readonly collapse_file_fills_missing: typeof userfaultfd_wp.collapse_file_fills_missing;
  /** Whether files that are no shmem may be collapsed. */
  readonly file_thp_enabled: typeof collapse_file.file_thp_enabled;
  /** Whether collapse_file() looks, once a folio of such a file is unmapped, whether it is dirty. */
  readonly collapse_file_checks_dirty: (s: Sys) => boolean;
  /** Whether MADV_COLLAPSE writes the dirty pages of such a file, and tries again. */
  readonly collapse_writes_dirty: (s: Sys) => boolean;
  /** Whether set_huge_pmd() allocates a PMD table where there is none. */
  readonly set_huge_pmd_allocates: (s: Sys) => boolean;
  readonly file_backed_vma_is_retractable: typeof retract.file_backed_vma_is_retractable;
  readonly retract_page_tables: typeof retract.retract_page_tables;
  readonly remove_page_table: typeof retract.remove_page_table;
  // fs/open.c
  readonly do_dentry_open: typeof open.do_dentry_open;
}
