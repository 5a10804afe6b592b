/** Locked memory in Linux v7.1: see v7_1.ts. */
import { mlock_pte_range, type MlockKernel, populate_vma_page_range, vma_supports_mlock } from '../mm/mlock.ts';
import { mlock_folio, munlock_folio, rmap_mlocks_whole, stays_locked } from '../mm/mlock_folio.ts';

export const MLOCK_7_1: MlockKernel = {
  vma_supports_mlock,
  mlock_pte_range,
  populate_vma_page_range,
  mlock_folio,
  munlock_folio,
  // Since v6.18.
  rmap_mlocks: rmap_mlocks_whole,
  stays_locked,
  // folio_add_new_anon_rmap(), which leaves the mark to folio_add_lru_vma(); nobody calls it here.
  swapin_mlocks: () => false,
};
