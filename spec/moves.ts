/** What an operation names: the pages that it is about, and where it takes them. */
import type { Move } from '../checker/search/index.ts';
import type { MmView } from '../model/state/mm_types.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Moving {
  readonly from: number;
  readonly to: number;
  readonly pages: number;
}

/** Whether `page` is one of the range that the move names, in the mm that it names. */
export const isIn = ({ args }: Move, mm: number, page: number): boolean => {
  const { from, to } = args['range'] as Range;
  return args['mm'] === mm && from <= page && page < to;
};

/** Whether `page` is one of the PMD slot that a collapse names, in the mm that it names. */
export const isCollapsed = ({ geometry }: MmView, { name, args }: Move, mm: number, page: number): boolean =>
  name === 'collapse' && args['mm'] === mm && Math.trunc(page / geometry.ptrsPerPte) === args['slot'];

const isMove = ({ name, args }: Move, mm: number): boolean =>
  (name === 'mremap' || name === 'UFFDIO_MOVE') && args['mm'] === mm;

/** Where mremap() and UFFDIO_MOVE take a page to. */
export const movedTo = (move: Move, mm: number, page: number): number => {
  if (!isMove(move, mm)) return page;
  const { from, to, pages } = move.args['move'] as Moving;
  return from <= page && page < from + pages ? page - from + to : page;
};

/** Which page they take here; the page itself if none. */
export const movedFrom = (move: Move, mm: number, page: number): number => {
  if (!isMove(move, mm)) return page;
  const { from, to, pages } = move.args['move'] as Moving;
  return to <= page && page < to + pages ? page - to + from : page;
};

/** Whether the operation takes memory for others. */
export const isReclaim = ({ name, args }: Move): boolean =>
  name === 'shrink_folio_list' || (name === 'madvise' && args['advice'] === 'PAGEOUT');

/** Whether the operation is mbind() with MPOL_MF_MOVE. */
export const isPolicyMove = ({ name, args }: Move): boolean =>
  name === 'mbind' && (args['policy'] as { readonly move?: boolean } | undefined)?.move === true;
