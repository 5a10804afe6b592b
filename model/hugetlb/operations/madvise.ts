/** madvise() of hugetlb, as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Sys } from '../kernel.ts';
import { madvise_collapse, madvise_dontneed, madvise_split } from '../madvise.ts';
import type { HugetlbAlphabet, PageRange } from './alphabet.ts';
import { HUGETLB_OPERATIONS } from './described.ts';
import { type HugetlbOp, is_alive, pagesOf, returning, who } from './op.ts';

const advising = (
  described: Operation,
  { mms, ranges }: { readonly mms: readonly number[]; readonly ranges: readonly PageRange[] },
  madvise: (s: Sys, mm: number, start: number, end: number) => number,
): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...described,
    args: { mm: mms, range: ranges },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm, range }, choose) => {
      s.choose = choose;
      return returning(s, madvise(s, mm, range.from, range.to));
    },
  });

/** MADV_COLLAPSE */
export const collapse = ({ mms, collapses: ranges }: HugetlbAlphabet): HugetlbOp =>
  advising(HUGETLB_OPERATIONS.hugetlb_collapse, { mms, ranges }, madvise_collapse);
/** MADV_SPLIT */
export const split = ({ mms, splits: ranges }: HugetlbAlphabet): HugetlbOp =>
  advising(HUGETLB_OPERATIONS.hugetlb_madv_split, { mms, ranges }, madvise_split);
/** MADV_DONTNEED */
export const dontneed = ({ mms, dontneeds: ranges }: HugetlbAlphabet): HugetlbOp =>
  advising(HUGETLB_OPERATIONS.hugetlb_dontneed, { mms, ranges }, madvise_dontneed);
