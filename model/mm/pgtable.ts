/** Where an entry stands: rows of the state for an address, as pmd_offset() and pte_offset_map() find them. */
import { type Geometry, slotsOf } from '../state/geometry.ts';
import { Pmd, PmdKind } from '../state/mm_types.ts';

export const slot_of = (g: Geometry, page: number): number => Math.trunc(page / g.ptrsPerPte);
/** The number of the PMD table that a slot lies in. */
export const pmd_table_of = (g: Geometry, slot: number): number => Math.trunc(slot / g.ptrsPerPmd);
export const pmd_offset = (g: Geometry, mm: number, slot: number): number => mm * slotsOf(g) + slot;
export const pmd_table_row = (g: Geometry, mm: number, slot: number): number =>
  mm * g.pmdTables + pmd_table_of(g, slot);
/** The row of the PTE for `page` in PTE table `table`. */
export const pte_offset = (g: Geometry, table: number, page: number): number =>
  table * g.ptrsPerPte + (page % g.ptrsPerPte);

export const pmd_none = (e: Pmd): boolean => Pmd.kind(e) === PmdKind.none;
export const pmd_table = (e: Pmd): boolean => Pmd.kind(e) === PmdKind.table;
/** pmd_trans_huge(): a present leaf. */
export const pmd_trans_huge = (e: Pmd): boolean => Pmd.kind(e) === PmdKind.leaf;

export const NONE_PMD = 0 as Pmd;
