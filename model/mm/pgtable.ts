/** Where an entry stands: rows of the state for an address, as pud_offset(), pmd_offset() and pte_offset_map() find them. */
import { type Geometry, slotsOf } from '../state/geometry.ts';
import {
  isHwpoisonPte,
  isPrivatePte,
  isSwapPte,
  type MmView,
  Pmd,
  PmdKind,
  Pte,
  Pud,
  PudKind,
} from '../state/mm_types.ts';

export const slot_of = (g: Geometry, page: number): number => Math.trunc(page / g.ptrsPerPte);
/** The PUD slot that a PMD slot lies in. */
export const pud_of_slot = (g: Geometry, slot: number): number => Math.trunc(slot / g.ptrsPerPmd);
export const pud_of = (g: Geometry, page: number): number => Math.trunc(page / (g.ptrsPerPte * g.ptrsPerPmd));
export const pud_offset = (g: Geometry, mm: number, pud: number): number => mm * g.puds + pud;
/** The row of the PUD entry that a PMD slot hangs on. */
export const pud_row = (g: Geometry, mm: number, slot: number): number => pud_offset(g, mm, pud_of_slot(g, slot));
export const pmd_offset = (g: Geometry, mm: number, slot: number): number => mm * slotsOf(g) + slot;
/** The row of the PTE for `page` in PTE table `table`. */
export const pte_offset = (g: Geometry, table: number, page: number): number =>
  table * g.ptrsPerPte + (page % g.ptrsPerPte);
/** pte_offset_map(): the row of the PTE for `page`, whose PMD entry is a table. */
export const pte_offset_map = (s: MmView, mm: number, page: number): number =>
  pte_offset(s.geometry, Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, page)))), page);

export const pud_none = (e: Pud): boolean => Pud.kind(e) === PudKind.none;
/** pud_present(), and no leaf: a PMD table hangs there. */
export const pud_is_table = (e: Pud): boolean => Pud.kind(e) === PudKind.table;
/** pud_trans_huge(): a present leaf. */
export const pud_trans_huge = (e: Pud): boolean => Pud.kind(e) === PudKind.leaf;

export const pmd_none = (e: Pmd): boolean => Pmd.kind(e) === PmdKind.none;
export const pmd_table = (e: Pmd): boolean => Pmd.kind(e) === PmdKind.table;
/** pmd_trans_huge(): a present leaf. */
export const pmd_trans_huge = (e: Pmd): boolean => Pmd.kind(e) === PmdKind.leaf;
export const is_pmd_migration_entry = (e: Pmd): boolean => Pmd.kind(e) === PmdKind.migration;
/** pmd_is_huge(): a leaf, or a migration entry that stands for one. */
export const pmd_is_huge = (e: Pmd): boolean => pmd_trans_huge(e) || is_pmd_migration_entry(e);

export const pte_present = (pte: Pte): boolean => Pte.present(pte) === 1;
export const is_migration_entry = (pte: Pte): boolean => Pte.migration(pte) === 1;
/** softleaf_is_swap() */
export const is_swap_pte = isSwapPte;
/** softleaf_is_hwpoison() */
export const is_hwpoison_pte = isHwpoisonPte;
/** softleaf_is_device_private() */
export const is_device_private_pte = isPrivatePte;
export const pte_none = (pte: Pte): boolean =>
  !pte_present(pte) &&
  !is_migration_entry(pte) &&
  !is_swap_pte(pte) &&
  !is_hwpoison_pte(pte) &&
  !is_device_private_pte(pte);

export const NONE_PUD = 0 as Pud;
export const NONE_PMD = 0 as Pmd;
export const NONE_PTE = 0 as Pte;
