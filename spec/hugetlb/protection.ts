/** H12: who may write, may. */
import { Folio, HugePte, type HugetlbView, Prot, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { census, leavesOf, takeCensus } from './census.ts';
import { RFC2 } from './cites.ts';
import { eachPage } from './each_page.ts';
import { entryAt, folioOf, frameAt, isLeaf, isMigration, isVma, isWritable, vmaAt } from './entries.ts';
import { count, folioName, mappersName, pageInVma } from './wording.ts';

/** Whether a private mapping may write to the folio: it is a copy that nobody else maps. */
const isOwnCopy = (s: HugetlbView, folio: number): boolean => {
  if (folio >= s.geometry.folios || Folio.anon(s.folio.at(folio)) === 0) return false;
  takeCensus(s);
  return leavesOf(folio) <= 1;
};

const mayWrite = (s: HugetlbView, vma: Vma, mm: number, page: number): boolean =>
  isWritable(vma) && (Vma.shared(vma) === 1 || isOwnCopy(s, folioOf(s, frameAt(s, mm, page))));

const isRight = (s: HugetlbView, mm: number, page: number): boolean => {
  const e = entryAt(s, mm, page);
  const vma = vmaAt(s, mm, page);
  if (isLeaf(e) && Vma.prot(vma) === Prot.NONE && HugePte.protnone(e) === 0) return false;
  return HugePte.write(e) === 0 || (HugePte.wp(e) === 0 && mayWrite(s, vma, mm, page));
};

export const protection = eachPage({
  name: 'H12',
  says: 'A leaf or a migration entry is writable only where its VMA is, without uffd-wp, and in a private mapping only of a copy that nothing else maps; in a PROT_NONE VMA no leaf allows any access.',
  cites: `v7.1 mm/hugetlb.c make_huge_pte(), hugetlb_wp(), hugetlb_change_protection(), copy_hugetlb_page_range(); ${RFC2}, 13/47, 17/47`,
  asks: (s, mm, page) => {
    const e = entryAt(s, mm, page);
    return (isLeaf(e) || isMigration(e)) && isVma(vmaAt(s, mm, page));
  },
  isRight,
  tell: (s, mm, page) => {
    const e = entryAt(s, mm, page);
    const vma = vmaAt(s, mm, page);
    const place = pageInVma(s, mm, page);
    if (HugePte.write(e) === 0) return `${place}: it allows accesses, and the VMA none`;
    if (HugePte.wp(e) === 1) return `${place}: it is writable, though userfaultfd protects it`;
    if (!isWritable(vma)) return `${place}: it is writable, and the VMA is not`;
    const folio = folioOf(s, frameAt(s, mm, page));
    takeCensus(s);
    return `${place}: it is writable, and the mapping is private; ${folioName(s, folio)} has ${count(leavesOf(folio), 'leaf', 'leaves')} and ${count(census.cached[folio] ?? 0, 'row of the page cache', 'rows of the page cache')}; ${mappersName(s, folio)}`;
  },
});
