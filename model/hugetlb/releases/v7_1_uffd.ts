/** What userfaultfd does of hugetlb in Linux v7.1, as read in 7.1.5. */
import { Result, Uffd } from '../../state/hugetlb/hugetlb_types.ts';
import { huge_pte_none_mostly } from '../hugetlb_pte.ts';
import type { UffdKernel } from '../kernel_uffd.ts';

export const UFFD_V7_1: UffdKernel = {
  // Since v6.3 or so: read in v6.12.
  register_without_vma: () => Result.EINVAL,
  register_of_registered: () => Result.ok,
  userfaultfd_api_refuses: (_s, features) => Uffd.hgm(features) === 1,
  userfaultfd_hgm_needs_exact: () => true,
  userfaultfd_register_hgm: () => Result.ok,
  continue_in_pages: () => false,
  mfill_overwrites: (_s, e) => huge_pte_none_mostly(e),
  // Since v6.6.
  mfill_poisons: () => true,
  // Since v6.15 or so: read in v6.18.
  mfill_copy_without_memory: () => Result.EEXIST,
};
