/**
 * Reclaim of one folio that MADV_FREE has given up: mm/vmscan.c shrink_folio_list(), v7.1 (6.12 read beside it). What
 * differs before v6.15 is in try_to_unmap().
 * Left out: which folios are tried, the accessed bits of their PTEs (as MADV_PAGEOUT leaves them out), swap, write-back.
 */
import { Pmd, Pte } from '../state/mm_types.ts';
import type { Sys } from './kernel.ts';
import { folio_test_lazyfree } from './lazyfree.ts';
import { page_folio, pfn_valid } from './page_flags.ts';
import { folio_get, folio_put } from './page_ref.ts';
import { pmd_offset, pmd_table, pmd_trans_huge, pte_offset, pte_present, slot_of } from './pgtable.ts';
import { try_to_unmap } from './rmap_unmap.ts';

/** The folio given up that the mm maps at this page, or -1. */
export const lazyfree_folio_at = (s: Sys, mm: number, page: number): number => {
  const { geometry: g } = s;
  const e = s.pmd.at(pmd_offset(g, mm, slot_of(g, page)));
  const pte = pmd_table(e) ? s.pte.at(pte_offset(g, Pmd.pfn(e), page)) : undefined;
  let pfn = -1;
  if (pmd_trans_huge(e) && Pmd.special(e) === 0) pfn = Pmd.pfn(e);
  else if (pte !== undefined && pte_present(pte) && Pte.special(pte) === 0) pfn = Pte.pfn(pte);
  return pfn_valid(s, pfn) && folio_test_lazyfree(s, page_folio(s, pfn)) ? page_folio(s, pfn) : -1;
};

/**
 * shrink_folio_list() of one folio. The reference is that of folio_isolate_lru(). If the folio is unmapped it is the last
 * one, since no PTE goes while there are others, and the folio is freed; else it returns to its list.
 */
export const shrink_folio_list = (s: Sys, folio: number): void => {
  folio_get(s, folio);
  try_to_unmap(s, folio);
  folio_put(s, folio);
};
