/** enum scan_result of mm/khugepaged.c, as far as modelled: each is what madvise_collapse_errno() makes of it, v7.1. */
import { Result } from '../state/mm_types.ts';

export const SCAN_SUCCEED = Result.ok;
export const SCAN_ALLOC_HUGE_PAGE_FAIL = Result.ENOMEM;
export const SCAN_EXCEED_NONE_PTE = Result.EBUSY;
export const SCAN_PAGE_COUNT = Result.EAGAIN;
export const SCAN_PAGE_LOCK = Result.EAGAIN;
export const SCAN_FAIL = Result.EINVAL;

/** Those that are no code of `Result`, and go no further: there is a folio of PMD size; a page is dirty. */
export const SCAN_PTE_MAPPED_HUGEPAGE = -11;
export const SCAN_PAGE_DIRTY_OR_WRITEBACK = -12;
