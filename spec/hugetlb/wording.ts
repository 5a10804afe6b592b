/** Names and phrases of explanations. They run once, on the violating state; nothing here is on the hot path. */
import { pagesOf, pmdPages, pudPages } from '../../model/state/hugetlb/geometry.ts';
import { Folio, HugePte, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { party } from '../../model/state/party.ts';
import { count, pagesName } from '../wording.ts';
import { entryAt, isLeaf, isShared, levelAt, PMD, pmdTableAt, PUD, sizeAt, vmaAt } from './entries.ts';

export { count, pagesName, party };

/** 'parent page 3' */
export const placeName = (mm: number, page: number): string => `${party(mm)} page ${page}`;

/** 'parent page 3 has leaf pfn 3 RW of 1 page in pte[1] below pmd[1] of PMD table 0' */
export const entryName = (s: HugetlbView, mm: number, page: number): string => {
  const { geometry: g } = s;
  const e = entryAt(s, mm, page);
  const level = levelAt(s, mm, page);
  const pud = `pud[${Math.trunc(page / pudPages(g))}]`;
  const inPmd = `pmd[${Math.trunc(page / pmdPages(g)) % g.ptrsPerPmd}] of PMD table ${pmdTableAt(s, mm, page)}`;
  const inPte = `pte[${page % g.ptrsPerPte}] below ${inPmd}`;
  const where = level === PUD ? pud : level === PMD ? inPmd : inPte;
  const size = isLeaf(e) ? ` of ${count(sizeAt(s, mm, page), 'page')}` : '';
  return `${placeName(mm, page)} has ${HugePte.show(e)}${size} in ${where}`;
};

/** 'the VMA of pages 0..7 of file 0, …', or 'no VMA'. */
export const vmaName = (vma: Vma): string => (vma === 0 ? 'no VMA' : `the VMA of ${Vma.show(vma)}`);

export const folioName = (s: HugetlbView, folio: number): string => {
  const e = s.folio.at(folio);
  return `folio ${folio} (${e === 0 ? 'free' : Folio.show(e)})`;
};

/** Every leaf that maps the folio: 'parent pages 0..3, child page 4'. */
export const mappersName = (s: HugetlbView, folio: number): string => {
  const found: string[] = [];
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pagesOf(s.geometry); page++) {
      const e = entryAt(s, mm, page);
      const size = sizeAt(s, mm, page);
      if (!isLeaf(e) || page % size !== 0 || Math.trunc(HugePte.pfn(e) / s.geometry.hugepage) !== folio) continue;
      const shared = isShared(s, mm, page) ? ' through a shared table' : '';
      found.push(`${party(mm)} ${pagesName(page, page + size)}${shared}`);
    }
  return found.length === 0 ? 'nobody maps it' : `mapped at ${found.join(', ')}`;
};

/** What the page has in words, with its VMA. */
export const pageInVma = (s: HugetlbView, mm: number, page: number): string =>
  `${entryName(s, mm, page)}, in ${vmaName(vmaAt(s, mm, page))}`;
