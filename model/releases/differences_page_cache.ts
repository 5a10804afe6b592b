/** What the releases differ in where pages of a file are collapsed: see differences.ts. */
import { collapse_file_flushes_rest, file_system_has_large_folios } from '../mm/collapse_file.ts';
import { type Difference, history, now } from './releases.ts';

export const PAGE_CACHE_DIFFERENCES: readonly Difference[] = [
  {
    name: 'file-thp',
    says: 'which files but those of shmem may be collapsed',
    cites:
      'mm/huge_memory.c file_thp_enabled(): CONFIG_READ_ONLY_THP_FOR_FS and !inode_is_open_for_write() in v6.8 .. v7.1.3; ' +
      'mapping_pmd_folio_support() in v7.2.6 and v7.3.4, with a look for dirty folios behind try_to_unmap(); "Remove ' +
      'CONFIG_READ_ONLY_THP_FOR_FS and enable file THP for writable files", Zi Yan, linux-mm, 2026-05-17',
    at: history('read-only', { 'v7.3': 'large-folios' }),
    values: [
      now('read-only', 'those that nobody has open for writing'),
      {
        value: 'large-folios',
        says: 'those of a file system with large folios, open for writing or not; what turns out to be dirty is left',
        patch: { file_thp_enabled: () => file_system_has_large_folios, collapse_file_checks_dirty: () => () => true },
      },
    ],
  },
  {
    name: 'collapse-dirty-pages',
    says: 'what MADV_COLLAPSE does about dirty pages of such a file',
    cites:
      'mm/khugepaged.c collapse_file(): SCAN_FAIL in v6.8 .. v6.18.5 and 6.12.117, SCAN_PAGE_DIRTY_OR_WRITEBACK since v7.0; ' +
      'madvise_collapse() (triggered_wb) in v7.0, collapse_single_pmd() in v7.1.3',
    at: history('gives-up', { 'v7.1': 'writes' }),
    values: [
      now('writes', 'it writes them, and tries once more; EAGAIN where that does not help'),
      {
        value: 'gives-up',
        says: 'they begin to be written; EINVAL',
        patch: { collapse_writes_dirty: () => () => false },
      },
    ],
  },
  {
    name: 'collapse-writes-rest',
    says: 'whether a collapse of a file that cannot be written to any more, without being emptied, writes all its dirty pages',
    cites:
      'mm/khugepaged.c collapse_file() in 6.12.117 (filemap_write_and_wait(); "mm/khugepaged: write all dirty file folios ' +
      'when collapsing"), not in v6.8 .. v7.1.3; "write-open file THP cache purge can discard dirty page cache", Gregg ' +
      'Leventhal, linux-mm, 2026-06-30',
    at: history('no', {}, { 'v6.12.117': 'yes' }),
    values: [
      now('no', 'only those of its own range have to be clean'),
      {
        value: 'yes',
        says: 'it does, before the first huge folio is there',
        patch: { collapse_file_counts_thp: () => collapse_file_flushes_rest },
      },
    ],
  },
  {
    name: 'shmem-mthp',
    says: 'whether a fault on shmem allocates a folio of several pages that is no huge page',
    cites:
      'mm/shmem.c shmem_alloc_and_add_folio(): a huge page or one page in v6.8 and v6.10, shmem_suitable_orders() in 6.12.117; ' +
      '"mm: shmem: add mTHP support for anonymous shmem" (v6.11)',
    at: history('no', { 'v6.11': 'yes' }),
    values: [
      now('yes', 'it does, where the machine is set up so'),
      { value: 'no', says: 'it is one page, or a huge page', patch: { shmem_has_mthp: () => () => false } },
    ],
  },
  {
    name: 'collapse-file-folios',
    says: 'whether a collapse of a file takes large folios that are smaller than a leaf',
    cites:
      'mm/khugepaged.c collapse_file(): SCAN_PAGE_COMPOUND in v6.9 and v6.10, folio_ref_count() is 2 + folio_nr_pages() in ' +
      '6.12.117; "support shmem mTHP collapse", Baolin Wang, linux-mm, 2024-08-20, too late for v6.11',
    at: history('no', { 'v6.12': 'yes' }),
    values: [
      now('yes', 'it does'),
      { value: 'no', says: 'it does not: EINVAL', patch: { collapse_file_joins_folios: () => () => false } },
    ],
  },
  {
    name: 'collapse-pmd-table',
    says: 'what MADV_COLLAPSE of a file does where there is no PMD table',
    cites:
      'mm/khugepaged.c collapse_pte_mapped_thp(): SCAN_PMD_NULL ends it in v6.8 .. v6.17; set_huge_pmd() has pmd_alloc() ' +
      'since v6.18 (read in v6.18.5)',
    at: history('fails', { 'v6.18': 'allocates' }),
    values: [
      now('allocates', 'it allocates one, for the leaf'),
      { value: 'fails', says: 'it maps nothing: EINVAL', patch: { set_huge_pmd_allocates: () => () => false } },
    ],
  },
];
