/** Hugepages of address space that have a table where the hstate would map a hugepage. */
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import type { HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { cachedAt, isBelowHstate, isVma, vmaAt } from './entries.ts';
import { isMappedIn } from './mappers.ts';

/** How many of those whose place in the file is that of the folio, and in which no leaf maps it. */
export const tablesWithoutLeafOf = (s: HugetlbView, folio: number): number => {
  const { hugepage, mms } = s.geometry;
  let n = 0;
  for (let mm = 0; mm < mms; mm++)
    for (let page = 0; page < pagesOf(s.geometry); page += hugepage) {
      const vma = vmaAt(s, mm, page);
      if (!isVma(vma) || !isBelowHstate(s, mm, page) || cachedAt(s, vma, page) !== folio) continue;
      if (!isMappedIn(s, folio, mm, page, page + hugepage)) n++;
    }
  return n;
};
