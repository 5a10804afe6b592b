/** Points at which kernels part where high granularity is enabled, and where entries are walked to. */
import type { Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';

export interface HgmKernel {
  // include/linux/hugetlb.h, mm/hugetlb.c: high granularity
  readonly hugetlb_hgm_enabled: (s: Sys, vma: Vma) => boolean;
  /** Whether a VMA has high granularity from mmap() on. */
  readonly mmap_enables_hgm: (s: Sys, vma: Vma) => boolean;
  /** Whether a VMA that has high granularity shares no PMD tables. */
  readonly hgm_excludes_pmd_share: (s: Sys) => boolean;
  /** Whether hugetlb_hgm_walk() stays at the hstate's entry where the VMA is not enabled, whatever the entry is. */
  readonly walk_asks_vma: (s: Sys) => boolean;
  /** Whether a uffd-wp marker is split where a table is put under it; otherwise it blocks the walk. */
  readonly walk_splits_marker: (s: Sys) => boolean;
  /** Whether a walk takes an entry above base pages for a table that is not present, and not none. */
  readonly walk_takes_any_for_table: (s: Sys, vma: Vma) => boolean;
  /** What vm_op_open() makes of a VMA that a split or fork has copied. */
  readonly hugetlb_vm_op_open: (s: Sys, vma: Vma) => Vma;

  /** Whether huge_pte_alloc() stops at a table where the VMA is not enabled: BUG_ON(). */
  readonly alloc_asserts_huge: (s: Sys) => boolean;
}
