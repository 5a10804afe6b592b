/** What the releases differ in where memory is locked: see differences.ts. */
import { rmap_mlocks_small } from '../mm/mlock_folio.ts';
import { type Difference, history, now } from './releases.ts';

export const MLOCK_DIFFERENCES: readonly Difference[] = [
  {
    name: 'rmap-mlock',
    says: 'which folios are marked as mlocked when they are mapped where it is locked, or found there by try_to_unmap()',
    cites:
      'v6.8, v6.12, v6.14, v6.16.3, v6.17 mm/rmap.c __folio_add_anon_rmap(), __folio_add_file_rmap(), try_to_unmap_one(); ' +
      'v6.18.5 .. v7.3.4 the same functions; "mm/rmap: Improve mlock tracking for large folios" (2025-09-19)',
    at: history('small', { 'v6.18': 'whole' }),
    values: [
      now('whole', 'those of which all pages are mapped at once'),
      {
        value: 'small',
        says: 'those of one page: a leaf is marked by mlock() alone, or by folio_referenced() (until v6.17)',
        patch: { rmap_mlocks: () => rmap_mlocks_small },
      },
    ],
  },
  {
    name: 'swapin-mlock',
    says: 'whether a page that is read in from swap where it is locked is marked as mlocked',
    cites:
      'v6.8 mm/memory.c do_swap_page() (folio_add_anon_rmap_pte()); 6.12.117 .. v7.3.4 (folio_add_new_anon_rmap() of a folio ' +
      'that is on its list already); 9ae2feacedde "mm: use folio_add_new_anon_rmap() if folio_test_anon(folio)==false" (v6.11)',
    at: history('marks', { 'v6.11': 'leaves' }),
    values: [
      now('leaves', 'not before reclaim finds it'),
      { value: 'marks', says: 'it is (until v6.10)', patch: { swapin_mlocks: () => () => true } },
    ],
  },
];
