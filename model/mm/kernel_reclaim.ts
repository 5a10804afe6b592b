/** Reclaim, migration, truncation and write-back, as a part of a kernel: see kernel.ts. */
import type * as khugepaged from './khugepaged.ts';
import type * as madvise from './madvise_pageout.ts';
import type * as migrate from './migrate.ts';
import type * as writeback from './page_writeback.ts';
import type * as swapfile from './swapfile.ts';
import type * as truncate from './truncate.ts';
import type * as vmscan from './vmscan.ts';

export interface ReclaimKernel {
  // mm/vmscan.c, mm/madvise.c
  readonly shrink_folio_list: typeof vmscan.shrink_folio_list;
  readonly add_to_swap: typeof vmscan.add_to_swap;
  readonly pageout: typeof vmscan.pageout;
  readonly __remove_mapping: typeof vmscan.__remove_mapping;
  readonly madvise_cold: typeof madvise.madvise_cold;
  readonly madvise_pageout: typeof madvise.madvise_pageout;

  // mm/swap_state.c, mm/khugepaged.c
  readonly free_swap_cache: typeof swapfile.free_swap_cache;
  readonly __collapse_huge_page_swapin: typeof khugepaged.__collapse_huge_page_swapin;

  // mm/migrate.c, mm/huge_memory.c
  readonly migrate_folio_unmap: typeof migrate.migrate_folio_unmap;
  readonly migrate_folio_move: typeof migrate.migrate_folio_move;
  readonly set_pmd_migration_entry: typeof migrate.set_pmd_migration_entry;
  readonly set_migration_pte: typeof migrate.set_migration_pte;

  // mm/truncate.c
  readonly truncate_inode_pages: typeof truncate.truncate_inode_pages;
  readonly truncate_inode_folio: typeof truncate.truncate_inode_folio;
  readonly truncate_inode_partial_folio: typeof truncate.truncate_inode_partial_folio;

  // mm/filemap.c, mm/rmap.c
  readonly filemap_write_and_wait_range: typeof writeback.filemap_write_and_wait_range;
  readonly folio_mkclean: typeof writeback.folio_mkclean;
}
