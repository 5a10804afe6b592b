/** Hugetlb of Linux v7.1, as read in 7.1.5: no mapping of high granularity, so that every entry is of the hstate. */
import type { HugetlbKernel } from '../kernel.ts';
import { folio_mapped, hugetlb_add_file_rmap, hugetlb_remove_rmap, page_mapcount } from '../rmap.ts';
import { FUNCTIONS_7_1 } from './v7_1_functions.ts';
import { HWPOISON_V7_1 } from './v7_1_hwpoison.ts';
import { RMAP_V7_1 } from './v7_1_rmap.ts';
import { collapse_v7_1 } from './v7_1_collapse.ts';
import { FAULTS_V7_1 } from './v7_1_faults.ts';
import { file_v7_1 } from './v7_1_file.ts';
import { HGM_V7_1 } from './v7_1_hgm.ts';
import { v7_1_protect } from './v7_1_protect.ts';
import { UFFD_V7_1 } from './v7_1_uffd.ts';

const yes = (): boolean => true;

export const hugetlb_v7_1: HugetlbKernel = {
  ...FUNCTIONS_7_1,
  name: 'v7.1',
  ...HWPOISON_V7_1,
  ...RMAP_V7_1,
  ...HGM_V7_1,
  ...FAULTS_V7_1,
  ...collapse_v7_1,
  ...file_v7_1,
  shares_pmd_tables: yes,
  split_unshares_pmds: yes,
  split_without_lock_unshares: () => false,
  munmap_opens: () => 'beside',
  zap_of_shared_flushes: yes,
  hugetlb_add_file_rmap,
  hugetlb_remove_rmap,
  hugetlb_move_rmap: () => undefined,
  page_mapcount,
  folio_mapped,
  ...v7_1_protect,
  ...UFFD_V7_1,
};
