/**
 * The batch of pages that have just been unmapped: mm/mmu_gather.c tlb_gather_mmu(), tlb_remove_page() with its likes and
 * tlb_finish_mmu(), v7.1, and mm/swap_state.c free_pages_and_swap_cache(). What nobody maps any more leaves the swap cache
 * at the end, behind the swap entries of the same range. Stubbed: the references, which go at once. Left out: the TLB, page
 * tables, batches that fill up, the one batch of MADV_DONTNEED for all VMAs (v6.16). The batch of s390, whose pages go one
 * by one (MMU_GATHER_NO_GATHER), is not modelled.
 */
import { FRAME_MAX } from '../state/geometry.ts';
import type { Sys } from './kernel.ts';
import { folio_test_swapcache, page_folio } from './page_flags.ts';

/** struct mmu_gather of the call that runs: its pages that are in the swap cache. */
const pages = new Int32Array(FRAME_MAX + 1);
let nr = 0;

export const tlb_gather_mmu = (): void => {
  nr = 0;
};

/** __tlb_remove_folio_pages(), tlb_remove_page_size(): a folio, by one of its pages. */
export const tlb_remove_page = (s: Sys, pfn: number): void => {
  if (s.swapSlot.rows > 0 && folio_test_swapcache(s, page_folio(s, pfn))) pages[nr++] = pfn;
};

export const tlb_finish_mmu = (s: Sys): void => {
  for (let i = 0; i < nr; i++) s.kernel.free_swap_cache(s, page_folio(s, pages[i]!));
  nr = 0;
};
