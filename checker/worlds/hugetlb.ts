/** The worlds of hugetlb. */
import { HGM_WORLDS } from './hugetlb_hgm.ts';
import { MAINLINE_HUGETLB_WORLDS } from './hugetlb_mainline.ts';
import { ONE_HUGEPAGE_WORLDS } from './hugetlb_one_hugepage.ts';
import { HUGETLB_MREMAP_WORLDS } from './hugetlb_mremap.ts';
import type { HugetlbWorldEntry } from './hugetlb_scope.ts';
import { HUGETLB_WP_WORLDS } from './hugetlb_wp.ts';

export const HUGETLB_WORLDS: readonly HugetlbWorldEntry[] = [
  ...MAINLINE_HUGETLB_WORLDS,
  ...HUGETLB_MREMAP_WORLDS,
  ...HUGETLB_WP_WORLDS,
  ...ONE_HUGEPAGE_WORLDS,
  ...HGM_WORLDS,
];
