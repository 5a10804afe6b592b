/** H2: tables below the hstate's entries only where high granularity is enabled. */
import type { Always } from '../../checker/search/index.ts';
import { type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, V1 } from './cites.ts';
import { eachPage } from './each_page.ts';
import { isBelowHstate, isVma, vmaAt } from './entries.ts';
import { pageInVma } from './wording.ts';

/** Where a kernel keeps that high granularity is enabled: in the data of the VMA (RFC v2), or in a flag of it (v1, v2). */
export type HgmKeptAt = 'data' | 'flag';

/** Whether high granularity is enabled in the VMA. */
export const isEnabled = (vma: Vma, keptAt: HgmKeptAt): boolean =>
  Vma.hgm(vma) === 1 && (keptAt === 'flag' || Vma.data(vma) === 1);

export const gate = (keptAt: HgmKeptAt): Always<HugetlbView> =>
  eachPage({
    name: 'H2',
    says: 'Where a VMA has a table in place of a hugepage, high granularity is enabled in it, and stays so when the VMA is split, copied by fork() or moved.',
    cites: `${RFC2}, 8/47, 12/47 (hugetlb_hgm_walk() stops where it is not); ${V1}, 8/46 (VM_HUGETLB_HGM)`,
    asks: (s, mm, page) => isVma(vmaAt(s, mm, page)) && isBelowHstate(s, mm, page),
    isRight: (s, mm, page) => isEnabled(vmaAt(s, mm, page), keptAt),
    tell: (s, mm, page) =>
      `${pageInVma(s, mm, page)}: there is a table where the hugepage would be, and high granularity is not enabled`,
  });
