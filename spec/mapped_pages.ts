/** The shape of most properties of translations: of every page that translates and is of some kind, something holds. */
import type { Always } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import type { MmView, Vma } from '../model/state/mm_types.ts';
import { findMappedPage, NONE, type OfPage, vmaAt } from './reading.ts';
import { pageName } from './wording.ts';

interface EveryMappedPage {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  /** The pages that the property is about. */
  readonly of: OfPage;
  /** Whether such a page is as it must be. */
  readonly right: OfPage;
  /** What is wrong with it; the page's name stands in front. */
  readonly tell: (s: MmView, mm: number, page: number, vma: Vma) => string;
}

/** A property of every page, of every process, that translates. */
export const everyMappedPage = ({ name, says, cites, of, right, tell }: EveryMappedPage): Always<MmView> => {
  const wrong: OfPage = (s, mm, page, vma) => of(s, mm, page, vma) && !right(s, mm, page, vma);
  return {
    kind: 'always',
    name,
    says,
    cites,
    subject: (s) => findMappedPage(s, of) !== NONE,
    holds: (s) => findMappedPage(s, wrong) === NONE,
    explain: (s) => {
      const at = findMappedPage(s, wrong);
      const pages = pagesOf(s.geometry);
      const mm = Math.floor(at / pages);
      const page = at % pages;
      return `${pageName(s, at)} ${tell(s, mm, page, vmaAt(s, mm, page))}`;
    },
  };
};
