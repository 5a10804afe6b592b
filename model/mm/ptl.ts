/**
 * Page-table locks that a look-up holds while other operations run: pud_lockptr(), pmd_lockptr() and pte_lockptr() of
 * include/linux/mm.h, v7.1. Whoever takes such a lock says so here, and the operation is made later. Only locks under
 * which an entry is written are asked for: to read one that does not change is to have read it before.
 */
import { Found, Level, Lookup, LookupStage } from '../state/lookups.ts';
import { Pmd } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { pmd_offset, pmd_table, pud_of, pud_of_slot, slot_of } from './pgtable.ts';

/** Look-ups are all in the address space of the parent. */
export const LOOKUP_MM = 0;

/** The page that is being looked up: behind those that the same call has found already. */
export const page_of_lookup = (e: Lookup): number => Lookup.page(e) + Lookup.done(e);

/** The level at which a look-up holds the lock of its entry, or Level.none. */
const held_level = (s: Sys): number =>
  s.lookup.rows > 0 && Lookup.stage(s.lookup.at(0)) === LookupStage.locked ? Found.level(s.found.at(0)) : Level.none;

const wait = (s: Sys): void => s.contended.put(0, 1);

/** mm->page_table_lock serves the PUD entries of an mm. */
export const take_pud_lock = (s: Sys, mm: number): void => {
  if (s.lookup.rows > 0 && mm === LOOKUP_MM && held_level(s) === Level.PUD) wait(s);
};

/** A PMD table has a lock of its own, unless split PMD locks are off. */
export const take_pmd_lock = (s: Sys, mm: number, slot: number): void => {
  if (s.lookup.rows === 0 || mm !== LOOKUP_MM || held_level(s) !== Level.PMD) return;
  const { geometry: g } = s;
  const same = pud_of_slot(g, slot) === pud_of(g, page_of_lookup(s.lookup.at(0)));
  if (same || s.machine.depositsPer === 'mm') wait(s);
};

/** So has a PTE table; `row` is that of a PTE. */
export const take_pte_lock = (s: Sys, row: number): void => {
  if (s.lookup.rows === 0 || held_level(s) !== Level.PTE) return;
  const { geometry: g } = s;
  const e = s.pmd.at(pmd_offset(g, LOOKUP_MM, slot_of(g, page_of_lookup(s.lookup.at(0)))));
  if (pmd_table(e) && Pmd.pfn(e) === Math.trunc(row / g.ptrsPerPte)) wait(s);
};
