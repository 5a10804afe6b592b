/** H22: mremap() moves entries, and does nothing else to them. */
import type { Move } from '../../checker/search/index.ts';
import { HugePte, HugePteKind, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import { entryAt, frameAt, isSame, isShared, namesFrame, NONE, sizeAt, vmaAt } from './entries.ts';
import { isMovedAway, isMovedTo, isOk, movingOf } from './moves.ts';
import { entryName, folioName } from './wording.ts';

const isMremap = ({ name }: Move, after: HugetlbView): boolean => name === 'hugetlb_mremap' && isOk(after);
const sourceOf = (move: Move, page: number): number => movingOf(move).from + page - movingOf(move).to;

const isEmpty = (s: HugetlbView, mm: number, page: number): boolean =>
  HugePte.kind(entryAt(s, mm, page)) === HugePteKind.none;

/** Without UFFD_FEATURE_EVENT_REMAP the registration ends, and what it has left behind goes with it. */
const hasArrived = (before: HugetlbView, after: HugetlbView, mm: number, from: number, to: number): boolean => {
  if (isShared(before, mm, from) && isEmpty(after, mm, to)) return true;
  if (isSame(before, mm, from, after, mm, to))
    return sizeAt(before, mm, from) === sizeAt(after, mm, to) || isEmpty(after, mm, to);
  if (Vma.wp(vmaAt(after, mm, to)) === 1) return false;
  const [was, is] = [entryAt(before, mm, from), entryAt(after, mm, to)];
  if (!namesFrame(was)) return !namesFrame(is);
  return HugePte.kind(was) === HugePte.kind(is) && frameAt(before, mm, from) === frameAt(after, mm, to);
};

export const mremap = eachPageOfStep({
  name: 'H22',
  says: 'mremap() puts each entry at the place that the page moves to, with its size, its frame and its rights, and leaves none behind; what was in a shared PMD table it may leave to faults.',
  cites: `v7.1 mm/hugetlb.c move_hugetlb_page_tables(), move_huge_pte(); ${RFC2}, 26/47`,
  isAbout: isMremap,
  asks: (before, move, _after, mm, page) =>
    (isMovedTo(move, mm, page) && !isEmpty(before, mm, sourceOf(move, page))) ||
    (isMovedAway(move, mm, page) && !isEmpty(before, mm, page)),
  isRight: (before, move, after, mm, page) =>
    isMovedTo(move, mm, page) ? hasArrived(before, after, mm, sourceOf(move, page), page) : isEmpty(after, mm, page),
  tell: (before, move, after, mm, page) => {
    const from = isMovedTo(move, mm, page) ? sourceOf(move, page) : page;
    return `${entryName(before, mm, from)} before mremap(), and ${entryName(after, mm, page)} after it`;
  },
});

/** The first folio whose counts have changed, or NONE. */
const wrongFolio = (before: HugetlbView, after: HugetlbView): number => {
  for (let folio = 0; folio < before.folio.rows; folio++) {
    if (before.refcount.at(folio) !== after.refcount.at(folio)) return folio;
    if (before.entireMapcount.at(folio) !== after.entireMapcount.at(folio)) return folio;
  }
  for (let frame = 0; frame < before.mapcount.rows; frame++)
    if (before.mapcount.at(frame) !== after.mapcount.at(frame)) return Math.trunc(frame / before.geometry.hugepage);
  return NONE;
};

export const mremapCounts = {
  kind: 'step' as const,
  name: 'H22-COUNTS',
  says: 'mremap() changes no refcount and no mapcount.',
  cites: 'v7.1 mm/hugetlb.c move_huge_pte()',
  subject: (_before: HugetlbView, move: Move, after: HugetlbView): boolean => isMremap(move, after),
  holds: (before: HugetlbView, move: Move, after: HugetlbView): boolean =>
    !isMremap(move, after) || wrongFolio(before, after) === NONE,
  explain: (before: HugetlbView, _move: Move, after: HugetlbView): string => {
    const folio = wrongFolio(before, after);
    const counts = (s: HugetlbView): string =>
      `refcount ${s.refcount.at(folio)}, entire_mapcount ${s.entireMapcount.at(folio)}`;
    return `${folioName(after, folio)} had ${counts(before)}, and has ${counts(after)} after mremap()`;
  },
};
