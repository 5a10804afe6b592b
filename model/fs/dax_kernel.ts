/** What files on DAX do, as functions of a kernel: fs/dax.c, the file systems above it, and who asks for such pages. */
import type { DaxEntry } from '../state/dax.ts';
import type { FolioDraft } from '../state/memmap.ts';
import type { Sys } from '../mm/kernel.ts';
import type * as dax_entry from './dax_entry.ts';
import type * as dax_fault from './dax_fault.ts';
import type * as dax_layout from './dax_layout.ts';

export interface DaxKernel {
  readonly grab_mapping_entry: typeof dax_entry.grab_mapping_entry;
  readonly dax_insert_entry: typeof dax_entry.dax_insert_entry;
  readonly dax_associate_entry: typeof dax_entry.dax_associate_entry;
  readonly dax_disassociate_entry: typeof dax_entry.dax_disassociate_entry;
  /** Whether a fault on a shared block leaves an entry as it is that has the block already. */
  readonly dax_entry_stays: (s: Sys, old: DaxEntry, pfn: number) => boolean;
  /** What becomes of a PMD entry with frames, where a fault on one page of it finds that its block is shared. */
  readonly dax_shrinks_entry: (s: Sys, file: number, index: number) => void;
  /** Whether a shared block may be a part of a PMD entry. */
  readonly dax_shares_leaves: (s: Sys) => boolean;
  /** Whether a write that is to copy a shared block waits for who has pinned the page that it has so far. */
  readonly dax_cow_waits: (s: Sys, old: DaxEntry) => boolean;
  readonly dax_folio_init: typeof dax_entry.dax_folio_init;
  readonly dax_folio_reset_order: typeof dax_entry.dax_folio_reset_order;
  /** Whether dax_folio_put() warns of a folio of so many pages that is in use. */
  readonly dax_put_warns: (s: Sys, pages: number) => boolean;
  /** References of a page of FS-DAX that nobody uses: 0 since v6.15, 1 before. */
  readonly dax_idle_refs: () => 0 | 1;
  /** free_zone_device_folio() of a page of FS-DAX: what is forgotten with its last reference. */
  readonly dax_folio_idle: (s: FolioDraft, folio: number) => void;
  readonly dax_insert_page: typeof dax_fault.dax_insert_page;
  readonly dax_insert_pmd: typeof dax_fault.dax_insert_pmd;
  readonly dax_pmd_load_hole: typeof dax_fault.dax_pmd_load_hole;
  readonly dax_busy_page: typeof dax_layout.dax_busy_page;
  readonly dax_page_is_idle: typeof dax_layout.dax_page_is_idle;
  readonly dax_layout_busy_page_range: typeof dax_layout.dax_layout_busy_page_range;
  readonly dax_delete_mapping_range: typeof dax_entry.dax_delete_mapping_range;
  readonly dax_break_layout: typeof dax_layout.dax_break_layout;
  /** truncate_pagecache() or truncate_inode_pages_final(), and the blocks. */
  readonly dax_cuts_off: typeof dax_layout.dax_cuts_off;
  /** Whether a file that nobody maps is searched for busy pages. */
  readonly dax_scans_unmapped: (s: Sys) => boolean;
  /** Whether the layout of the whole file is broken, whatever is cut. */
  readonly dax_breaks_whole_file: (s: Sys) => boolean;
  /** Whether dax_break_layout() deletes the entries of its range. */
  readonly dax_break_deletes: (s: Sys) => boolean;
  /** Whether the end of an inode waits for its pages. */
  readonly dax_evict_waits: (s: Sys) => boolean;
  /** Whether a write to a read-only PTE of FS-DAX asks ->pfn_mkwrite, though there is a page. */
  readonly wp_asks_fsdax: (s: Sys) => boolean;
  /** Whether GUP takes pages of ZONE_DEVICE by PTEs that are devmap, and special with it. */
  readonly gup_takes_devmap: (s: Sys) => boolean;
}
