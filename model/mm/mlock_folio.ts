/**
 * Which folios are marked as locked: mm/mlock.c mlock_folio(), mlock_new_folio(), munlock_folio(), mm/internal.h
 * mlock_vma_folio(), munlock_vma_folio(), and what mm/rmap.c makes of VM_LOCKED; v7.1 (v6.8, v6.12, v6.18, v7.3 read beside
 * it). A folio that is marked is on the list of what cannot be evicted, and counts there how often it is locked
 * (mlock_count); off the lists it cannot count. The count may be too low: reclaim marks again what it finds locked.
 * Stubbed: the LRU lists, and their batches, which are always empty. Left out: NR_MLOCK and the events.
 */
import { slotsOf } from '../state/geometry.ts';
import { type FolioDraft, Migration, Mlock } from '../state/memmap.ts';
import { Pmd, Vma } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { folio_nr_pages, folio_test_large, page_folio, pfn_to_page } from './page_flags.ts';
import { check_pmd, check_pte } from './page_vma_mapped.ts';
import { pmd_offset, pmd_table, pte_offset, slot_of } from './pgtable.ts';
import { vm_mm, vma_interval_tree_iter_first, vma_interval_tree_iter_next } from './vma.ts';
import { is_locked } from './vma_attributes.ts';

const NOT_MLOCKED = Mlock.of({});
/** Marked, and not counted. */
export const MLOCKED = Mlock.of({ mlocked: 1 });
/** Where mlock_count sticks. */
const COUNT_MAX = 7;

export const folio_test_mlocked = (s: FolioDraft, folio: number): boolean =>
  s.mlock.rows > 0 && Mlock.mlocked(s.mlock.at(pfn_to_page(folio))) === 1;

/** Whether the folio is off the lists between two operations: who migrates it has isolated it, who splits it has not. */
const is_isolated = (s: Sys, folio: number): boolean => {
  if (s.migration.rows === 0) return false;
  const e = s.migration.at(0);
  return Migration.taken(e) === 1 && Migration.splits(e) === 0 && Migration.pfn(e) === folio;
};

/** mlock_folio() and __mlock_folio(). */
export const mlock_folio = (s: Sys, folio: number): void => {
  const row = pfn_to_page(folio);
  const was = Mlock.mlocked(s.mlock.at(row)) === 1 ? Mlock.count(s.mlock.at(row)) : 0;
  if (is_isolated(s, folio)) s.mlock.put(row, Mlock.mkCount(MLOCKED, was));
  else s.mlock.put(row, Mlock.mkCount(MLOCKED, Math.min(was + 1, COUNT_MAX)));
};

/** munlock_folio() and __munlock_folio(): the mark goes with the last count, or with the first off the lists. */
export const munlock_folio = (s: Sys, folio: number, isolated = is_isolated(s, folio)): void => {
  const row = pfn_to_page(folio);
  const count = Mlock.count(s.mlock.at(row));
  if (!isolated && count > 1) s.mlock.put(row, Mlock.mkCount(MLOCKED, count - 1));
  else s.mlock.put(row, NOT_MLOCKED);
};

/** folio_putback_lru(): back on its list, where nobody knows how often it was locked (lru_add()). */
export const folio_putback_lru = (s: Sys, folio: number): void => {
  if (folio_test_mlocked(s, folio)) s.mlock.put(pfn_to_page(folio), MLOCKED);
};

/** folio_add_lru_vma() of a folio that has just been allocated and mapped: mlock_new_folio(). */
export const folio_add_lru_vma = (s: Sys, folio: number, mm: number, page: number): void => {
  if (is_locked(s, mm, page)) s.mlock.put(pfn_to_page(folio), Mlock.mkCount(MLOCKED, 1));
};

/** The end of folio_add_anon_rmap_*() and folio_add_file_rmap_*(), of `nr` pages at once, from `page` of the mm on. */
export const mlock_vma_folio = (s: Sys, pfn: number, nr: number, mm: number, page: number): void => {
  if (!is_locked(s, mm, page)) return;
  const folio = page_folio(s, pfn);
  if (s.kernel.rmap_mlocks(s, folio, nr)) s.kernel.mlock_folio(s, folio);
};
/** Since v6.18: what is mapped as a whole. */
export const rmap_mlocks_whole = (s: Sys, folio: number, nr: number): boolean => folio_nr_pages(s, folio) === nr;
/** Until v6.17: small folios; large ones are left to reclaim. */
export const rmap_mlocks_small = (s: Sys, folio: number): boolean => !folio_test_large(s, folio);

/** The end of folio_remove_rmap_*(): whatever part of the folio it was. `isolated`: the caller has taken it off its list. */
export const munlock_vma_folio = (s: Sys, pfn: number, mm: number, page: number, isolated?: boolean): void => {
  if (is_locked(s, mm, page)) s.kernel.munlock_folio(s, page_folio(s, pfn), isolated);
};

/** What page_vma_mapped_walk() finds of a folio in a VMA: nothing, a part, or all of it, under one page table lock. */
const NOWHERE = 0;
const IN_PART = 1;
const WHOLE = 2;
const mapped_in = (s: Sys, mm: number, vma: Vma, folio: number): number => {
  const { geometry: g } = s;
  const nr = folio_nr_pages(s, folio);
  let found = NOWHERE;
  for (let slot = slot_of(g, Vma.start(vma)); slot < slotsOf(g) && slot * g.ptrsPerPte < Vma.end(vma); slot++) {
    const e = s.pmd.at(pmd_offset(g, mm, slot));
    if (check_pmd(e, folio)) return WHOLE;
    if (!pmd_table(e)) continue;
    const first = Math.max(Vma.start(vma), slot * g.ptrsPerPte);
    const end = Math.min(Vma.end(vma), (slot + 1) * g.ptrsPerPte);
    let ptes = 0;
    for (let page = first; page < end; page++)
      if (check_pte(s, s.pte.at(pte_offset(g, Pmd.pfn(e), page)), folio)) ptes++;
    if (ptes === nr) return WHOLE;
    if (ptes > 0) found = IN_PART;
  }
  return found;
};

/**
 * The part of try_to_unmap_one() that VM_LOCKED is about: what a locked VMA maps stays, and if it is all of the folio, the
 * mark is put on that was missed. Whether the VMA maps any of it.
 */
export const stays_locked = (s: Sys, mm: number, vma: Vma, folio: number): boolean => {
  const found = mapped_in(s, mm, vma, folio);
  if (found === WHOLE && s.kernel.rmap_mlocks(s, folio, folio_nr_pages(s, folio))) s.kernel.mlock_folio(s, folio);
  return found !== NOWHERE;
};

/** folio_referenced(), as far as it looks for VM_LOCKED: whether a locked VMA maps all of the folio, which is marked then. */
export const folio_referenced_locked = (s: Sys, folio: number): boolean => {
  if (s.mlock.rows === 0) return false;
  for (let row = vma_interval_tree_iter_first(s); row >= 0; row = vma_interval_tree_iter_next(s, row)) {
    const mm = vm_mm(s, row);
    const vma = s.vma.at(row);
    if (!is_locked(s, mm, Vma.start(vma)) || mapped_in(s, mm, vma, folio) !== WHOLE) continue;
    s.kernel.mlock_folio(s, folio);
    return true;
  }
  return false;
};
