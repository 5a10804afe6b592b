/** H-COPY: UFFDIO_COPY says EEXIST of what is there. */
import type { Move, Step } from '../../checker/search/index.ts';
import { type HugetlbView, Result, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { isThere } from './continue.ts';
import { cachedAt, entryAt, NONE, vmaAt } from './entries.ts';
import { rangeOf } from './moves.ts';
import { entryName, pagesName } from './wording.ts';

const ofMm = ({ args }: Move): number => args['mm'] as number;
const isRefused = ({ name }: Move, after: HugetlbView): boolean =>
  name === 'userfaultfd_copy' && after.result.at(0) === Result.EEXIST;
/** The hugepage at which the call has ended. */
const endedAt = (move: Move, after: HugetlbView): number => rangeOf(move).from + after.done.at(0);

/** Whether it is mapped, migrates or is broken, or the page cache has it, which a shared mapping would map. */
const isThereAlready = (move: Move, after: HugetlbView): boolean => {
  const at = endedAt(move, after);
  const vma = vmaAt(after, ofMm(move), at);
  if (Vma.shared(vma) === 1 && cachedAt(after, vma, at) !== NONE) return true;
  for (let page = at; page < at + after.geometry.hugepage; page++)
    if (isThere(entryAt(after, ofMm(move), page))) return true;
  return false;
};

export const copyExists: Step<HugetlbView> = {
  kind: 'step',
  name: 'H-COPY',
  says: 'UFFDIO_COPY ends with EEXIST only where the hugepage is there that it would fill: mapped, migrating or broken, or in the page cache of a shared mapping; where there is no memory it ends with another error.',
  cites:
    'ioctl_userfaultfd(2): UFFDIO_COPY; v6.12 mm/hugetlb.c hugetlb_mfill_atomic_pte() (ENOMEM); "[PATCH 1/2] selftests/mm/uffd-stress: Make test operate on less hugetlb memory", linux-mm, 2025-08-26',
  subject: (_before, move, after) => isRefused(move, after),
  holds: (_before, move, after) => !isRefused(move, after) || isThereAlready(move, after),
  explain: (_before, move, after) => {
    const { from, to } = rangeOf(move);
    const at = endedAt(move, after);
    return `UFFDIO_COPY of ${pagesName(from, to)} ended with EEXIST at page ${at}, and nothing is there: ${entryName(after, ofMm(move), at)}`;
  },
};
