/** The shape of most properties of translations: of every page that translates and is of some kind, something holds. */
import type { Always } from '../checker/search/index.ts';
import { pagesOf, slotsOf } from '../model/state/geometry.ts';
import type { MmView, Vma } from '../model/state/mm_types.ts';
import { findHugeEntry, findMappedPage, NONE, type OfPage, type OfSlot, vmaAt, vmaOfSlot } from './reading.ts';
import { pageName, slotName } from './wording.ts';

interface Said {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
}

interface EveryMappedPage extends Said {
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

interface EveryHugeEntry extends Said {
  readonly of: OfSlot;
  readonly right: OfSlot;
  /** What is wrong with it; the slot's name stands in front. */
  readonly tell: (s: MmView, row: number, vma: Vma) => string;
}

/** A property of every PMD leaf and every PMD migration entry. */
export const everyHugeEntry = ({ name, says, cites, of, right, tell }: EveryHugeEntry): Always<MmView> => {
  const wrong: OfSlot = (s, row, pmd, vma) => of(s, row, pmd, vma) && !right(s, row, pmd, vma);
  return {
    kind: 'always',
    name,
    says,
    cites,
    subject: (s) => findHugeEntry(s, of) !== NONE,
    holds: (s) => findHugeEntry(s, wrong) === NONE,
    explain: (s) => {
      const row = findHugeEntry(s, wrong);
      return `${slotName(s, row)} ${tell(s, row, vmaOfSlot(s, row))}`;
    },
  };
};

/** The process and the first page of row mm * slots + slot. */
export const firstPageOfSlot = (s: MmView, row: number): { readonly mm: number; readonly page: number } => {
  const slots = slotsOf(s.geometry);
  return { mm: Math.floor(row / slots), page: (row % slots) * s.geometry.ptrsPerPte };
};
