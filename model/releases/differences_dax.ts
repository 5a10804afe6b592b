/** What the releases differ in where files on DAX are concerned, but for what is counted: see differences.ts. */
import { DaxOwner } from '../state/dax.ts';
import { folio_test_large, pfn_to_page } from '../mm/page_flags.ts';
import { type Difference, history, now } from './releases.ts';

export const DAX_DIFFERENCES: readonly Difference[] = [
  {
    name: 'dax-put',
    says: 'what the last file that has a page of FS-DAX forgets of it, and whether it looks for users',
    cites:
      'fs/dax.c dax_folio_put(), dax_folio_reset_order() (v7.1); v6.16.3 .. v7.0 return early for a small folio, ' +
      'whose index stays where a share count is looked for; 38607c62b34b (v6.15)',
    at: history('all', { 'v6.15': 'mapping', 'v7.1': 'all' }),
    values: [
      now('all', 'mapping, index and share; it warns of any user'),
      {
        value: 'mapping',
        says: 'of a small one the mapping alone, and it does not look',
        patch: {
          dax_put_warns: () => (_s, pages) => pages > 1,
          dax_folio_reset_order: (base) => (s, folio) => {
            const row = pfn_to_page(folio);
            if (folio_test_large(s, folio)) base(s, folio);
            else s.daxOwner.put(row, DaxOwner.mkMapping(s.daxOwner.at(row), 0));
          },
        },
      },
    ],
  },
  {
    name: 'dax-break-deletes',
    says: 'whether breaking the layout of a DAX file deletes the entries that were looked at (T7)',
    cites: 'bde708f1a65d "fs/dax: always remove DAX page-cache entries when breaking layouts" (v6.15)',
    at: history('no', { 'v6.15': 'yes' }),
    values: [
      now('yes', 'all of them'),
      { value: 'no', says: 'truncation does, of what is cut off', patch: { dax_break_deletes: () => () => false } },
    ],
  },
  {
    name: 'dax-scans-unmapped',
    says: 'whether a DAX file that nobody maps is searched for pages that are in use',
    cites:
      '"fs/dax: return unmapped busy pages from dax_layout_busy_page_range()" (v6.15); v6.14 fs/dax.c (mapping_mapped())',
    at: history('no', { 'v6.15': 'yes' }),
    values: [
      now('yes', 'it is'),
      { value: 'no', says: 'it is taken to be idle', patch: { dax_scans_unmapped: () => () => false } },
    ],
  },
  {
    name: 'dax-evict-waits',
    says: 'whether the end of an inode waits for pages that are in use (T15)',
    cites: '0e2f80afcfa6 "fs/dax: ensure all pages are idle prior to filesystem unmount" (v6.15)',
    at: history('no', { 'v6.15': 'yes' }),
    values: [
      now('yes', 'dax_break_layout_final()'),
      { value: 'no', says: 'blocks are free at once', patch: { dax_evict_waits: () => () => false } },
    ],
  },
];
