/** madvise() of hugetlb in Linux v7.1, as read in 7.1.5: MADV_COLLAPSE is refused, and there is no MADV_SPLIT. */
import { Result, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import { __hugetlb_collapse, GOES_ON, poison_then_migratable } from '../hugetlb_collapse.ts';
import type { CollapseKernel } from '../kernel_collapse.ts';

const no = (): boolean => false;
const yes = (): boolean => true;

export const collapse_v7_1: CollapseKernel = {
  // thp_vma_allowable_order(): VM_HUGETLB is of VM_NO_KHUGEPAGED.
  madvise_collapse: () => Result.EINVAL,
  // No release comes to these.
  collapse_asks: (s, vma) => {
    if (Vma.mayShare(vma) === 0) return Result.EINVAL;
    return s.kernel.hugetlb_hgm_enabled(s, vma) ? GOES_ON : Result.ok;
  },
  collapse_folio_error: poison_then_migratable,
  collapse_of_poison: () => Result.ok,
  collapse_forgets_poison: no,
  collapse_counts_usage: yes,
  collapse_flushes_first: yes,
  hugetlb_collapse: __hugetlb_collapse,
  unmap_asserts_hugepages: yes,
  madvise_splits: no,
  split_allocates_lock: no,
  dontneed_leaves: (_s, vma) => vma,
};
