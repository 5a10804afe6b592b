/** What the releases are known to violate where files on DAX are mapped. */
import { ALL, SINCE_6_15, BEFORE_6_15, type Finding } from './finding.ts';
import { releases } from './releases.ts';

export const DAX_FINDINGS: readonly Finding[] = [
  {
    name: 'dax-wait-refault',
    says: 'a truncation waits for a pinned page without the lock that faults need: a page that is mapped again meanwhile is not idle when it is unpinned, and nobody wakes the truncation before it is unmapped',
    cites:
      'v7.1 fs/dax.c dax_busy_page() (ref - mapcount), wait_page_idle(), fs/xfs/xfs_inode.c xfs_wait_dax_page(), include/linux/dax.h dax_page_is_idle() (ref == 0)',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['fsdax-pinned', 'fsdax-beside', 'dax-reflink-pinned'],
    properties: ['I-DAXWAIT'],
    repair: [{ toggle: 'dax-waits-for', value: 'busy' }],
  },
  {
    name: 'dax-wait-other-file',
    says: 'a truncation, or the end of an inode, that waits for a pinned page waits on for the mappings of another file that shares the block: nobody wakes it before that file is unmapped, and the end of an inode waits uninterruptibly',
    cites:
      'v7.1 fs/dax.c dax_busy_page() (ref - mapcount), unmap_mapping_pages() of one mapping, dax_break_layout_final(), wait_page_idle_uninterruptible(); include/linux/dax.h dax_page_is_idle() (ref == 0)',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['dax-reflink-evict'],
    properties: ['I-DAXWAIT'],
    repair: [{ toggle: 'dax-waits-for', value: 'busy' }],
  },
  {
    name: 'dax-shared-pinned',
    says: 'a fault on a shared block lets a page go, for a copy or to associate it anew, that is pinned: it warns (v7.1), and when the other file ends, the block is free while the pin is there',
    cites:
      'v7.1 fs/dax.c dax_insert_entry() (shared), dax_folio_put(); fs/xfs/xfs_iomap.c xfs_read_iomap_begin() (IOMAP_F_SHARED for reads of DAX), fs/xfs/xfs_file.c __xfs_write_fault()',
    status: 'candidate',
    kernels: ALL,
    worlds: ['dax-reflink-pinned'],
    properties: ['I-DAXFREE', 'WARN-dax'],
    repair: [
      { toggle: 'dax-cow-pinned', value: 'waits' },
      { toggle: 'dax-shared-refault', value: 'stays' },
    ],
  },
  {
    name: 'dax-stale-index',
    says: 'the index of a small page stays where its share count is looked for: a block that is shared counts a file too many, and is never let go',
    cites:
      'v6.18 fs/dax.c dax_folio_put() (returns before share is cleared), include/linux/mm_types.h struct folio; put right by dax_folio_reset_order() (v7.1)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['dax-reflink', 'dax-reflink-pinned', 'dax-reflink-evict'],
    properties: ['I-DAXSHARE'],
    repair: [{ toggle: 'dax-put', value: 'all' }],
  },
  {
    name: 'dax-unmapped-busy',
    says: 'a DAX file that nobody maps is taken to be idle, whoever has pinned its pages: truncation frees the blocks',
    cites:
      'v6.12 fs/dax.c dax_layout_busy_page_range() (mapping_mapped()); "fs/dax: return unmapped busy pages from dax_layout_busy_page_range()" (v6.15)',
    status: 'known bug',
    kernels: BEFORE_6_15,
    worlds: ['fsdax-pinned', 'fsdax-beside', 'dax-reflink-pinned'],
    properties: ['I-DAXFREE', 'I-DAXBREAK', 'WARN-dax'],
    repair: [{ toggle: 'dax-scans-unmapped', value: 'yes' }],
  },
  {
    name: 'dax-evict',
    says: 'the end of an inode frees its blocks, whoever has pinned its pages',
    cites: '0e2f80afcfa6 "fs/dax: ensure all pages are idle prior to filesystem unmount" (v6.15)',
    status: 'known bug',
    kernels: BEFORE_6_15,
    worlds: ['fsdax-evict', 'dax-reflink-evict'],
    properties: ['I-DAXFREE', 'I-DAXBREAK', 'WARN-dax'],
    repair: [{ toggle: 'dax-evict-waits', value: 'yes' }],
  },
  {
    name: 'dax-shared-order',
    says: 'two files share blocks, and one has them by a PMD entry, the other by PTE entries: the folio has the size of the first, and the fault on the other warns; if it is the leaf, it gets SIGBUS',
    cites:
      'v7.1 fs/dax.c dax_associate_entry() (dax_entry_order() != folio_order()), mm/huge_memory.c vmf_insert_folio_pmd() (folio_order() != PMD_ORDER)',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['dax-reflink-mixed'],
    properties: ['I-DAXFOLIO', 'I-DAXSHARE', 'WARN-dax'],
    repair: [{ toggle: 'dax-shared-leaf', value: 'no' }],
  },
  {
    name: 'dax-shared-parted',
    says: 'a fault on one page of a block that is shared finds the PMD entry of its file, and its own stands in that place: nrpages is counted down by one page for it, where it was counted up by all (clear_inode() has a BUG_ON() of what is left), and each fault lets the page of the last one go, mapped or not',
    cites:
      'v7.1 fs/dax.c grab_mapping_entry(), dax_insert_entry() (shared), dax_delete_mapping_range() (dax_entry_order()), lib/xarray.c xas_store(), fs/inode.c clear_inode() (BUG_ON(inode->i_data.nrpages))',
    status: 'candidate',
    kernels: ALL,
    worlds: ['dax-reflink-parted'],
    properties: ['I-DAXPAGES', 'WARN-dax'],
    repair: [{ toggle: 'dax-shared-pte', value: 'split' }],
  },
];
