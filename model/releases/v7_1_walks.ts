/** Walks over page tables in Linux v7.1: see v7_1.ts. */
import type { Kernel } from '../mm/kernel.ts';
import { wp_shared_mapping_range } from '../mm/mapping_dirty_helpers.ts';
import { migrate_queued } from '../mm/mempolicy_move.ts';
import { mincore_by_range, mincore_pte_range } from '../mm/mincore.ts';
import { clear_refs_pte_range, smaps_pte_range } from '../mm/task_mmu.ts';
import { Pmd } from '../state/mm_types.ts';

export const WALKS_7_1 = {
  // As read in v6.12, and in a tree later than v7.1.
  skipped_vma_ends_walk: () => true,
  wp_shared_mapping_range,
  reader_pud_entry: () => 0,
  smaps_pte_range,
  clear_refs_pte_range,
  // pmd_page(), pmd_folio(); vm_normal_page_pmd() since v7.3.
  walked_pmd_page: (_s, _vma, _page, e) => Pmd.pfn(e),
  mincore_walk: mincore_by_range,
  mincore_pte_range,
  migrate_queued,
} satisfies Partial<Kernel>;
