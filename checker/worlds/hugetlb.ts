/** The worlds of hugetlb. */
import { HGM_WORLDS } from './hugetlb_hgm.ts';
import { MAINLINE_HUGETLB_WORLDS } from './hugetlb_mainline.ts';
import type { HugetlbWorldEntry } from './hugetlb_scope.ts';

export const HUGETLB_WORLDS: readonly HugetlbWorldEntry[] = [...MAINLINE_HUGETLB_WORLDS, ...HGM_WORLDS];
