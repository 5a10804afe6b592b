/**
 * Allocation and freeing of page-table pages, with mm->pgtables_bytes.
 * Mirrors include/asm-generic/pgalloc.h, include/linux/mm.h (mm_inc_nr_ptes() and others), and of mm/memory.c
 * __pte_alloc(), __pmd_alloc(), free_pgtables(); v7.1. Left out: PUD tables and above, which nothing here moves
 * or frees on its own; the TLB batch that frees tables late.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Mm, Pmd, PmdKind, PGTABLES_MAX, PGTABLES_MIN, PtePage } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { NONE_PMD, pmd_none, pmd_offset, pmd_table, pmd_table_of, pmd_table_row } from './pgtable.ts';

const ALLOCATED = PtePage.of({ allocated: 1 });
const FREE = PtePage.of({});
const TABLE = Pmd.of({ kind: PmdKind.table });
const SUCCEEDS_OR_FAILS = ['succeeds', 'fails'] as const;

/** Whether an allocation succeeds; the search tries both, as long as failures are left. */
export const alloc_succeeds = (s: Sys, what: string): boolean => {
  const failures = s.failures.at(0);
  if (failures >= s.failuresMax || s.choose(what, SUCCEEDS_OR_FAILS) === 0) return true;
  s.failures.put(0, failures + 1);
  return false;
};

const count_pgtables = (s: Sys, mm: number, by: number): void => {
  const entry = s.mm.at(mm);
  const code = Mm.pgtables(entry);
  const signed = code > PGTABLES_MAX ? code - 32 : code;
  const next = Math.max(PGTABLES_MIN, Math.min(PGTABLES_MAX, signed + by));
  s.mm.put(mm, Mm.mkPgtables(entry, next & 31));
};
export const mm_inc_nr_ptes = (s: Sys, mm: number): void => count_pgtables(s, mm, 1);
export const mm_dec_nr_ptes = (s: Sys, mm: number): void => count_pgtables(s, mm, -1);

/** pte_alloc_one(): the number of a zeroed table that belongs to the caller, or -1. */
export const pte_alloc_one = (s: Sys): number => {
  const { pteTables, ptrsPerPte } = s.geometry;
  let free = 0;
  while (free < pteTables && PtePage.allocated(s.ptePage.at(free)) === 1) free++;
  if (free === pteTables) {
    s.failures.put(0, Math.min(15, s.failures.at(0) + 1));
    return -1;
  }
  if (!alloc_succeeds(s, 'pte_alloc_one')) return -1;
  s.ptePage.put(free, ALLOCATED);
  for (let i = 0; i < ptrsPerPte; i++) s.pte.put(free * ptrsPerPte + i, 0 as never);
  return free;
};

export const pte_free = (s: Sys, table: number): void => s.ptePage.put(table, FREE);

/** pmd_populate(): the slot points to the table. */
export const pmd_populate = (s: Sys, mm: number, slot: number, table: number): void =>
  s.pmd.put(pmd_offset(s.geometry, mm, slot), Pmd.mkPfn(TABLE, table));

/** pte_alloc(): a PTE table under the slot, unless there is one, or a leaf. False: out of memory. */
export const pte_alloc = (s: Sys, mm: number, slot: number): boolean => {
  if (!pmd_none(s.pmd.at(pmd_offset(s.geometry, mm, slot)))) return true;
  const table = s.kernel.pte_alloc_one(s);
  if (table < 0) return false;
  mm_inc_nr_ptes(s, mm);
  pmd_populate(s, mm, slot, table);
  return true;
};

/** pmd_alloc(): the PMD table that the slot lies in. False: out of memory. */
export const pmd_alloc = (s: Sys, mm: number, slot: number): boolean => {
  const row = pmd_table_row(s.geometry, mm, slot);
  if (s.pmdTable.at(row) === 1) return true;
  if (!alloc_succeeds(s, 'pmd_alloc_one')) return false;
  s.pmdTable.put(row, 1);
  count_pgtables(s, mm, 1);
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

/** The PMD table's page goes, and with it whatever hung on its deposit list. */
const free_pmd_table = (s: Sys, mm: number, table: number): void => {
  const { geometry: g } = s;
  for (let slot = table * g.ptrsPerPmd; slot < (table + 1) * g.ptrsPerPmd; slot++) {
    s.pmd.put(pmd_offset(g, mm, slot), NONE_PMD);
    // Without split locks the list hangs on the mm, not on this page.
    if (s.machine.depositsPer !== 'mm') s.deposit.put(pmd_offset(g, mm, slot), 0);
  }
  s.pmdTable.put(mm * g.pmdTables + table, 0);
  count_pgtables(s, mm, -1);
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
  const pmdSpan = g.ptrsPerPte * g.ptrsPerPmd;
  for (let table = pmd_table_of(g, Math.trunc(start / g.ptrsPerPte)); table * pmdSpan < end; table++) {
    if (s.pmdTable.at(mm * g.pmdTables + table) === 0) continue;
    const first = Math.max(Math.trunc(start / g.ptrsPerPte), table * g.ptrsPerPmd);
    for (let slot = first; slot < (table + 1) * g.ptrsPerPmd && slot * g.ptrsPerPte < end; slot++) {
      const alone = slot * g.ptrsPerPte >= floor && (slot + 1) * g.ptrsPerPte <= ceiling;
      if (alone) free_pte_range(s, mm, slot);
    }
    if (table * pmdSpan >= floor && (table + 1) * pmdSpan <= ceiling) free_pmd_table(s, mm, table);
  }
};
