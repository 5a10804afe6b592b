/** What UFFDIO_REGISTER does of hugetlb, where releases part. Called through `s.kernel`, as all of kernel.ts. */
import type { Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import type { UffdModes } from './userfaultfd.ts';

export interface UffdKernel {
  /** With what UFFDIO_REGISTER ends where nothing is mapped in the range, nor behind it. */
  readonly register_without_vma: (s: Sys) => number;
  /** What it says of a VMA that is registered already: a code of `Result`. */
  readonly register_of_registered: (s: Sys, vma: Vma, modes: UffdModes) => number;
}
