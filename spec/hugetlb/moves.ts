/** What an operation on hugetlb names: its process, its pages, where it takes them, and what it returned. */
import type { Move } from '../../checker/search/index.ts';
import { type HugetlbView, Result } from '../../model/state/hugetlb/hugetlb_types.ts';

export { isIn } from '../moves.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Moving {
  readonly from: number;
  readonly to: number;
  readonly pages: number;
}

export const rangeOf = ({ args }: Move): Range => args['range'] as Range;
export const movingOf = ({ args }: Move): Moving => args['move'] as Moving;
export const isOk = (after: HugetlbView): boolean => after.result.at(0) === Result.ok;
export const resultName = (after: HugetlbView): string => Result.names[after.result.at(0)]!;

/** Whether mremap() takes the page away, or puts another one there. */
export const isMovedAway = (move: Move, mm: number, page: number): boolean => {
  if (move.name !== 'hugetlb_mremap' || move.args['mm'] !== mm) return false;
  const { from, pages } = movingOf(move);
  return from <= page && page < from + pages;
};
export const isMovedTo = (move: Move, mm: number, page: number): boolean => {
  if (move.name !== 'hugetlb_mremap' || move.args['mm'] !== mm) return false;
  const { to, pages } = movingOf(move);
  return to <= page && page < to + pages;
};

/** What gives up uffd-wp, and pages, for everybody who maps the file: ZAP_FLAG_DROP_MARKER. */
export const cutsFile = ({ name }: Move): boolean => name === 'hugetlb_truncate' || name === 'hugetlbfs_punch_hole';
