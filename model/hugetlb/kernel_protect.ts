/** The kernel of hugetlb, of what changes, copies and moves entries: mprotect(), uffd-wp, fork(), mremap(). */
import type { HugePte, HugetlbPte, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';

/** What happens to uffd-wp while protection changes: MM_CP_UFFD_WP, MM_CP_UFFD_WP_RESOLVE, or neither. */
export type UffdWp = 'set' | 'cleared' | 'as it is';

export interface ProtectKernel {
  // mm/mmap.c, mm/userfaultfd.c
  /** Whether vm_page_prot of a VMA that is shared and writable is not writable, so that the first write faults. */
  readonly vma_wants_writenotify: (s: Sys, vma: Vma) => boolean;
  /** Whether pages of a VMA become writable at once when uffd-wp is taken back. */
  readonly wp_resolve_is_writable: (s: Sys, vma: Vma) => boolean;
  /** Whether UFFDIO_WRITEPROTECT needs one VMA for all of its range. */
  readonly wp_wants_one_vma: (s: Sys) => boolean;

  // mm/hugetlb.c hugetlb_change_protection()
  /** Whether it makes tables, so that what is not mapped can be protected. */
  readonly wp_allocates_tables: (s: Sys) => boolean;
  /** Whether it says so where there is no memory for them. */
  readonly wp_tells_no_memory: (s: Sys) => boolean;
  /** Which entry gets the marker where the walk has found nothing at `h`; `slot` is the hstate's. */
  readonly wp_marker_at: (s: Sys, h: HugetlbPte, slot: HugetlbPte) => HugetlbPte;
  /** What it does at a marker. */
  readonly protect_marker: (s: Sys, h: HugetlbPte, wp: UffdWp) => void;
  /** Whether it changes uffd-wp of this migration entry. */
  readonly wp_of_migration: (s: Sys, e: HugePte) => boolean;

  // mm/hugetlb.c copy_hugetlb_page_range()
  /** What the child's VMA needs before anything is copied. Returns a code of `Result`. */
  readonly copy_begins: (s: Sys, srcRow: number, dstRow: number) => number;
  /** Whether the child's table is taken for one that is shared, so that nothing is copied into it: `dst` is an entry of it. */
  readonly copy_takes_for_shared: (s: Sys, dst: HugetlbPte) => boolean;
  /** A reference for a leaf of the child. Returns a code of `Result`. */
  readonly copy_takes_ref: (s: Sys, folio: number) => number;
  /** What it leaves behind with an error: both locks of page tables are held. */
  readonly copy_fails_locked: (s: Sys) => void;
  /** Whether a leaf at `page` counts as the first mapping of its hugepage. */
  readonly copy_counts_first: (s: Sys, page: number, slotWasNone: boolean) => boolean;
  /** Whether a migration entry of the child is added to its hugetlb_usage. */
  readonly copy_counts_migration: (s: Sys) => boolean;
  /** What a child that has no uffd-wp gets of a migration or hwpoison entry. */
  readonly copy_swap_without_wp: (s: Sys, e: HugePte) => HugePte;
  /** Whether such a child's leaves lose uffd-wp. */
  readonly copy_clears_wp: (s: Sys) => boolean;
  /** Whether the copy of a pinned page is protected as the page was. */
  readonly copy_of_pinned_keeps_wp: (s: Sys) => boolean;

  // mm/hugetlb.c move_hugetlb_page_tables(), mm/mremap.c
  /** Whether it moves what the walk finds, and not the hstate's entry with all that is below. */
  readonly move_walks_down: (s: Sys) => boolean;
  /** Where it goes on at the destination, at `to`, when it skips `from` up to `next`. */
  readonly move_skips_to: (s: Sys, from: number, next: number, to: number) => number;
  /** Whether uffd-wp stays behind; `heard`: user space is told of the move. */
  readonly move_clears_wp: (s: Sys, heard: boolean) => boolean;
  /** Whether uffd-wp is taken back once all of a VMA has moved. */
  readonly mremap_resolves_wp: (s: Sys) => boolean;
  /** A PMD table could be shared at the destination, while i_mmap_rwsem is held for writing. */
  readonly move_meets_sharing: (s: Sys, page: number) => void;
  /** Which VMA loses the reservations of a private mapping: that which is unmapped, or that which was to be moved. */
  readonly mremap_fixes_source: (s: Sys) => boolean;
  /** Whether mremap() of a part of a VMA splits that off before it takes reservations from what is moved. */
  readonly mremap_splits_first: (s: Sys) => boolean;
}
