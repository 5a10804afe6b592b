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
];
