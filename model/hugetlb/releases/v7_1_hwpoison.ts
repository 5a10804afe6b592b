/** Hugetlb of Linux v7.1 where memory breaks: as read in 7.1.5, and for what it does not have, what is right. */
import { NO_HPTE } from '../hugetlb_pte.ts';
import { split_undo } from '../hugetlb_split.ts';
import { hugetlb_enable_hgm_vma } from '../hwpoison_pages.ts';
import type { HwpoisonKernel } from '../kernel_hwpoison.ts';
import { memory_failure_hugetlb } from '../memory_failure.ts';

const yes = (): boolean => true;

export const HWPOISON_V7_1: HwpoisonKernel = {
  memory_failure_hugetlb,
  hugetlb_no_page_hwpoison: () => NO_HPTE,
  hwpoison_fault_unit: (_from, h) => h,
  hwpoison_enables_hgm: hugetlb_enable_hgm_vma,
  hwpoison_walks_to: (_head, page) => page,
  is_raw_hwp: (s, pfn) => s.rawHwpoison.at(pfn) === 1,
  hwpoison_flushes: yes,
  hwpoison_split_undo: split_undo,
  hwpoison_unmapped: (s, folio) => !s.kernel.folio_mapped(s, folio),
  hwpoison_unmaps_again: yes,
};
