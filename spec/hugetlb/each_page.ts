/** Properties of every page of every process, and of every folio: the first that breaks one is what the report tells of. */
import type { Always, Move, Step } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import type { HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { NONE } from './entries.ts';

interface Said {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
}

interface OfPages extends Said {
  /** Whether the property says anything of this page. */
  readonly asks: (s: HugetlbView, mm: number, page: number) => boolean;
  readonly isRight: (s: HugetlbView, mm: number, page: number) => boolean;
  readonly tell: (s: HugetlbView, mm: number, page: number) => string;
}

export const eachPage = ({ asks, isRight, tell, ...said }: OfPages): Always<HugetlbView> => {
  const anyAsked = (s: HugetlbView): boolean => {
    const pages = pagesOf(s.geometry);
    for (let mm = 0; mm < s.geometry.mms; mm++)
      for (let page = 0; page < pages; page++) if (asks(s, mm, page)) return true;
    return false;
  };
  const wrong = (s: HugetlbView): number => {
    const pages = pagesOf(s.geometry);
    for (let mm = 0; mm < s.geometry.mms; mm++)
      for (let page = 0; page < pages; page++) if (asks(s, mm, page) && !isRight(s, mm, page)) return mm * pages + page;
    return NONE;
  };
  return {
    kind: 'always',
    ...said,
    subject: anyAsked,
    holds: (s) => wrong(s) === NONE,
    explain: (s) => {
      const [at, pages] = [wrong(s), pagesOf(s.geometry)];
      return tell(s, Math.trunc(at / pages), at % pages);
    },
  };
};

interface OfFolios extends Said {
  readonly asks: (s: HugetlbView, folio: number) => boolean;
  readonly isRight: (s: HugetlbView, folio: number) => boolean;
  readonly tell: (s: HugetlbView, folio: number) => string;
  /** What is counted first, once for all folios. */
  readonly prepare?: (s: HugetlbView) => void;
}

export const eachFolio = ({ asks, isRight, tell, prepare, ...said }: OfFolios): Always<HugetlbView> => {
  const wrong = (s: HugetlbView): number => {
    prepare?.(s);
    for (let folio = 0; folio < s.folio.rows; folio++) if (asks(s, folio) && !isRight(s, folio)) return folio;
    return NONE;
  };
  const anyAsked = (s: HugetlbView): boolean => {
    prepare?.(s);
    for (let folio = 0; folio < s.folio.rows; folio++) if (asks(s, folio)) return true;
    return false;
  };
  return {
    kind: 'always',
    ...said,
    subject: anyAsked,
    holds: (s) => wrong(s) === NONE,
    explain: (s) => tell(s, wrong(s)),
  };
};

interface OfMovedPages extends Said {
  /** Whether the operation, with what it returned, is one that the property is about. */
  readonly isAbout: (move: Move, after: HugetlbView) => boolean;
  readonly asks: (before: HugetlbView, move: Move, after: HugetlbView, mm: number, page: number) => boolean;
  readonly isRight: (before: HugetlbView, move: Move, after: HugetlbView, mm: number, page: number) => boolean;
  readonly tell: (before: HugetlbView, move: Move, after: HugetlbView, mm: number, page: number) => string;
}

export const eachPageOfStep = ({ isAbout, asks, isRight, tell, ...said }: OfMovedPages): Step<HugetlbView> => {
  const anyAsked = (before: HugetlbView, move: Move, after: HugetlbView): boolean => {
    if (!isAbout(move, after)) return false;
    const pages = pagesOf(before.geometry);
    for (let mm = 0; mm < before.geometry.mms; mm++)
      for (let page = 0; page < pages; page++) if (asks(before, move, after, mm, page)) return true;
    return false;
  };
  const wrong = (before: HugetlbView, move: Move, after: HugetlbView): number => {
    if (!isAbout(move, after)) return NONE;
    const pages = pagesOf(before.geometry);
    for (let mm = 0; mm < before.geometry.mms; mm++)
      for (let page = 0; page < pages; page++)
        if (asks(before, move, after, mm, page) && !isRight(before, move, after, mm, page)) return mm * pages + page;
    return NONE;
  };
  return {
    kind: 'step',
    ...said,
    subject: anyAsked,
    holds: (before, move, after) => wrong(before, move, after) === NONE,
    explain: (before, move, after) => {
      const [at, pages] = [wrong(before, move, after), pagesOf(before.geometry)];
      return tell(before, move, after, Math.trunc(at / pages), at % pages);
    },
  };
};
