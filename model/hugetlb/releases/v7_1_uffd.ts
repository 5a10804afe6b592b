/** UFFDIO_REGISTER of hugetlb in Linux v7.1, as read in 7.1.5. */
import { Result } from '../../state/hugetlb/hugetlb_types.ts';
import type { UffdKernel } from '../kernel_uffd.ts';

export const UFFD_V7_1: UffdKernel = {
  // Since v6.3 or so: read in v6.12.
  register_without_vma: () => Result.EINVAL,
  register_of_registered: () => Result.ok,
};
