/** Locked memory, as a part of a kernel: see kernel.ts. */
import type { Sys } from './kernel.ts';
import type * as mlock from './mlock.ts';
import type * as mlock_folio from './mlock_folio.ts';

export interface MlockKernel {
  // mm/mlock.c, mm/gup.c
  readonly vma_supports_mlock: typeof mlock.vma_supports_mlock;
  readonly mlock_pte_range: typeof mlock.mlock_pte_range;
  readonly populate_vma_page_range: typeof mlock.populate_vma_page_range;
  readonly mlock_folio: typeof mlock_folio.mlock_folio;
  readonly munlock_folio: typeof mlock_folio.munlock_folio;

  // mm/rmap.c, mm/memory.c
  /** Whether a mapping of `nr` pages of a folio in a locked VMA marks the folio; if not, reclaim may. */
  readonly rmap_mlocks: typeof mlock_folio.rmap_mlocks_whole;
  readonly stays_locked: typeof mlock_folio.stays_locked;
  /** Whether a page that is read in from swap is marked as it is mapped. */
  readonly swapin_mlocks: (s: Sys) => boolean;
}
