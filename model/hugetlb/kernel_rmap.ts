/** Points at which kernels part where entries are found by their folio, and where somebody only looks. */
import type { Sys } from './kernel.ts';

export interface RmapKernel {
  // mm/migrate.c, mm/memory-failure.c
  /** Whether i_mmap_rwsem of a file is held from when its folio is unmapped until it is mapped again. */
  readonly migration_holds_i_mmap: (s: Sys) => boolean;
  /** Whether a hugepage that has broken is not migratable any more. */
  readonly poison_ends_migratable: (s: Sys) => boolean;

  // mm/rmap.c
  /** Whether who takes a leaf of a file in a PMD table that is shared gives the table up, with all that the process has in it. */
  readonly rmap_unshares: (s: Sys) => boolean;

  // mm/gup.c, mm/hugetlb.c
  /** The frame that follow_page() finds for a page, or -1. */
  readonly hugetlb_follow_page: (s: Sys, row: number, page: number) => number;
  /** The frame from which GUP counts the pages of a leaf that begins at frame `pfn`. */
  readonly gup_page: (s: Sys, row: number, pfn: number) => number;
  /** By how many pages GUP goes on behind a leaf of `size` pages that it does not have to list. */
  readonly gup_steps: (s: Sys, size: number) => number;

  // fs/proc/task_mmu.c, mm/mempolicy.c
  /** Whether smaps and mbind() take a leaf in a PMD table that processes share for shared, whatever its mapcount is. */
  readonly shared_pmd_is_shared: (s: Sys) => boolean;
  /** Whether smaps takes an entry that is not present for shared, whatever the mapcount of its page is. */
  readonly smaps_swap_is_shared: (s: Sys) => boolean;
  /** Whether mbind() takes a migration entry for a page that could not be moved. */
  readonly mbind_counts_migration: (s: Sys) => boolean;
  /** Whether mbind() gives up at an entry of this size. */
  readonly mbind_refuses: (s: Sys, size: number) => boolean;
  /** Whether mbind() remembers the last folio that it has isolated. */
  readonly mbind_remembers_last: (s: Sys) => boolean;
}
