/** H3: what is filled in or protected page by page has page tables of its own. */
import { pudPages } from '../../model/state/hugetlb/geometry.ts';
import { type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { eachPage } from './each_page.ts';
import { isShared, isVma, vmaAt } from './entries.ts';
import { count, pageInVma } from './wording.ts';

const coversAll = (s: HugetlbView, vma: Vma, page: number): boolean => {
  const span = pudPages(s.geometry);
  const first = page - (page % span);
  return Vma.start(vma) <= first && first + span <= Vma.end(vma);
};

const mayShare = (vma: Vma): boolean => Vma.mayShare(vma) === 1 && Vma.data(vma) === 1;
const mustNot = (vma: Vma): boolean => Vma.hgm(vma) === 1 || Vma.wp(vma) === 1 || Vma.minor(vma) === 1;

export const sharing = eachPage({
  name: 'H3',
  says: 'A PMD table that several mappings share lies in one VMA of each of them as a whole, which is shareable, has its lock, is registered neither for minor faults nor for uffd-wp, and does not have high granularity enabled.',
  cites: `v7.1 mm/hugetlb.c want_pmd_share(), page_table_shareable(), hugetlb_split(), include/linux/userfaultfd_k.h uffd_disable_huge_pmd_share(); 081056dc00a2 "mm/hugetlb: unshare page tables during VMA split, not before"; ${RFC2}, 8/47`,
  asks: isShared,
  isRight: (s, mm, page) => {
    const vma = vmaAt(s, mm, page);
    return isVma(vma) && mayShare(vma) && !mustNot(vma) && coversAll(s, vma, page);
  },
  tell: (s, mm, page) => {
    const vma = vmaAt(s, mm, page);
    const place = `${pageInVma(s, mm, page)}: its PMD table is shared`;
    if (!isVma(vma) || !coversAll(s, vma, page))
      return `${place}, and not all of its ${count(pudPages(s.geometry), 'page')} are of one VMA`;
    return mayShare(vma)
      ? `${place}, and a mapping like this has page tables of its own`
      : `${place}, and the VMA is not one whose tables can be shared`;
  },
});
