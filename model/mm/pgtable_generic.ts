/**
 * Page tables in reserve: mm/pgtable-generic.c pgtable_trans_huge_deposit() and _withdraw(), and the powerpc hash
 * variant (arch/powerpc/include/asm/book3s/64/hash-64k.h); v7.1. The lists are the kernel's, order included: a new
 * table goes behind the head and becomes head; withdraw takes the head, and what followed it becomes head. Stubbed: the
 * PMD lock, by one flag. Left out: the page-table check.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Pmd, PtePage } from '../state/mm_types.ts';
import { slotsOf } from '../state/geometry.ts';
import { party } from '../state/party.ts';
import type { Sys } from './kernel.ts';
import { mm_dec_nr_ptes } from './pgalloc.ts';
import { NONE_PMD, pmd_offset, pmd_trans_huge, pud_of_slot } from './pgtable.ts';
import { take_pmd_lock } from './ptl.ts';

/** pmd_huge_pte(): the row of the list head that serves a slot. */
export const pmd_huge_pte = (s: Sys, mm: number, slot: number): number => {
  const { geometry: g } = s;
  switch (s.machine.depositsPer) {
    case 'PMD table':
      return pmd_offset(g, mm, pud_of_slot(g, slot) * g.ptrsPerPmd);
    case 'mm':
      return mm * slotsOf(g);
    case 'slot':
      return pmd_offset(g, mm, slot);
  }
};

export const pmd_lock = (s: Sys): void => s.pmdLocked.put(0, 1);
export const pmd_unlock = (s: Sys): void => s.pmdLocked.put(0, 0);
/** assert_spin_locked(pmd_lockptr()): deposit and withdraw insist on the lock. */
const assert_pmd_locked = (s: Sys, what: string): void => {
  if (s.pmdLocked.at(0) === 0) throw new ModelBug('assert_spin_locked', `${what} without the PMD lock`);
};

const next_of = (s: Sys, table: number): number => PtePage.next(s.ptePage.at(table));
const link = (s: Sys, table: number, next: number): void =>
  s.ptePage.put(table, PtePage.mkNext(s.ptePage.at(table), next));

export const pgtable_trans_huge_deposit = (s: Sys, mm: number, slot: number, table: number): void => {
  assert_pmd_locked(s, 'pgtable_trans_huge_deposit()');
  const row = pmd_huge_pte(s, mm, slot);
  const head = s.deposit.at(row);
  // The hash MMU overwrites its cell without a look at what is there.
  if (head === 0 || s.machine.depositsPer === 'slot') {
    link(s, table, table + 1);
  } else {
    link(s, table, next_of(s, head - 1));
    link(s, head - 1, table + 1);
  }
  s.deposit.put(row, table + 1);
};

/** The next of a deposit list. One that somebody has freed is linked to nothing any more. */
const linked = (next: number): number => {
  if (next === 0) throw new ModelBug('I-NOEMPTY', 'pgtable_trans_huge_withdraw() meets a table that has been freed');
  return next;
};

export const pgtable_trans_huge_withdraw = (s: Sys, mm: number, slot: number): number => {
  assert_pmd_locked(s, 'pgtable_trans_huge_withdraw()');
  const row = pmd_huge_pte(s, mm, slot);
  const head = s.deposit.at(row);
  if (head === 0)
    throw new ModelBug('I-NOEMPTY', `pgtable_trans_huge_withdraw() of an empty list, for ${party(mm)} pmd[${slot}]`);
  const next = linked(next_of(s, head - 1));
  if (next === head) {
    s.deposit.put(row, 0);
  } else {
    let last = head;
    while (next_of(s, last - 1) !== head) last = linked(next_of(s, last - 1));
    link(s, last - 1, next);
    s.deposit.put(row, next);
  }
  link(s, head - 1, 0);
  return head - 1;
};

/** zap_deposited_table() of mm/huge_memory.c. */
export const zap_deposited_table = (s: Sys, mm: number, slot: number): void => {
  s.kernel.pte_free(s, s.kernel.pgtable_trans_huge_withdraw(s, mm, slot));
  mm_dec_nr_ptes(s, mm);
};

/** pgtable_has_pmd_leaves() of the series that v4 builds on: whether the CPU can map at PMD level. */
export const pgtable_has_pmd_leaves = (s: Sys): boolean => s.machine.pmdLeaves;

/** pmd_mkspecial(): nothing, where entries have no such bit at this level. */
export const pmd_mkspecial = (s: Sys, e: Pmd): Pmd => (s.machine.pmdSpecial ? Pmd.mkSpecial(e, 1) : e);

/** Writes a leaf, or another huge entry, where others can see it. */
export const set_pmd_at = (s: Sys, mm: number, slot: number, e: Pmd): void => {
  // x86 has no assertion here, so the machine runs on, and the spec sees the mark.
  if (s.pmdLocked.at(0) === 0) s.unlockedWrite.put(0, 1);
  if (!pgtable_has_pmd_leaves(s)) throw new ModelBug('no-PMD-leaves', `${s.kernel.name} installs a PMD leaf`);
  if (s.machine.depositsPer === 'slot' && s.deposit.at(pmd_huge_pte(s, mm, slot)) === 0)
    throw new ModelBug('I-ORDER', `the leaf of slot ${slot} is visible, and no table is deposited for its hash slots`);
  take_pmd_lock(s, mm, slot);
  s.pmd.put(pmd_offset(s.geometry, mm, slot), e);
};

/**
 * Whether p?dp_set_access_flags() writes an entry that differs by its accessed and dirty bits: x86 only where something is written
 * to (`dirty`; arch/x86/mm/pgtable.c); arm64, riscv, powerpc, s390, and who has none of its own, always.
 */
export const writes_access_flags = (s: Sys, dirty: boolean): boolean => dirty || s.machine.arch !== 'x86';

/** pmdp_huge_get_and_clear(): the hash MMU wipes the reserved table as it clears. */
export const pmdp_huge_get_and_clear = (s: Sys, mm: number, slot: number): Pmd => {
  const row = pmd_offset(s.geometry, mm, slot);
  const e = s.pmd.at(row);
  if (s.machine.depositsPer === 'slot' && pmd_trans_huge(e) && s.deposit.at(pmd_huge_pte(s, mm, slot)) === 0)
    throw new ModelBug('I-NOEMPTY', `pmdp_huge_get_and_clear() wipes the missing table of slot ${slot}`);
  take_pmd_lock(s, mm, slot);
  s.pmd.put(row, NONE_PMD);
  return e;
};
