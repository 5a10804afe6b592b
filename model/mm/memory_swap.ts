/**
 * Swap entries in page tables: mm/memory.c do_swap_page(), copy_nonpresent_pte(), zap_nonpresent_ptes(), and
 * mm/rmap.c try_to_unmap_one() where it puts one in place; v7.1 (6.12 and 6.18 read beside it).
 * Left out: read-ahead, folios of several pages that are read in as a whole, KSM, userfaultfd, memory cgroups,
 * SWP_STABLE_WRITES, a page that is still being written out. A folio that is in the swap cache is mapped as a whole.
 */
import { Page, Rss, SwapSlot } from '../state/memmap.ts';
import { Prot, Pte, Result, Vma } from '../state/mm_types.ts';
import { PageHWPoison } from './hwpoison.ts';
import type { Sys } from './kernel.ts';
import { vma_alloc_folio } from './memory.ts';
import { do_wp_page } from './memory_wp.ts';
import { folio_test_mlocked, mlock_vma_folio } from './mlock_folio.ts';
import {
  folio_nr_pages,
  folio_test_anon,
  folio_test_large,
  folio_test_locked,
  folio_test_swapbacked,
  folio_test_swapcache,
  page_folio,
  page_swap_entry,
  PageAnonExclusive,
  set_page_flag,
} from './page_flags.ts';
import { folio_get, folio_ref_add, folio_ref_count } from './page_ref.ts';
import { NONE_PTE } from './pgtable.ts';
import { folio_add_new_anon_rmap } from './rmap.ts';
import {
  folio_put_swap,
  swap_cache_add_page,
  swap_cache_page,
  swap_dup_entry,
  swap_is_short,
  swap_put_entry_direct,
} from './swapfile.ts';
import { is_locked } from './vma_attributes.ts';
import { WAITS } from './vm_fault.ts';
import { add_mm_counter, add_swapents } from './vmstat.ts';

const SWAP_PTE = Pte.of({ special: 1 });
/** swp_entry_to_pte(), with pte_swp_mkexclusive() */
const swp_entry_to_pte = (slot: number, exclusive: boolean): Pte =>
  Pte.mkExclusive(Pte.mkPfn(SWAP_PTE, slot), exclusive ? 1 : 0);
export const swp_offset = (pte: Pte): number => Pte.pfn(pte);

/**
 * try_to_unmap_one() of an anonymous page that is swapbacked: its entry `pte`, which has just been cleared, becomes a swap
 * entry. False: the entry is as it was, and the walk ends. The page may be pinned, or has no slot, which the kernel warns of.
 */
export const unmap_to_swap = (s: Sys, mm: number, row: number, pte: Pte): boolean => {
  const pfn = Pte.pfn(pte);
  const slot = page_swap_entry(s, pfn);
  const exclusive = PageAnonExclusive(s, pfn);
  if (slot >= 0) swap_dup_entry(s, slot);
  if (slot < 0 || (exclusive && !s.kernel.folio_try_share_anon_rmap_pte(s, pfn))) {
    if (slot >= 0) folio_put_swap(s, slot);
    s.pte.put(row, pte);
    return false;
  }
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, -1);
  add_swapents(s, mm, 1);
  s.pte.put(row, swp_entry_to_pte(slot, exclusive));
  return true;
};

/** copy_nonpresent_pte() of a swap entry: parent and child name the slot, which is nobody's own any more. */
export const copy_swap_pte = (s: Sys, dst: number, row: number, dstRow: number): void => {
  const pte = Pte.mkExclusive(s.pte.at(row), 0);
  swap_dup_entry(s, swp_offset(pte));
  s.pte.put(row, pte);
  s.pte.put(dstRow, pte);
  add_swapents(s, dst, 1);
};

/** zap_nonpresent_ptes() of a swap entry, and what madvise_free_pte_range() does with one. */
export const zap_swap_pte = (s: Sys, mm: number, row: number): void => {
  const slot = swp_offset(s.pte.at(row));
  add_swapents(s, mm, -1);
  s.pte.put(row, NONE_PTE);
  swap_put_entry_direct(s, slot);
};

/** How many entries around one are of the whole large folio that page `index` of it is in the swap cache for; else 1. */
const swap_pte_batch = (s: Sys, vma: Vma, page: number, row: number, folio: number, index: number): number => {
  const nr = folio_nr_pages(s, folio);
  const { ptrsPerPte } = s.geometry;
  const first = page - index;
  const table = page - (page % ptrsPerPte);
  if (first < Math.max(table, Vma.start(vma)) || first + nr > Math.min(table + ptrsPerPte, Vma.end(vma))) return 1;
  const entry = s.pte.at(row);
  for (let i = 0; i < nr; i++) if (s.pte.at(row - index + i) !== Pte.mkPfn(entry, Pte.pfn(entry) + i - index)) return 1;
  return nr;
};

/** A page of memory for a slot, with one reference: of the swap cache, or new, and then in the cache or not. -1: none. */
const swapin_page = (s: Sys, slot: number): number => {
  const cached = swap_cache_page(s, slot);
  if (cached !== 0) {
    folio_get(s, page_folio(s, cached));
    return cached;
  }
  const fresh = vma_alloc_folio(s);
  if (fresh < 0 || s.kernel.swapin_skips_cache(s, slot)) return fresh;
  swap_cache_add_page(s, slot, fresh);
  folio_ref_add(s, fresh, 1);
  return fresh;
};

