/** Points at which kernels part where a page is mapped by a fault, and where it is unmapped. */
import type { HugePte, HugetlbPte, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';

export interface FaultsKernel {
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
}
