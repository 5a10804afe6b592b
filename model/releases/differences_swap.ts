/** What the releases differ in where memory goes to swap and comes back: see differences.ts. */
import { skips_cache_of_own } from '../mm/memory_swap.ts';
import { type Difference, history, now } from './releases.ts';

export const SWAP_DIFFERENCES: readonly Difference[] = [
  {
    name: 'swapin-cache',
    says: 'whether a page that is read in from a synchronous device, and that one entry names, is put into the swap cache',
    cites:
      'mm/memory.c do_swap_page(): SWP_SYNCHRONOUS_IO && __swap_count() == 1 in v6.8 .. v6.18.5, swapin_folio() and ' +
      'should_try_to_free_swap() in v7.0 and v7.1.3',
    at: history('skipped', { 'v7.1': 'always' }),
    values: [
      now('always', 'it is, and is taken out again where that can be done'),
      {
        value: 'skipped',
        says: 'it is not, and belongs to who reads it',
        patch: { swapin_skips_cache: () => skips_cache_of_own, swapin_frees_sync: () => () => false },
      },
    ],
  },
  {
    name: 'swapin-order',
    says: 'when do_swap_page() gives the slot back, and takes the folio out of the swap cache if it can',
    cites:
      'mm/memory.c do_swap_page(): swap_free_nr(), should_try_to_free_swap(), and then folio_ref_count() == 1 in v6.8 .. ' +
      'v6.18.5; folio_put_swap() behind the rmap, should_try_to_free_swap() behind set_ptes() in v7.0 and v7.1.3',
    at: history('first', { 'v7.1': 'last' }),
    values: [
      now('last', 'when the page is mapped: a write keeps it in the swap cache, if the entry said exclusive'),
      {
        value: 'first',
        says: 'before it looks whether the page is its own: it may be exclusive by that',
        patch: { swapin_puts_first: () => () => true },
      },
    ],
  },
  {
    name: 'swapin-owner',
    says: 'what tells do_swap_page() that a page is its own, and that a write may take it out of the swap cache',
    cites:
      'mm/memory.c do_swap_page(): exclusive || folio_ref_count() == 1, and should_try_to_free_swap() by the reference count, ' +
      'without FAULT_FLAG_WRITE where the page is writable, in v6.8 .. v7.2.6; exclusive alone for both in v7.3.4',
    at: history('count too', { 'v7.3': 'entry' }),
    values: [
      now('count too', 'the entry, or that nobody else has a reference'),
      {
        value: 'entry',
        says: 'the entry alone: the first write to a page of its own frees the slot',
        patch: { swapin_asks_entry: () => () => true },
      },
    ],
  },
  {
    name: 'uffd-move-swapcache',
    says: 'what UFFDIO_MOVE makes of a swap entry of which a large folio is in the swap cache',
    cites:
      'c50f8e6053b0 "mm: fix kernel BUG when userfaultfd_move encounters swapcache" (v6.14); v6.14, v6.16.3, v6.17 and 6.12.117, mm/userfaultfd.c move_pages_pte(); before, the ' +
      'entry alone is moved, and the folio is not found by the reverse map, which no state here shows',
    at: history('moves', { 'v6.15': 'refuses' }, { 'v6.12.117': 'refuses' }),
    values: [
      now('refuses', 'EBUSY'),
      { value: 'moves', says: 'the entry moves', patch: { uffd_refuses_large_swapcache: () => () => false } },
    ],
  },
];
