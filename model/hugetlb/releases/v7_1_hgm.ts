/** Linux v7.1, as read in 7.1.5, has no high granularity: all entries are of the hstate. */
import type { HgmKernel } from '../kernel_hgm.ts';
import { hugetlb_vma_lock_alloc } from '../mmap.ts';

const no = (): boolean => false;
const yes = (): boolean => true;

export const HGM_V7_1: HgmKernel = {
  hugetlb_hgm_enabled: no,
  mmap_enables_hgm: no,
  hgm_excludes_pmd_share: yes,
  walk_asks_vma: no,
  walk_splits_marker: no,
  walk_takes_any_for_table: no,
  hugetlb_vm_op_open: (s, vma) => hugetlb_vma_lock_alloc(s, vma),
  alloc_asserts_huge: yes,
};
