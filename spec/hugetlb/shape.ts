/** H1: entries form a tree whose leaves have legal sizes. */
import { leafSizes } from '../../model/state/hugetlb/geometry.ts';
import { HugePte, HugePteKind, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { eachPage } from './each_page.ts';
import { entryAt, isLeaf, isTable, isVma, namesFrame, sizeAt, spanAt, vmaAt } from './entries.ts';
import { count, pageInVma } from './wording.ts';

/** Whether all that the entry spans is of the VMA. */
const liesInVma = (s: HugetlbView, mm: number, page: number, size: number): boolean => {
  const vma = vmaAt(s, mm, page);
  const first = page - (page % size);
  return isVma(vma) && Vma.start(vma) <= first && first + size <= Vma.end(vma);
};

/** A leaf that says it is one of several has the others beside it, with the frames that follow. */
const hasItsGroup = (s: HugetlbView, mm: number, page: number, size: number): boolean => {
  const e = entryAt(s, mm, page);
  if (HugePte.cont(e) === 0) return true;
  const span = spanAt(s, mm, page);
  if (size <= span) return false;
  const first = page - (page % size);
  const base = HugePte.pfn(e) - (page - (page % span) - first);
  for (let at = first; at < first + size; at += span) {
    const one = entryAt(s, mm, at);
    if (!isLeaf(one) || HugePte.cont(one) === 0 || HugePte.pfn(one) !== base + at - first) return false;
  }
  return true;
};

const hasLegalSize = (s: HugetlbView, e: HugePte, size: number): boolean =>
  isLeaf(e)
    ? size === s.geometry.hugepage || size === 1 || s.geometry.smaller.includes(size)
    : size <= s.geometry.hugepage;

const isRight = (s: HugetlbView, mm: number, page: number): boolean => {
  const e = entryAt(s, mm, page);
  if (isTable(e)) return false;
  const size = sizeAt(s, mm, page);
  if (!hasLegalSize(s, e, size) || !liesInVma(s, mm, page, size)) return false;
  if (namesFrame(e) && HugePte.pfn(e) >= s.geometry.folios * s.geometry.hugepage) return false;
  return !isLeaf(e) || hasItsGroup(s, mm, page, size);
};

/** What is wrong, in the order of the clauses. */
const tell = (s: HugetlbView, mm: number, page: number): string => {
  const e = entryAt(s, mm, page);
  const size = sizeAt(s, mm, page);
  const place = pageInVma(s, mm, page);
  if (isTable(e)) return `${place}: no table can be there`;
  if (!hasLegalSize(s, e, size))
    return `${place}: hugepages have ${count(s.geometry.hugepage, 'page')}, and leaves ${leafSizes(s.geometry).join(', ')}`;
  if (!liesInVma(s, mm, page, size)) return `${place}: not all of its ${count(size, 'page')} lie in one VMA`;
  return `${place}: ${HugePte.cont(e) === 1 ? 'the entries beside it are not contiguous with it' : 'there is no such frame'}`;
};

export const shape = eachPage({
  name: 'H1',
  says: 'Page tables of hugetlb form a tree: an entry at its end is none, a marker, a leaf of a legal size, or stands for a frame that migrates or is broken; all that it spans lies in one VMA, and the entries of a contiguous leaf belong together.',
  cites: `v7.1 mm/hugetlb.c huge_pte_alloc(), huge_pte_offset(); ${RFC2}, 10/47 to 12/47; arm64 arch/arm64/mm/hugetlbpage.c set_huge_pte_at()`,
  asks: (s, mm, page) => HugePte.kind(entryAt(s, mm, page)) !== HugePteKind.none,
  isRight,
  tell,
});
