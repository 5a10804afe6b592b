/** H21: a child maps what it has inherited as its parent does, and inherits what is nowhere else. */
import type { Move } from '../../checker/search/index.ts';
import { Folio, HugePte, HugePteKind, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, V2 } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import { entryAt, folioOf, frameAt, isLeaf, isTable, isVma, namesFrame, NONE, sizeAt, vmaAt, wpOf } from './entries.ts';
import { isOk } from './moves.ts';
import { entryName } from './wording.ts';

const isFork = ({ name }: Move, after: HugetlbView): boolean => name === 'hugetlb_fork' && isOk(after);

/** Whether nothing of the hugepage that the page is in has been copied. */
const isEmptySlot = (s: HugetlbView, mm: number, page: number): boolean => {
  const { hugepage } = s.geometry;
  const first = page - (page % hugepage);
  for (let at = first; at < first + hugepage; at++)
    if (HugePte.kind(entryAt(s, mm, at)) !== HugePteKind.none) return false;
  return true;
};

/** A private page that somebody has pinned is copied, so that the child's frame is another. */
const mayBeCopy = (s: HugetlbView, frame: number): boolean =>
  frame !== NONE && folioOf(s, frame) < s.geometry.folios && Folio.anon(s.folio.at(folioOf(s, frame))) === 1;

const isInherited = (s: HugetlbView, child: number, parent: number, page: number): boolean => {
  const [is, was] = [entryAt(s, child, page), entryAt(s, parent, page)];
  const registered = Vma.wp(vmaAt(s, child, page)) === 1;
  if (isTable(is)) return false;
  if (registered && wpOf(is) !== wpOf(was)) return false;
  if (!namesFrame(is)) return !namesFrame(was);
  if (HugePte.kind(is) !== HugePte.kind(was) || sizeAt(s, child, page) !== sizeAt(s, parent, page)) return false;
  const frame = frameAt(s, child, page);
  return frame === frameAt(s, parent, page) || (isLeaf(is) && mayBeCopy(s, frame));
};

export const fork = eachPageOfStep({
  name: 'H21',
  says: 'After fork() each hugepage of a child is mapped by entries of the same kinds and sizes as in its parent, to the same pages, or not at all; where it is registered for uffd-wp, it is protected as there.',
  cites: `v7.1 mm/hugetlb.c copy_hugetlb_page_range(), mm/memory.c vma_needs_copy(); ${RFC2}, 25/47; ${V2}, 22/46`,
  isAbout: isFork,
  asks: (before, _move, after, mm, page) =>
    before.mm.at(mm) === 0 && after.mm.at(mm) === 1 && isVma(vmaAt(after, mm, page)) && !isEmptySlot(after, mm, page),
  isRight: (_before, move, after, mm, page) => isInherited(after, mm, move.args['mm'] as number, page),
  tell: (_before, move, after, mm, page) =>
    `${entryName(after, move.args['mm'] as number, page)}, and ${entryName(after, mm, page)}`,
});

/** Whether an entry maps a private page that has been written, or is migrated: no file has it. */
const isOwn = (s: HugetlbView, mm: number, page: number): boolean =>
  namesFrame(entryAt(s, mm, page)) && mayBeCopy(s, frameAt(s, mm, page));

export const forkOwn = eachPageOfStep({
  name: 'H21-OWN',
  says: 'After fork() a child has an entry for each page that its parent has in no file: a private page that was written.',
  cites: 'v7.1 mm/memory.c vma_needs_copy(), mm/hugetlb.c copy_hugetlb_page_range()',
  isAbout: isFork,
  asks: (before, move, after, mm, page) =>
    before.mm.at(mm) === 0 &&
    after.mm.at(mm) === 1 &&
    isVma(vmaAt(after, mm, page)) &&
    isOwn(after, move.args['mm'] as number, page),
  isRight: (_before, _move, after, mm, page) => HugePte.kind(entryAt(after, mm, page)) !== HugePteKind.none,
  tell: (_before, move, after, mm, page) =>
    `${entryName(after, move.args['mm'] as number, page)}, and ${entryName(after, mm, page)}`,
});
