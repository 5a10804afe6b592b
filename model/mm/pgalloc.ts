/**
 * Allocation and freeing of page-table pages, with mm->pgtables_bytes.
 * Mirrors include/asm-generic/pgalloc.h, include/linux/mm.h (mm_inc_nr_ptes() and others), and of mm/memory.c
 * __pte_alloc(), __pmd_alloc(), free_pgtables(); v7.1. Left out: PUD tables and above, which nothing here moves
 * or frees on its own; the TLB batch that frees tables late.
 */
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { ModelBug } from '../../checker/search/index.ts';
import { Mm, NrPmds, NrPtes, Pmd, PmdKind, PtePage, Pud, PudKind } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import {
  NONE_PMD,
  NONE_PTE,
  NONE_PUD,
  pmd_none,
  pmd_offset,
  pmd_table,
  pud_none,
  pud_of_slot,
  pud_offset,
  pud_row,
  pud_trans_huge,
  slot_of,
} from './pgtable.ts';

const ALLOCATED = PtePage.of({ allocated: 1 });
const FREE = PtePage.of({});
const PTE_TABLE = Pmd.of({ kind: PmdKind.table });
const PMD_TABLE = Pud.of({ kind: PudKind.table });

/** An allocation for which the modelled machine has no room. */
export const alloc_fails = (s: Sys): -1 => {
  s.failures.put(0, Math.min(15, s.failures.at(0) + 1));
  return -1;
};

const add_nr_ptes = (s: Sys, mm: number, by: number): void =>
  s.mm.put(mm, Mm.mkNrPtes(s.mm.at(mm), NrPtes.add(Mm.nrPtes(s.mm.at(mm)), by)));
const add_nr_pmds = (s: Sys, mm: number, by: number): void =>
  s.mm.put(mm, Mm.mkNrPmds(s.mm.at(mm), NrPmds.add(Mm.nrPmds(s.mm.at(mm)), by)));
export const mm_inc_nr_ptes = (s: Sys, mm: number): void => add_nr_ptes(s, mm, 1);
export const mm_dec_nr_ptes = (s: Sys, mm: number): void => add_nr_ptes(s, mm, -1);

/** pte_alloc_one(): the number of a zeroed table that belongs to the caller, or -1. */
export const pte_alloc_one = (s: Sys): number => {
  const { pteTables, ptrsPerPte } = s.geometry;
  let free = 0;
  while (free < pteTables && PtePage.allocated(s.ptePage.at(free)) === 1) free++;
  if (free === pteTables) return alloc_fails(s);
  if (!alloc_succeeds(s, 'pte_alloc_one')) return -1;
  s.ptePage.put(free, ALLOCATED);
  for (let i = 0; i < ptrsPerPte; i++) s.pte.put(free * ptrsPerPte + i, NONE_PTE);
  return free;
};

export const pte_free = (s: Sys, table: number): void => s.ptePage.put(table, FREE);

/** pmd_populate(): the slot points to the table. */
export const pmd_populate = (s: Sys, mm: number, slot: number, table: number): void =>
  s.pmd.put(pmd_offset(s.geometry, mm, slot), Pmd.mkPfn(PTE_TABLE, table));

/** pte_alloc(): a PTE table under the slot, unless there is one, or a leaf. False: out of memory. */
export const pte_alloc = (s: Sys, mm: number, slot: number): boolean => {
  if (!pmd_none(s.pmd.at(pmd_offset(s.geometry, mm, slot)))) return true;
  const table = s.kernel.pte_alloc_one(s);
  if (table < 0) return false;
  mm_inc_nr_ptes(s, mm);
  pmd_populate(s, mm, slot, table);
  return true;
};

/** pmd_alloc(): the PMD table that the slot lies in, unless there is one, or a PUD leaf. False: out of memory. */
export const pmd_alloc = (s: Sys, mm: number, slot: number): boolean => {
  const row = pud_row(s.geometry, mm, slot);
  if (!pud_none(s.pud.at(row))) return true;
  if (!alloc_succeeds(s, 'pmd_alloc_one')) return false;
  s.pud.put(row, PMD_TABLE);
  add_nr_pmds(s, mm, 1);
  return true;
};

/** free_pte_range(): the slot's table, emptied before, goes. */
const free_pte_range = (s: Sys, mm: number, slot: number): void => {
  const row = pmd_offset(s.geometry, mm, slot);
  const e = s.pmd.at(row);
  if (pmd_none(e)) return;
  if (!pmd_table(e)) throw new ModelBug('bad-pmd', `free_pmd_range() meets ${Pmd.show(e)}; pmd_clear_bad()`);
  s.pmd.put(row, NONE_PMD);
  s.kernel.pte_free(s, Pmd.pfn(e));
  mm_dec_nr_ptes(s, mm);
};

/** free_pmd_range(): the PMD table's page goes, and with it whatever hung on its deposit list. */
const free_pmd_table = (s: Sys, mm: number, pud: number): void => {
  const { geometry: g } = s;
  for (let slot = pud * g.ptrsPerPmd; slot < (pud + 1) * g.ptrsPerPmd; slot++) {
    s.pmd.put(pmd_offset(g, mm, slot), NONE_PMD);
    // Without split locks the list hangs on the mm, not on this page.
    if (s.machine.depositsPer !== 'mm') s.deposit.put(pmd_offset(g, mm, slot), 0);
  }
  s.pud.put(pud_offset(g, mm, pud), NONE_PUD);
  add_nr_pmds(s, mm, -1);
};

/** pud_none_or_clear_bad(): whether there is no table to walk. A leaf is no table, and is cleared as a bad entry. */
export const pud_none_or_clear_bad = (s: Sys, mm: number, pud: number, who: string): boolean => {
  const e = s.pud.at(pud_offset(s.geometry, mm, pud));
  if (pud_trans_huge(e)) throw new ModelBug('bad-pud', `${who} meets ${Pud.show(e)}; pud_clear_bad(), without a flush`);
  return pud_none(e);
};

/**
 * free_pgd_range() for the pages start..end-1, which no VMA covers any more: PTE tables, then PMD tables, that
 * serve nothing in [0, floor) and [ceiling, …), where the neighbours live.
 */
export const free_pgd_range = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  floor: number,
  ceiling: number,
): void => {
  const { geometry: g } = s;
  // The slots that the range has for itself.
  const first = slot_of(g, Math.max(start, floor + g.ptrsPerPte - 1));
  const last = slot_of(g, Math.min(end + g.ptrsPerPte - 1, ceiling));
  if (first >= last) return;
  for (let pud = pud_of_slot(g, first); pud * g.ptrsPerPmd < last; pud++) {
    if (pud_none_or_clear_bad(s, mm, pud, 'free_pud_range()')) continue;
    const [from, to] = [pud * g.ptrsPerPmd, (pud + 1) * g.ptrsPerPmd];
    for (let slot = Math.max(first, from); slot < Math.min(last, to); slot++) free_pte_range(s, mm, slot);
    const span = g.ptrsPerPte;
    if (from * span >= floor && to * span <= ceiling) free_pmd_table(s, mm, pud);
  }
};
