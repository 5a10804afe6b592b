/** H22-FAILED: an mremap() that fails has done nothing. */
import type { Move } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import { type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { eachPageOfStep } from './each_page.ts';
import { entryAt, isSame, isShared, vmaAt } from './entries.ts';
import { isOk } from './moves.ts';
import { entryName, vmaName } from './wording.ts';

/** What a VMA is, wherever it begins and ends: it may have been split, and its lock is one of its own. */
const kindOf = (vma: Vma): Vma => Vma.mkData(Vma.mkPgoff(Vma.mkEnd(Vma.mkStart(vma, 0), 0), 0), 0);
const linearPage = (vma: Vma, page: number): number => Vma.pgoff(vma) + page - Vma.start(vma);
const isLike = (was: Vma, is: Vma, page: number): boolean =>
  kindOf(was) === kindOf(is) && linearPage(was, page) === linearPage(is, page);

/** Whether the private mapping at the page has used what it was promised there. */
const hasUsed = (s: HugetlbView, mm: number, page: number): number => {
  const { hugepage } = s.geometry;
  return s.consumed.at(mm * Math.ceil(pagesOf(s.geometry) / hugepage) + Math.trunc(page / hugepage));
};

/** What was in a shared table is left to faults. */
const keepsEntry = (before: HugetlbView, after: HugetlbView, mm: number, page: number): boolean =>
  isSame(before, mm, page, after, mm, page) || (isShared(before, mm, page) && entryAt(after, mm, page) === 0);

const fails = ({ name }: Move, after: HugetlbView): boolean => name === 'hugetlb_mremap' && !isOk(after);

export const mremapFailed = eachPageOfStep({
  name: 'H22-FAILED',
  says: 'After an mremap() that has failed every page of the process has the entry and the rights that it had, and a private mapping is promised what it was; what was in a shared PMD table may be left to faults.',
  cites:
    'v7.1 mm/mremap.c copy_vma_and_data() ("move entries back from new area to old"); v7.3 (fixup_hugetlb_reservations() of the VMA that is unmapped)',
  isAbout: fails,
  asks: (before, move, _after, mm) => mm === move.args['mm'] && before.mm.at(mm) === 1,
  isRight: (before, _move, after, mm, page) =>
    isLike(vmaAt(before, mm, page), vmaAt(after, mm, page), page) &&
    hasUsed(before, mm, page) === hasUsed(after, mm, page) &&
    keepsEntry(before, after, mm, page),
  tell: (before, _move, after, mm, page) => {
    const [was, is] = [vmaAt(before, mm, page), vmaAt(after, mm, page)];
    if (!isLike(was, is, page)) return `page ${page} was in ${vmaName(was)}, and is in ${vmaName(is)}`;
    return `${entryName(before, mm, page)} before mremap(), and ${entryName(after, mm, page)} after it`;
  },
});
