/**
 * Which entries are of a folio: mm/page_vma_mapped.c check_pte() and check_pmd(), v7.1, asked by whoever looks for all of
 * them. Two differences: the kernel looks at no special bit there, and its check_pmd() asks whether two ranges overlap. Who
 * walks today has a folio of the LRU, of PMD size at most, where it comes to the same; it is not for DAX. Stubbed:
 * page_vma_mapped_walk() itself, by a look at whole tables.
 */
import { Pmd, Pte } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { folio_nr_pages } from './page_flags.ts';
import { is_device_private_pte, is_migration_entry, pmd_trans_huge, pte_present } from './pgtable.ts';

const is_page_of = (s: Sys, pfn: number, folio: number): boolean =>
  pfn >= folio && pfn < folio + folio_nr_pages(s, folio);

/** What maps a page of it, or stands for one that a device has; unlike the kernel's, nothing that is special. */
export const check_pte = (s: Sys, pte: Pte, folio: number): boolean =>
  ((pte_present(pte) && Pte.special(pte) === 0) || is_device_private_pte(pte)) && is_page_of(s, Pte.pfn(pte), folio);

/** The same with PVMW_MIGRATION. */
export const check_migration_pte = (s: Sys, pte: Pte, folio: number): boolean =>
  is_migration_entry(pte) && is_page_of(s, Pte.pfn(pte), folio);

/** By the head of the folio, and nothing that is special, where the kernel's takes whatever overlaps. */
export const check_pmd = (e: Pmd, folio: number): boolean =>
  pmd_trans_huge(e) && Pmd.special(e) === 0 && Pmd.pfn(e) === folio;
