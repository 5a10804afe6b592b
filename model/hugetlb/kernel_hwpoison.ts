/** Points at which kernels part where memory of a hugepage breaks, and in which of its pages. */
import type { HugetlbPte } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';

export interface HwpoisonKernel {
  /** memory_failure() of a frame of a folio that is used. Returns a code of `Result`. */
  readonly memory_failure_hugetlb: (s: Sys, pfn: number) => number;
  /** The entry that a fault may map of a cached folio that is broken, from `h` on; NO_HPTE: none, SIGBUS. */
  readonly hugetlb_no_page_hwpoison: (s: Sys, row: number, page: number, h: HugetlbPte, folio: number) => HugetlbPte;
  /** Of how many pages the address is rounded by which that fault finds the frame: of `h`, or of `from`, before it was split. */
  readonly hwpoison_fault_unit: (from: HugetlbPte, h: HugetlbPte) => HugetlbPte;

  // "RFC PATCH v1 0/7: PAGE_SIZE Unmapping in Memory Failure Recovery for HugeTLB Pages"
  /** hugetlb_enable_hgm_vma() */
  readonly hwpoison_enables_hgm: (s: Sys, row: number) => void;
  /** The page from which the entry is looked for that is split: the hugepage begins at `head`, `page` is broken. */
  readonly hwpoison_walks_to: (head: number, page: number) => number;
  /** find_in_raw_hwp_list() of a frame of a broken folio. */
  readonly is_raw_hwp: (s: Sys, pfn: number) => boolean;
  /** Whether who knew the old leaf is told when smaller ones have taken its place. */
  readonly hwpoison_flushes: (s: Sys) => boolean;
  /** What has been split of the leaf that `h` was is taken back, from page `start` on. */
  readonly hwpoison_split_undo: (s: Sys, row: number, h: HugetlbPte, start: number) => void;
  /** Whether a private hugepage counts as unmapped. */
  readonly hwpoison_unmapped: (s: Sys, folio: number) => boolean;
  /** Whether another page of a hugepage is unmapped that has lost one already, and is not migratable. */
  readonly hwpoison_unmaps_again: (s: Sys) => boolean;
}
