/** H16: UFFDIO_CONTINUE does what it says that it has done. */
import type { Move } from '../../checker/search/index.ts';
import type { HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import { entryAt, isLeaf, isSame, isShared } from './entries.ts';
import { isIn, rangeOf, resultName } from './moves.ts';
import { count, entryName, pagesName } from './wording.ts';

const isContinue = ({ name }: Move): boolean => name === 'userfaultfd_continue';
/** Whether the page is one of those that the call says it has mapped. */
const isDone = (move: Move, after: HugetlbView, mm: number, page: number): boolean =>
  isIn(move, mm, page) && page < rangeOf(move).from + after.done.at(0);
/** What comes with a table that is shared, the call has not mapped. */
const cameWithTable = (before: HugetlbView, after: HugetlbView, mm: number, page: number): boolean =>
  isShared(after, mm, page) && !isShared(before, mm, page);

export const continues = eachPageOfStep({
  name: 'H16',
  says: 'UFFDIO_CONTINUE has mapped those pages that it returns as done, and changed nothing of any other, whether it succeeds or ends with an error.',
  cites: `v7.1 mm/userfaultfd.c mfill_atomic_hugetlb(); ${RFC2}, 34/47; ioctl_userfaultfd(2): the mapped field`,
  isAbout: isContinue,
  asks: () => true,
  isRight: (before, move, after, mm, page) => {
    if (isDone(move, after, mm, page)) return isLeaf(entryAt(after, mm, page));
    return isSame(before, mm, page, after, mm, page) || cameWithTable(before, after, mm, page);
  },
  tell: (before, move, after, mm, page) => {
    const { from, to } = rangeOf(move);
    const call = `UFFDIO_CONTINUE of ${pagesName(from, to)} returned ${resultName(after)} with ${count(after.done.at(0), 'page')} done`;
    return `${call}: ${entryName(before, mm, page)} before, and ${entryName(after, mm, page)} after`;
  },
});
