/** H4: an entry names the page of the hugepage that belongs at its address. */
import { Folio, HugePte, type HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { eachPage } from './each_page.ts';
import { cachedAt, entryAt, filePage, folioOf, frameAt, isLeaf, isVma, namesFrame, NONE, vmaAt } from './entries.ts';
import { folioName, pageInVma } from './wording.ts';

/** Whether the folio may stand where the page cache has another: of a private mapping that has a copy of its own. */
const isPrivate = (s: HugetlbView, folio: number): boolean => Folio.anon(s.folio.at(folio)) === 1;
const inRange = (s: HugetlbView, frame: number): boolean => folioOf(s, frame) < s.geometry.folios;

const hasOffset = (s: HugetlbView, mm: number, page: number): boolean =>
  frameAt(s, mm, page) % s.geometry.hugepage === filePage(vmaAt(s, mm, page), page) % s.geometry.hugepage;

const isOfCache = (s: HugetlbView, mm: number, page: number): boolean => {
  const folio = folioOf(s, frameAt(s, mm, page));
  const cached = cachedAt(s, vmaAt(s, mm, page), page);
  return !isLeaf(entryAt(s, mm, page)) || cached === NONE || cached === folio || isPrivate(s, folio);
};

export const offset = eachPage({
  name: 'H4',
  says: 'A leaf, a migration entry and a hwpoison entry name that page of their hugepage which the file has at the address; a leaf, unless the page is a private copy, of the hugepage that is in the page cache there.',
  cites: `v7.1 mm/hugetlb.c hugetlb_no_page(), mm/migrate.c remove_migration_pte(); ${RFC2}, 27/47, 29/47, 34/47`,
  asks: (s, mm, page) =>
    namesFrame(entryAt(s, mm, page)) && isVma(vmaAt(s, mm, page)) && inRange(s, frameAt(s, mm, page)),
  isRight: (s, mm, page) => hasOffset(s, mm, page) && isOfCache(s, mm, page),
  tell: (s, mm, page) => {
    const { hugepage } = s.geometry;
    const vma = vmaAt(s, mm, page);
    const frame = frameAt(s, mm, page);
    if (!hasOffset(s, mm, page))
      return `${pageInVma(s, mm, page)}: this is page ${filePage(vma, page) % hugepage} of its hugepage, and the frame ${frame} is page ${frame % hugepage} of ${folioName(s, folioOf(s, frame))}`;
    return `${pageInVma(s, mm, page)}: the frame is of ${folioName(s, folioOf(s, frame))}, and the page cache has ${folioName(s, cachedAt(s, vma, page))} there (${HugePte.show(entryAt(s, mm, page))})`;
  },
});
