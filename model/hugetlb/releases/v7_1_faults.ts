/** Faults and unmapping of hugetlb in Linux v7.1, as read in 7.1.5. */
import { pte_marker_uffd_wp } from '../hugetlb_pte.ts';
import type { FaultsKernel } from '../kernel_faults.ts';

const no = (): boolean => false;
const yes = (): boolean => true;

export const FAULTS_V7_1: FaultsKernel = {
  // Since v6.6.
  fault_sees_poison_marker: yes,
  // Since v6.9 (userfaultfd) and v6.10 (faults).
  anon_vma_comes_first: yes,
  wp_of_small_leaf: () => undefined,
  no_page_keeps_wp: (_s, _vma, before) => pte_marker_uffd_wp(before),
  unmap_ref_private_page: (_s, _child, at) => at,
  wp_stops_at_uffd_bit: yes,
  zap_marker_asks_vma: no,
  zap_counts_migration: no,
  // Of the last mapping or not: v6.18.
  zap_restores_reserve: yes,
};
