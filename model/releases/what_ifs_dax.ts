/** What no release here has of files on DAX: repairs, and what other file systems may do. */
import { dax_splits_entry, entry_pages } from '../fs/dax_entry.ts';
import { folio_mapcount } from '../mm/rmap.ts';
import { page_folio } from '../mm/page_flags.ts';
import { folio_ref_count } from '../mm/page_ref.ts';
import { DaxEntry, DaxKind } from '../state/dax.ts';
import { asItIs, type Toggle } from '../series/toggles.ts';

export const DAX_WHAT_IFS: readonly Toggle[] = [
  {
    name: 'dax-waits-for',
    says: 'what dax_break_layout() waits for, once it has found a page busy; a what-if',
    cites:
      'v7.1 fs/dax.c dax_busy_page() (folio_ref_count() - folio_mapcount()), wait_page_idle(); include/linux/dax.h dax_page_is_idle()',
    values: [
      asItIs('references', 'its last reference, those of page tables included'),
      {
        value: 'busy',
        says: 'what it asked for: no reference but those of page tables',
        patch: {
          dax_page_is_idle: () => (s, pfn) =>
            folio_ref_count(s, page_folio(s, pfn)) === folio_mapcount(s, page_folio(s, pfn)),
        },
      },
    ],
  },
  {
    name: 'dax-shared-refault',
    says: 'what a fault on a shared block does to an entry that has that block already; a what-if',
    cites: 'v7.1 fs/dax.c dax_insert_entry() (shared || ...)',
    values: [
      asItIs('anew', 'it is disassociated and associated again, in use or not'),
      {
        value: 'stays',
        says: 'nothing',
        patch: {
          dax_entry_stays: () => (s, old, pfn) =>
            DaxEntry.kind(old) === DaxKind.mapped &&
            DaxEntry.pfn(old) <= pfn &&
            pfn < DaxEntry.pfn(old) + entry_pages(s, old),
        },
      },
    ],
  },
  {
    name: 'dax-shared-pte',
    says: 'what a fault on one page of a shared block makes of the PMD entry that the file has for it; a what-if',
    cites:
      'v7.1 fs/dax.c grab_mapping_entry() (pmd_downgrade, for zeroes and empty entries alone), dax_insert_entry(), lib/xarray.c xas_store()',
    values: [
      asItIs('overwritten', 'the entry of the page stands in its place, which is that of the whole PMD'),
      { value: 'split', says: 'it goes, as one of zeroes does', patch: { dax_shrinks_entry: () => dax_splits_entry } },
    ],
  },
  {
    name: 'dax-cow-pinned',
    says: 'what a write to a shared block does, where somebody has pinned the page that the file gives up for a copy; a what-if',
    cites: 'v7.1 fs/dax.c dax_insert_entry(), fs/xfs/xfs_file.c __xfs_write_fault() (no layout is broken)',
    values: [
      asItIs('goes-on', 'the file lets the page go, and nobody waits for its user any more'),
      {
        value: 'waits',
        says: 'it waits',
        patch: { dax_cow_waits: () => (s, old) => s.kernel.dax_busy_page(s, old) >= 0 },
      },
    ],
  },
  {
    name: 'dax-break-range',
    avoids: true,
    says: 'which layout of a DAX file is broken, when a part of it is cut; a what-if',
    cites:
      'v7.1 include/linux/dax.h dax_break_layout_inode(); fs/fuse/dax.c fuse_dax_break_layouts() (ranges of PMD size)',
    values: [
      asItIs('file', 'that of the whole file'),
      { value: 'part', says: 'that of the part', patch: { dax_breaks_whole_file: () => () => false } },
    ],
  },
  {
    name: 'dax-shared-leaf',
    says: 'whether blocks that files share are mapped by PMD entries; a what-if',
    cites:
      'v7.1 fs/dax.c dax_associate_entry() (WARN_ON_ONCE(dax_entry_order(entry) != folio_order(folio))), mm/huge_memory.c vmf_insert_folio_pmd() (SIGBUS)',
    values: [
      asItIs('yes', 'where extent and VMA allow it, whatever entry another file has for them'),
      { value: 'no', says: 'page by page', patch: { dax_shares_leaves: () => () => false } },
    ],
  },
];
