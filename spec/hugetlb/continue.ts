/** H16 and H16-EXISTS: UFFDIO_CONTINUE does what it says that it has done, and says EEXIST of what is there. */
import type { Move, Step } from '../../checker/search/index.ts';
import { leafSizes } from '../../model/state/hugetlb/geometry.ts';
import { HugePte, type HugetlbView, Result } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, V2 } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import { entryAt, isLeaf, isSame, isShared, isTable, namesFrame } from './entries.ts';
import { isIn, rangeOf, resultName } from './moves.ts';
import { count, entryName, pagesName, party } from './wording.ts';

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

const isRefused = (move: Move, after: HugetlbView): boolean => isContinue(move) && after.result.at(0) === Result.EEXIST;
/** The page at which the call has ended, and the page behind the largest leaf that could be there. */
const endedAt = (move: Move, after: HugetlbView): { readonly from: number; readonly to: number } => {
  const { from, to } = rangeOf(move);
  const at = from + after.done.at(0);
  const size = leafSizes(after.geometry).find((one) => at % one === 0 && at + one <= to) ?? 1;
  return { from: at, to: at + size };
};
/** A leaf, or what migrates or is broken, is there; an empty marker of uffd-wp is not. */
export const isThere = (e: HugePte): boolean => namesFrame(e) || (!isTable(e) && HugePte.poisoned(e) === 1);
const anyThere = (move: Move, after: HugetlbView): boolean => {
  const { from, to } = endedAt(move, after);
  for (let page = from; page < to; page++) if (isThere(entryAt(after, move.args['mm'] as number, page))) return true;
  return false;
};

export const continueExists: Step<HugetlbView> = {
  kind: 'step',
  name: 'H16-EXISTS',
  says: 'UFFDIO_CONTINUE ends with EEXIST only where something is mapped, migrates or is broken of what its next leaf would map: a marker of uffd-wp, or a table that is empty, is nothing.',
  cites: `ioctl_userfaultfd(2): EEXIST; v6.12 mm/hugetlb.c hugetlb_mfill_atomic_pte() ("We allow to overwrite a pte marker"); ${V2}, 14/46 ("UFFDIO_WRITEPROTECT no longer prevents a high-granularity UFFDIO_CONTINUE")`,
  subject: (_before, move, after) => isRefused(move, after),
  holds: (_before, move, after) => !isRefused(move, after) || anyThere(move, after),
  explain: (_before, move, after) => {
    const { from, to } = rangeOf(move);
    const next = endedAt(move, after);
    const mm = move.args['mm'] as number;
    const call = `UFFDIO_CONTINUE of ${pagesName(from, to)} ended with EEXIST at page ${next.from}`;
    return `${call}, and nothing is there at ${pagesName(next.from, next.to)} of ${party(mm)}: ${entryName(after, mm, next.from)}`;
  },
};
