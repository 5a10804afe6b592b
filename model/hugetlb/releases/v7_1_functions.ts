/** Functions of hugetlb as v7.1 has them, which are those of every release but for the points at which they part. */
import { hugetlb_change_protection } from '../change_protection.ts';
import { copy_hugetlb_page_range } from '../copy_page_range.ts';
import { hugetlb_fault } from '../fault.ts';
import { hugetlb_add_to_page_cache } from '../folio.ts';
import { hugetlb_wp } from '../hugetlb_wp.ts';
import { make_huge_pte } from '../make_huge_pte.ts';
import { do_mbind } from '../mempolicy.ts';
import { mfill_atomic_hugetlb } from '../mfill.ts';
import { do_mincore } from '../mincore.ts';
import { flush_tlb_range, mmu_notifier_invalidate_range } from '../mmu.ts';
import { move_hugetlb_page_tables } from '../move_page_tables.ts';
import { free_pgd_range } from '../pgalloc.ts';
import { huge_pmd_share, huge_pmd_unshare, hugetlb_unshare_pmds } from '../pmd_share.ts';
import { alloc_hugetlb_folio, reset_private_reservations } from '../reserve.ts';
import { hugetlb_count_add, unmap_hugepage_range } from '../unmap.ts';
import type { FunctionsKernel } from '../kernel_functions.ts';

export const FUNCTIONS_7_1: FunctionsKernel = {
  hugetlb_change_protection,
  copy_hugetlb_page_range,
  hugetlb_fault,
  hugetlb_add_to_page_cache,
  hugetlb_wp,
  make_huge_pte,
  do_mbind,
  mfill_atomic_hugetlb,
  do_mincore,
  flush_tlb_range,
  mmu_notifier_invalidate_range,
  move_hugetlb_page_tables,
  free_pgd_range,
  huge_pmd_share,
  huge_pmd_unshare,
  hugetlb_unshare_pmds,
  alloc_hugetlb_folio,
  reset_private_reservations,
  hugetlb_count_add,
  unmap_hugepage_range,
};
