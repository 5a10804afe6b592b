/** Reclaim, migration, truncation and write-back in Linux v7.1: see v7_1.ts. */
import type { ReclaimKernel } from '../mm/vmscan.ts';
import { __collapse_huge_page_swapin } from '../mm/khugepaged.ts';
import { madvise_cold, madvise_pageout } from '../mm/madvise_pageout.ts';
import { migrate_folio_move, migrate_folio_unmap, set_migration_pte, set_pmd_migration_entry } from '../mm/migrate.ts';
import { filemap_write_and_wait_range, folio_mkclean } from '../mm/page_writeback.ts';
import { free_swap_cache } from '../mm/swapfile.ts';
import { truncate_inode_folio, truncate_inode_pages, truncate_inode_partial_folio } from '../mm/truncate.ts';
import { __remove_mapping, add_to_swap, pageout, shrink_folio_list } from '../mm/vmscan.ts';

export const RECLAIM_7_1: ReclaimKernel = {
  shrink_folio_list,
  add_to_swap,
  pageout,
  __remove_mapping,
  madvise_cold,
  madvise_pageout,
  free_swap_cache,
  __collapse_huge_page_swapin,
  migrate_folio_unmap,
  migrate_folio_move,
  set_pmd_migration_entry,
  set_migration_pte,
  truncate_inode_pages,
  truncate_inode_folio,
  truncate_inode_partial_folio,
  filemap_write_and_wait_range,
  folio_mkclean,
};
