/** H20: memory that is broken is out of reach, and stays so. */
import type { Move } from '../../checker/search/index.ts';
import { Folio, type HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, YAN } from './cites.ts';
import { eachPage, eachPageOfStep } from './each_page.ts';
import { entryAt, folioOf, frameAt, isHwpoison, isVma, mappedAt, NONE, vmaAt } from './entries.ts';
import { cutsFile, isIn, isMovedAway } from './moves.ts';
import { entryName, folioName, mappersName, pageInVma } from './wording.ts';

/** Whether the kernel has listed which pages of the folio are broken. */
const anyListed = (s: HugetlbView, folio: number): boolean => {
  const { hugepage } = s.geometry;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++)
    if (s.rawHwpoison.at(frame) === 1) return true;
  return false;
};

const isBroken = (s: HugetlbView, frame: number): boolean => {
  const folio = folioOf(s, frame);
  if (frame === NONE || folio >= s.geometry.folios || Folio.hwpoison(s.folio.at(folio)) === 0) return false;
  return s.rawHwpoison.at(frame) === 1 || !anyListed(s, folio);
};

const anyBroken = (s: HugetlbView): boolean => {
  for (let folio = 0; folio < s.folio.rows; folio++) if (Folio.hwpoison(s.folio.at(folio)) === 1) return true;
  return false;
};

export const poison = eachPage({
  name: 'H20',
  says: 'No leaf, of whatever size, maps any part of a hugepage that memory_failure() has found broken; where the kernel lists which base pages are, none maps any of those.',
  cites: `v7.1 mm/memory-failure.c try_memory_failure_hugetlb(), hwpoison_user_mappings(); ${RFC2}, 28/47, 30/47; ${YAN}`,
  asks: (s, mm, page) => isVma(vmaAt(s, mm, page)) && anyBroken(s),
  isRight: (s, mm, page) => !isBroken(s, mappedAt(s, mm, page)),
  tell: (s, mm, page) => {
    const folio = folioOf(s, mappedAt(s, mm, page));
    return `${pageInVma(s, mm, page)}: it maps ${folioName(s, folio)}; ${mappersName(s, folio)}`;
  },
});

/** Whether the operation may give the page up. */
const givesUp = (move: Move, mm: number, page: number): boolean =>
  cutsFile(move) || isMovedAway(move, mm, page) || (move.name === 'hugetlb_dontneed' && isIn(move, mm, page));

export const poisonKept = eachPageOfStep({
  name: 'H20-KEPT',
  says: 'A hwpoison entry stays what it is until its page is unmapped, given up, or moved away, or the file is cut there.',
  cites: 'v7.1 mm/hugetlb.c hugetlb_change_protection(), hugetlb_fault(), copy_hugetlb_page_range()',
  isAbout: () => true,
  asks: (before, move, after, mm, page) =>
    isHwpoison(entryAt(before, mm, page)) && isVma(vmaAt(after, mm, page)) && !givesUp(move, mm, page),
  isRight: (before, _move, after, mm, page) =>
    isHwpoison(entryAt(after, mm, page)) && frameAt(before, mm, page) === frameAt(after, mm, page),
  tell: (before, move, after, mm, page) =>
    `${entryName(before, mm, page)}; after ${move.name} ${entryName(after, mm, page)}`,
});
