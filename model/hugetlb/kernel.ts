/**
 * The kernel of hugetlb as a value: the functions at which releases, and versions of "hugetlb: introduce HugeTLB
 * high-granularity mapping" (James Houghton, 2022 and 2023), part. Whatever calls one of these goes through `s.kernel`; all else
 * stands as plain functions, written for entries of any size: without high granularity they only meet those of the hstate.
 */
import type { Choose } from '../../checker/search/index.ts';
import type { HwpoisonKernel } from './kernel_hwpoison.ts';
import type { FunctionsKernel } from './kernel_functions.ts';
import type { RmapKernel } from './kernel_rmap.ts';
import type { HugePte, HugetlbDraft, HugetlbPte, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { CollapseKernel } from './kernel_collapse.ts';
import type { FileKernel } from './kernel_file.ts';
import type { ProtectKernel } from './kernel_protect.ts';
import type { UffdKernel } from './kernel_uffd.ts';

/** What a kernel function works on: the state of the machine, the kernel, and whether an allocation fails. */
export interface Sys extends HugetlbDraft {
  readonly kernel: HugetlbKernel;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
  choose: Choose;
}

export interface HugetlbKernel
  extends FunctionsKernel, RmapKernel, HwpoisonKernel, CollapseKernel, FileKernel, ProtectKernel, UffdKernel {
  readonly name: string;

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

  /** CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING */
  readonly shares_pmd_tables: (s: Sys) => boolean;
  /** Whether a VMA that is split in the middle of a PMD table does not share it any more: hugetlb_split(). */
  readonly split_unshares_pmds: (s: Sys) => boolean;

  /** Whether CPUs forget what a PMD table had that is given up where it is unmapped. */
  readonly zap_of_shared_flushes: (s: Sys) => boolean;

  // include/linux/rmap.h
  /**
   * A leaf of `size` pages at frame `pfn` is counted, before it is there; whoever calls has a reference for it. `slot`: the hstate's
   * entry, which is the leaf or a table above it; `slotWasNone`: it was none before.
   */
  readonly hugetlb_add_file_rmap: (s: Sys, pfn: number, size: number, slot: HugetlbPte, slotWasNone: boolean) => void;
  /** The leaf does not count any more, after it is gone; whoever calls drops its reference then. */
  readonly hugetlb_remove_rmap: (s: Sys, pfn: number, size: number, slot: HugetlbPte) => void;
  /** A leaf has moved, from a table below one entry of the hstate to a table below another one. */
  readonly hugetlb_move_rmap: (s: Sys, leaf: HugePte, size: number, from: HugetlbPte, to: HugetlbPte) => void;
  /** page_mapcount() of a frame. */
  readonly page_mapcount: (s: Sys, pfn: number) => number;
  readonly folio_mapped: (s: Sys, folio: number) => boolean;

  // mm/hugetlb.c: faults
  /** Whether a poison marker ends a fault with VM_FAULT_HWPOISON_LARGE; otherwise it is like none. */
  readonly fault_sees_poison_marker: (s: Sys) => boolean;
  /** Whether a VMA gets its anon_vma before there is a page for it, and before UFFDIO_COPY and others look at what they were asked. */
  readonly anon_vma_comes_first: (s: Sys) => boolean;
  /** What a write fault does first at a leaf smaller than the hugepage that is not writable, before hugetlb_wp(). */
  readonly wp_of_small_leaf: (s: Sys, h: HugetlbPte) => void;
  /** Whether a leaf that hugetlb_no_page() puts in an entry `before` is protected as that was. */
  readonly no_page_keeps_wp: (s: Sys, vma: Vma, before: HugePte) => boolean;
  /** By which page unmap_ref_private() looks for the page in a child's VMA: `at` of the parent's, `inFile` of the file. */
  readonly unmap_ref_private_page: (s: Sys, child: Vma, at: number, inFile: number) => number;
  /** Whether hugetlb_wp() leaves an entry alone that has uffd-wp, though the VMA is not registered for it any more. */
  readonly wp_stops_at_uffd_bit: (s: Sys) => boolean;

  // mm/hugetlb.c: unmap
  /** Whether a zap leaves a marker only where the VMA is still registered for uffd-wp. */
  readonly zap_marker_asks_vma: (s: Sys) => boolean;
  /** Whether hugetlb_usage loses a migration entry that is zapped. */
  readonly zap_counts_migration: (s: Sys) => boolean;
  /** Whether a private hugepage that is unmapped gets its reservation back. */
  readonly zap_restores_reserve: (s: Sys, folio: number) => boolean;

  // fs/userfaultfd.c, mm/userfaultfd.c
  /** Which of these features UFFDIO_API refuses with EINVAL. */
  readonly userfaultfd_api_refuses: (s: Sys, features: Uffd) => boolean;
  /** Whether UFFD_FEATURE_MINOR_HUGETLBFS_HGM is refused without UFFD_FEATURE_EXACT_ADDRESS. */
  readonly userfaultfd_hgm_needs_exact: (s: Sys) => boolean;
  /** What UFFDIO_REGISTER does to a VMA that has got its flags. Returns a code of `Result`. */
  readonly userfaultfd_register_hgm: (s: Sys, mm: number, row: number) => number;
  /** Whether UFFDIO_CONTINUE works in base pages in this VMA. */
  readonly continue_in_pages: (s: Sys, mm: number, vma: Vma) => boolean;
  /** Whether UFFDIO_COPY and UFFDIO_CONTINUE put a page where this is: nothing, or some markers. */
  readonly mfill_overwrites: (s: Sys, e: HugePte) => boolean;
  /** Whether there is UFFDIO_POISON. */
  readonly mfill_poisons: (s: Sys) => boolean;
  /** With what UFFDIO_COPY ends where the pool is empty. */
  readonly mfill_copy_without_memory: (s: Sys) => number;
}

/** A patch: some functions of the kernel replaced, each with the one before at hand. */
export type HugetlbPatch = {
  readonly [K in Exclude<keyof HugetlbKernel, 'name'>]?: (base: HugetlbKernel[K]) => HugetlbKernel[K];
};

/** The kernel with a patch on top. */
export const patchedHugetlb = (kernel: HugetlbKernel, patch: HugetlbPatch): HugetlbKernel => {
  const replaced = Object.entries(patch).map(([name, replace]) => {
    const key = name as Exclude<keyof HugetlbKernel, 'name'>;
    return [name, (replace as (base: unknown) => unknown)(kernel[key])] as const;
  });
  return { ...kernel, ...Object.fromEntries(replaced) };
};