/** SWP_SYNCHRONOUS_IO, and one entry names the slot: the page is not exposed in the swap cache, until v6.18. */
export const skips_cache_of_own = (s: Sys, slot: number): boolean =>
  s.machine.syncSwap && SwapSlot.count(s.swapSlot.at(slot)) === 1;

/**
 * should_try_to_free_swap(); `refs` are those that the fault has, as mappings or for itself. A write does so where the page
 * is likely to be its own; `exclusive`: its entry says so (v7.3).
 */
const should_try_to_free_swap = (
  s: Sys,
  folio: number,
  refs: number,
  write: boolean,
  locked: boolean,
  exclusive: boolean,
): boolean => {
  if (!folio_test_swapcache(s, folio)) return false;
  if (s.kernel.swapin_frees_sync(s) || swap_is_short(s) || locked || folio_test_mlocked(s, folio)) return true;
  if (s.kernel.swapin_asks_entry(s)) return write && exclusive;
  return write && folio_ref_count(s, folio) === refs + folio_nr_pages(s, folio);
};

/**
 * do_swap_page(): the page comes back, read-only unless it is certainly ours. What is read with a write in mind goes on to
 * do_wp_page() where it is not. Returns a code of `Result`, or WAITS for the lock of the folio.
 */
export const do_swap_page = (s: Sys, mm: number, vmaRow: number, page: number, row: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const orig = s.pte.at(row);
  const slot = swp_offset(orig);
  const cached = swap_cache_page(s, slot);
  if (cached !== 0 && folio_test_locked(s, page_folio(s, cached))) return WAITS;
  // VM_FAULT_HWPOISON: what is broken and dirty is kept for those whose it is.
  if (cached !== 0 && PageHWPoison(s, cached)) return Result.SIGBUS;
  const pfn = swapin_page(s, slot);
  if (pfn < 0) return Result.OOM;
  const folio = page_folio(s, pfn);
  const index = pfn - folio;
  const inCache = folio_test_swapcache(s, folio);
  const nr = folio_test_large(s, folio) && inCache ? swap_pte_batch(s, vma, page, row, folio, index) : 1;
  const before = nr > 1 ? index : 0;
  const exclusive = Pte.exclusive(orig) === 1 || !inCache;
  const first = s.kernel.swapin_puts_first(s);
  const locked = is_locked(s, mm, page);
  const asksEntry = s.kernel.swapin_asks_entry(s);
  if (first) put_swap(s, slot - before, nr, folio, 1, write, locked, exclusive);
  const own = exclusive || (!asksEntry && folio_ref_count(s, folio) === 1);
  add_mm_counter(s, mm, Rss.MM_ANONPAGES, nr);
  add_swapents(s, mm, -nr);
  const writable = own && Vma.prot(vma) === Prot.RW && Vma.softClean(vma) === 0;
  folio_ref_add(s, folio, nr - 1);
  if (cached === 0) map_new(s, mm, pfn, own);
  else s.kernel.folio_add_anon_rmap_ptes(s, pfn - before, nr, mm, own);
  if (cached !== 0 || s.kernel.swapin_mlocks(s)) mlock_vma_folio(s, pfn - before, nr, mm, page - before);
  for (let i = 0; i < nr; i++) {
    const pte = s.kernel.pfn_pte(pfn - before + i, s.kernel.vm_page_prot(vma));
    const mk = Pte.mkWrite(pte, writable ? 1 : Pte.write(pte));
    s.pte.put(row - before + i, writable && write ? Pte.mkDirty(mk, 1) : mk);
  }
  // Until v7.1 FAULT_FLAG_WRITE is off where the page is writable already.
  if (!first) put_swap(s, slot - before, nr, folio, nr, write && (asksEntry || !writable), locked, exclusive);
  return write && !writable ? do_wp_page(s, mm, vmaRow, page) : Result.ok;
};

/** folio_put_swap(), and the folio leaves the swap cache if that is likely to be of use. */
const put_swap = (
  s: Sys,
  slot: number,
  nr: number,
  folio: number,
  refs: number,
  write: boolean,
  locked: boolean,
  exclusive: boolean,
): void => {
  for (let i = 0; i < nr; i++) folio_put_swap(s, slot + i);
  if (should_try_to_free_swap(s, folio, refs, write, locked, exclusive)) s.kernel.folio_free_swap(s, folio);
};

/** folio_add_new_anon_rmap() of a page that has just been read, which others may be going to map. */
const map_new = (s: Sys, mm: number, pfn: number, own: boolean): void => {
  folio_add_new_anon_rmap(s, pfn, mm);
  if (!own) set_page_flag(s, pfn, Page.mkAnonExclusive, 0);
};

/** Whether a folio may be given a slot, or has one: anonymous memory that MADV_FREE has not given up. */
export const is_swappable = (s: Sys, folio: number): boolean =>
  folio_test_anon(s, folio) && folio_test_swapbacked(s, folio);

/** move_swap_pte() of UFFDIO_MOVE. A folio of several pages in the swap cache is refused, since v6.14. */
export const move_swap_pte = (s: Sys, from: number, to: number): number => {
  const pte = s.pte.at(from);
  if (Pte.exclusive(pte) === 0) return Result.EBUSY;
  const cached = swap_cache_page(s, swp_offset(pte));
  if (cached !== 0) {
    const folio = page_folio(s, cached);
    if (folio_test_large(s, folio) && s.kernel.uffd_refuses_large_swapcache(s)) return Result.EBUSY;
    if (folio_test_locked(s, folio)) return WAITS;
  }
  s.pte.put(from, NONE_PTE);
  s.pte.put(to, pte);
  return Result.ok;
};
