/**
 * What madvise() does to hugetlb, where kernels part: MADV_COLLAPSE and MADV_SPLIT of "hugetlb: introduce HugeTLB high-granularity
 * mapping", and MADV_DONTNEED. Called through `s.kernel`, as all of kernel.ts.
 */
import type { Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';

export interface CollapseKernel {
  /** MADV_COLLAPSE of pages from..to-1, which are all of one VMA. Returns a code of `Result`. */
  readonly madvise_collapse: (s: Sys, row: number, from: number, to: number) => number;
  /** What is asked of the VMA first: a code of `Result` with which the call ends, or GOES_ON. */
  readonly collapse_asks: (s: Sys, vma: Vma) => number;
  /** What is asked of the folio: `ok`, EBUSY, with which it ends, or EHWPOISON: the hugepage is skipped. */
  readonly collapse_folio_error: (s: Sys, folio: number) => number;
  /** What a hugepage that was skipped for its poison makes the call return, if nothing else comes. */
  readonly collapse_of_poison: (s: Sys) => number;
  /** Whether the next span makes it forget that. */
  readonly collapse_forgets_poison: (s: Sys) => boolean;
  /** Whether the leaf that it puts back is added to hugetlb_usage, as those that it took were taken off. */
  readonly collapse_counts_usage: (s: Sys) => boolean;
  /** Whether CPUs forget the tables before the leaf takes their place; if not, when the call ends. */
  readonly collapse_flushes_first: (s: Sys) => boolean;
  /** hugetlb_collapse(), once MADV_COLLAPSE is there: how it goes over VMAs. Returns a code of `Result`. */
  readonly hugetlb_collapse: (s: Sys, row: number, from: number, to: number) => number;
  /** Whether __unmap_hugepage_range() takes whole hugepages only: BUG_ON(). */
  readonly unmap_asserts_hugepages: (s: Sys) => boolean;

  /** Whether there is MADV_SPLIT. */
  readonly madvise_splits: (s: Sys) => boolean;
  /** Whether MADV_SPLIT tries to allocate the VMA lock again, where there is none. */
  readonly split_allocates_lock: (s: Sys) => boolean;

  /** What MADV_DONTNEED leaves of the VMA whose pages it has unmapped. */
  readonly dontneed_leaves: (s: Sys, vma: Vma) => Vma;
}
