/** Who looks at every page of every process, mapped or not; a page that is found goes by mm * pages + page. */
import type { Move } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { NONE } from './reading.ts';

/** Whether something holds of a page, before an operation and behind it. */
export type OfStep = (before: MmView, move: Move, after: MmView, mm: number, page: number) => boolean;

/** The first page that is not as it must be, or NONE. */
export const findWrongPage = (before: MmView, move: Move, after: MmView, isRight: OfStep): number => {
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) if (!isRight(before, move, after, mm, page)) return mm * pages + page;
  return NONE;
};

export const anyPage = (s: MmView, is: (s: MmView, mm: number, page: number) => boolean): boolean => {
  const pages = pagesOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++) for (let page = 0; page < pages; page++) if (is(s, mm, page)) return true;
  return false;
};

/** The process and the page of one that was found. */
export const placeOf = (s: MmView, at: number): readonly [mm: number, page: number] => {
  const pages = pagesOf(s.geometry);
  return [Math.floor(at / pages), at % pages];
};
