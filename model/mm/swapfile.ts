/**
 * Swap slots and the swap cache. Mirrors mm/swapfile.c folio_alloc_swap(), folio_dup_swap(), folio_put_swap(),
 * swap_dup_entry_direct(), swap_put_entries_direct(), folio_free_swap(), and mm/swap_state.c swap_cache_add_folio(),
 * swap_cache_del_folio(), as v7.1 calls them; v6.12 and v6.18 were read beside it (add_to_swap(), swap_duplicate(),
 * free_swap_and_cache_nr(), add_to_swap_cache(), delete_from_swap_cache()).
 * Stubbed: one device, of which the slots of a large folio are a run that is aligned to its size (THP_SWAP), the first that
 * is free. Left out: swapon and swapoff, clusters, zswap, slots that hold zeroes only, memory cgroups.
 */
import { type FolioDraft, type FolioView, Page, SwapSlot } from '../state/memmap.ts';
import type { Sys } from './kernel.ts';
import {
  folio_nr_pages,
  folio_test_locked,
  folio_test_swapcache,
  page_folio,
  page_swap_entry,
  set_page_flag,
} from './page_flags.ts';
import { folio_put_refs, folio_ref_add } from './page_ref.ts';
import { folio_mapcount } from './rmap.ts';

const FREE_SLOT = SwapSlot.of({});
const COUNT_MAX = 7;

/** swap_cache_get_folio(): the page that is the slot's copy, or 0. */
export const swap_cache_page = (s: FolioView, slot: number): number => SwapSlot.cached(s.swapSlot.at(slot));

const is_free = (s: FolioView, slot: number): boolean =>
  SwapSlot.count(s.swapSlot.at(slot)) === 0 && SwapSlot.cached(s.swapSlot.at(slot)) === 0;

/** vm_swap_full(): less than half of the slots are free. */
const vm_swap_full = (s: FolioView): boolean => {
  let free = 0;
  for (let slot = 0; slot < s.swapSlot.rows; slot++) if (is_free(s, slot)) free++;
  return free * 2 < s.swapSlot.rows;
};

/** The first free run of slots, aligned to its length; or -1. */
const free_slots = (s: FolioView, nr: number): number => {
  for (let first = 0; first + nr <= s.swapSlot.rows; first += nr) {
    let i = 0;
    while (i < nr && is_free(s, first + i)) i++;
    if (i === nr) return first;
  }
  return -1;
};

/** folio_alloc_swap(), add_to_swap(): slots for all pages of the folio, which is their copy now. False: there are none. */
export const folio_alloc_swap = (s: FolioDraft, folio: number): boolean => {
  const nr = folio_nr_pages(s, folio);
  const first = free_slots(s, nr);
  if (first < 0) return false;
  for (let i = 0; i < nr; i++) swap_cache_add_page(s, first + i, folio + i);
  folio_ref_add(s, folio, nr);
  return true;
};

/** Of swap_cache_add_folio(): one page. */
export const swap_cache_add_page = (s: FolioDraft, slot: number, pfn: number): void =>
  s.swapSlot.put(slot, SwapSlot.mkCached(s.swapSlot.at(slot), pfn));

/** swap_cache_del_folio(): slots that nobody names are free then. */
export const swap_cache_del_folio = (s: FolioDraft, folio: number): void => {
  const nr = folio_nr_pages(s, folio);
  for (let i = 0; i < nr; i++) {
    const slot = page_swap_entry(s, folio + i);
    const e = s.swapSlot.at(slot);
    s.swapSlot.put(slot, SwapSlot.count(e) === 0 ? FREE_SLOT : SwapSlot.mkCached(e, 0));
  }
  folio_put_refs(s, folio, nr);
};

/** folio_dup_swap(), swap_dup_entry_direct(): one more entry names the slot. */
export const swap_dup_entry = (s: FolioDraft, slot: number): void => {
  const e = s.swapSlot.at(slot);
  s.swapSlot.put(slot, SwapSlot.mkCount(e, Math.min(COUNT_MAX, SwapSlot.count(e) + 1)));
};

/** folio_put_swap(): one less. */
export const folio_put_swap = (s: FolioDraft, slot: number): void => {
  const e = s.swapSlot.at(slot);
  const count = Math.max(0, SwapSlot.count(e) - 1);
  s.swapSlot.put(slot, count === 0 && SwapSlot.cached(e) === 0 ? FREE_SLOT : SwapSlot.mkCount(e, count));
};

/** swap_put_entries_direct() of one entry: with the last one the copy goes, too, if nobody maps it, or slots are short. */
export const swap_put_entry_direct = (s: FolioDraft & Sys, slot: number): void => {
  folio_put_swap(s, slot);
  const pfn = swap_cache_page(s, slot);
  if (pfn === 0 || SwapSlot.count(s.swapSlot.at(slot)) > 0) return;
  // __try_to_reclaim_swap(), which only tries to take the lock.
  const folio = page_folio(s, pfn);
  if (folio_test_locked(s, folio) || (folio_mapcount(s, folio) > 0 && !vm_swap_full(s))) return;
  s.kernel.folio_free_swap(s, folio);
};

/** folio_maybe_swapped(): whether an entry names a slot of the folio. */
export const folio_maybe_swapped = (s: FolioView, folio: number): boolean => {
  const nr = folio_nr_pages(s, folio);
  for (let i = 0; i < nr; i++) {
    const slot = page_swap_entry(s, folio + i);
    if (slot >= 0 && SwapSlot.count(s.swapSlot.at(slot)) > 0) return true;
  }
  return false;
};

/** folio_free_swap(): the folio leaves the swap cache, if no entry names its slots. What it holds is nowhere else then. */
export const folio_free_swap = (s: Sys, folio: number): boolean => {
  if (!folio_test_swapcache(s, folio) || folio_maybe_swapped(s, folio)) return false;
  set_page_flag(s, folio, Page.mkDirty, 1);
  swap_cache_del_folio(s, folio);
  return true;
};

/** free_swap_cache(): what nobody maps any more, and no entry names, is in the swap cache for nothing; unless it is locked. */
export const free_swap_cache = (s: Sys, folio: number): void => {
  if (folio_test_swapcache(s, folio) && folio_mapcount(s, folio) === 0 && !folio_test_locked(s, folio))
    s.kernel.folio_free_swap(s, folio);
};

/** mem_cgroup_swap_full(), should_try_to_free_swap() of do_swap_page(), and at the end of shrink_folio_list(). */
export const swap_is_short = vm_swap_full;

/** What the slots of a folio hold is what the folio holds: it has been written out. */
export const mark_slots_written = (s: FolioDraft, folio: number): void => {
  const nr = folio_nr_pages(s, folio);
  for (let i = 0; i < nr; i++) {
    const slot = page_swap_entry(s, folio + i);
    s.swapSlot.put(slot, SwapSlot.mkWritten(s.swapSlot.at(slot), 1));
  }
};

/** The CPU has written to a page: what its slot holds, if it has one, is out of date. */
export const mark_slot_outdated = (s: FolioDraft, pfn: number): void => {
  const slot = page_swap_entry(s, pfn);
  if (slot >= 0) s.swapSlot.put(slot, SwapSlot.mkWritten(s.swapSlot.at(slot), 0));
};
