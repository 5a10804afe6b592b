/** Points at which kernels part where a userfaultfd is told, registered, and filled from. */
import type { HugePte, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import type { UffdModes } from './userfaultfd.ts';

export interface UffdKernel {
  /** With what UFFDIO_REGISTER ends where nothing is mapped in the range, nor behind it. */
  readonly register_without_vma: (s: Sys) => number;
  /** What it says of a VMA that is registered already: a code of `Result`. */
  readonly register_of_registered: (s: Sys, vma: Vma, modes: UffdModes) => number;

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
