/** Hugetlb of Linux v7.1, as read in 7.1.5: no mapping of high granularity, so that every entry is of the hstate. */
import type { HugetlbKernel } from '../kernel.ts';
import { huge_pte_none_mostly, pte_marker_uffd_wp } from '../hugetlb_pte.ts';
import { folio_mapped, hugetlb_add_file_rmap, hugetlb_remove_rmap, page_mapcount } from '../rmap.ts';
import { FUNCTIONS_7_1 } from './v7_1_functions.ts';
import { hugetlb_vma_lock_alloc } from '../mmap.ts';
import { HWPOISON_V7_1 } from './v7_1_hwpoison.ts';
import { RMAP_V7_1 } from './v7_1_rmap.ts';
import { Result, Uffd } from '../../state/hugetlb/hugetlb_types.ts';
import { collapse_v7_1 } from './v7_1_collapse.ts';
import { file_v7_1 } from './v7_1_file.ts';
import { v7_1_protect } from './v7_1_protect.ts';
import { UFFD_V7_1 } from './v7_1_uffd.ts';

const no = (): boolean => false;
const yes = (): boolean => true;

export const hugetlb_v7_1: HugetlbKernel = {
  ...FUNCTIONS_7_1,
  name: 'v7.1',
  ...HWPOISON_V7_1,
  ...RMAP_V7_1,
  ...collapse_v7_1,
  ...file_v7_1,
  hugetlb_hgm_enabled: no,
  mmap_enables_hgm: no,
  hgm_excludes_pmd_share: yes,
  walk_asks_vma: no,
  walk_splits_marker: no,
  walk_takes_any_for_table: no,
  hugetlb_vm_op_open: (s, vma) => hugetlb_vma_lock_alloc(s, vma),
  alloc_asserts_huge: yes,
  shares_pmd_tables: yes,
  split_unshares_pmds: yes,
  zap_of_shared_flushes: yes,
  hugetlb_add_file_rmap,
  hugetlb_remove_rmap,
  hugetlb_move_rmap: () => undefined,
  page_mapcount,
  folio_mapped,
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
  userfaultfd_api_refuses: (_s, features) => Uffd.hgm(features) === 1,
  userfaultfd_hgm_needs_exact: yes,
  userfaultfd_register_hgm: () => Result.ok,
  continue_in_pages: no,
  mfill_overwrites: (_s, e) => huge_pte_none_mostly(e),
  // Since v6.6.
  mfill_poisons: yes,
  // Since v6.15 or so: read in v6.18.
  mfill_copy_without_memory: () => Result.EEXIST,
  ...v7_1_protect,
  ...UFFD_V7_1,
};
