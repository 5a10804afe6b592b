/** What the releases differ in where small pages are collapsed: see differences.ts. */
import { type Difference, history, now } from './releases.ts';

export const COLLAPSE_DIFFERENCES: readonly Difference[] = [
  {
    name: 'collapse-read-only',
    says: 'whether anonymous memory is collapsed of which nothing can be written, as after fork',
    cites: 'mm/khugepaged.c hpage_collapse_scan_pmd() (SCAN_PAGE_RO in v6.8 .. v6.17, not in v6.18)',
    at: history('no', { 'v6.18': 'yes' }),
    values: [
      now('yes', 'it is'),
      {
        value: 'no',
        says: 'one PTE, at least, must be writable',
        patch: { collapse_wants_writable: () => () => true },
      },
    ],
  },
  {
    name: 'collapse-pmd-table',
    says: 'whether MADV_COLLAPSE maps a folio of shmem by a leaf where nothing around has been mapped yet',
    cites:
      'mm/khugepaged.c collapse_pte_mapped_thp(): SCAN_PMD_NULL is a failure in v6.8 .. v6.17; set_huge_pmd() allocates the table in v6.18',
    at: history('needed', { 'v6.18': 'made' }),
    values: [
      now('made', 'it does; a table of PMDs is made'),
      {
        value: 'needed',
        says: 'it fails (EINVAL) without a table of PMDs',
        patch: { collapse_allocs_pmd: () => () => false },
      },
    ],
  },
];
