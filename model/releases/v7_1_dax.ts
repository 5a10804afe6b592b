/** Files on DAX in Linux v7.1: see v7_1.ts. */
import {
  dax_associate_entry,
  dax_delete_mapping_range,
  dax_disassociate_entry,
  dax_folio_init,
  dax_folio_reset_order,
  dax_insert_entry,
  grab_mapping_entry,
} from '../fs/dax_entry.ts';
import { dax_insert_page, dax_insert_pmd, dax_pmd_load_hole } from '../fs/dax_fault.ts';
import type { DaxKernel } from '../fs/dax_kernel.ts';
import {
  dax_break_layout,
  dax_busy_page,
  dax_cuts_off,
  dax_layout_busy_page_range,
  dax_page_is_idle,
} from '../fs/dax_layout.ts';

export const DAX_7_1: DaxKernel = {
  grab_mapping_entry,
  dax_insert_entry,
  dax_associate_entry,
  dax_disassociate_entry,
  dax_entry_stays: () => false,
  dax_shrinks_entry: () => undefined,
  dax_cow_waits: () => false,
  dax_shares_leaves: () => true,
  dax_folio_init,
  dax_folio_reset_order,
  // Since v7.1; before, of large folios only.
  dax_put_warns: () => true,
  dax_idle_refs: () => 0,
  dax_folio_idle: () => undefined,
  dax_insert_page,
  dax_insert_pmd,
  dax_pmd_load_hole,
  dax_busy_page,
  dax_page_is_idle,
  dax_layout_busy_page_range,
  dax_delete_mapping_range,
  dax_break_layout,
  dax_cuts_off,
  dax_scans_unmapped: () => true,
  // xfs_break_dax_layouts(), ext4_break_layouts(): dax_break_layout_inode().
  dax_breaks_whole_file: () => true,
  dax_break_deletes: () => true,
  dax_evict_waits: () => true,
  wp_asks_fsdax: () => true,
  gup_takes_devmap: () => false,
};
