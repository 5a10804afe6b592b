/** H20: memory that is broken is out of reach, and stays so. */
import type { Always, Move } from '../../checker/search/index.ts';
import { Folio, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, YAN } from './cites.ts';
import { eachPage, eachPageOfStep } from './each_page.ts';
import {
  cachedAt,
  entryAt,
  folioOf,
  frameAt,
  isHwpoison,
  isLeaf,
  isShared,
  isVma,
  mappedAt,
  NONE,
  pmdTableAt,
  vmaAt,
} from './entries.ts';
import { cutsFile, isIn, isMovedAway } from './moves.ts';
import { entryName, folioName, mappersName, pageInVma } from './wording.ts';

/** What is lost of a hugepage that breaks: all of it, as in every release, or the base page. */
export type PoisonOf = 'hugepage' | 'base';

const isBrokenFolio = (s: HugetlbView, folio: number): boolean =>
  folio >= 0 && folio < s.geometry.folios && Folio.hwpoison(s.folio.at(folio)) === 1;

const isBroken = (s: HugetlbView, frame: number, poisonOf: PoisonOf): boolean =>
  frame !== NONE && isBrokenFolio(s, folioOf(s, frame)) && (poisonOf === 'hugepage' || s.rawHwpoison.at(frame) === 1);

const anyBroken = (s: HugetlbView): boolean => {
  for (let folio = 0; folio < s.folio.rows; folio++) if (isBrokenFolio(s, folio)) return true;
  return false;
};

export const poison = (poisonOf: PoisonOf): Always<HugetlbView> =>
  eachPage({
    name: 'H20',
    says: 'No leaf, of whatever size, maps any part of a hugepage that memory_failure() has found broken; where base pages are lost alone, none maps a page that the kernel has listed as broken.',
    cites: `v7.1 mm/memory-failure.c try_memory_failure_hugetlb(), hwpoison_user_mappings(); ${RFC2}, 28/47, 30/47; ${YAN}, 4/7`,
    asks: (s, mm, page) => isVma(vmaAt(s, mm, page)) && anyBroken(s),
    isRight: (s, mm, page) => !isBroken(s, mappedAt(s, mm, page), poisonOf),
    tell: (s, mm, page) => {
      const frame = mappedAt(s, mm, page);
      const folio = folioOf(s, frame);
      const lost = poisonOf === 'base' ? `frame ${frame}, which is broken, of ` : '';
      return `${pageInVma(s, mm, page)}: it maps ${lost}${folioName(s, folio)}; ${mappersName(s, folio)}`;
    },
  });

/** Of a kernel that loses base pages alone; of private mappings it gives up the hugepage. */
export const poisonRest = eachPageOfStep({
  name: 'H20-REST',
  says: 'Where base pages are lost alone, a page of a shared mapping that is not broken stays mapped when memory_failure() unmaps another one of its hugepage; what is in a PMD table that is shared may have to be faulted in again.',
  cites: `${YAN}, 0/7 ("all the healthy subpages can still be kept available for users"), 4/7`,
  isAbout: ({ name }) => name === 'hugetlb_memory_failure',
  asks: (before, _move, after, mm, page) =>
    isLeaf(entryAt(before, mm, page)) &&
    Vma.mayShare(vmaAt(before, mm, page)) === 1 &&
    !isShared(before, mm, page) &&
    !isBroken(after, mappedAt(before, mm, page), 'base'),
  isRight: (before, _move, after, mm, page) => mappedAt(before, mm, page) === mappedAt(after, mm, page),
  tell: (before, _move, after, mm, page) =>
    `${entryName(before, mm, page)}, and is not broken; after memory_failure() ${entryName(after, mm, page)}`,
});

/** Whether the operation may give the page up. */
const givesUp = (move: Move, mm: number, page: number): boolean =>
  cutsFile(move) || isMovedAway(move, mm, page) || (move.name === 'hugetlb_dontneed' && isIn(move, mm, page));

/**
 * Whether the process has lost a PMD table that others have, and the entry with it: huge_pmd_unshare() clears the PUD entry. The
 * page stays out of reach, for a fault is refused of what is broken in the page cache; what the file had lost before is not in it.
 */
const isUnshared = (before: HugetlbView, after: HugetlbView, mm: number, page: number): boolean => {
  if (!isShared(before, mm, page) || entryAt(after, mm, page) !== 0 || pmdTableAt(after, mm, page) !== NONE)
    return false;
  const folio = folioOf(before, frameAt(before, mm, page));
  if (cachedAt(before, vmaAt(before, mm, page), page) !== folio) return true;
  return cachedAt(after, vmaAt(after, mm, page), page) === folio && isBrokenFolio(after, folio);
};

export const poisonKept = eachPageOfStep({
  name: 'H20-KEPT',
  says: 'A hwpoison entry stays what it is until its page is unmapped, given up, or moved away, or the file is cut there, or a PMD table that is shared is lost with it, and the page cache does not lose what is broken.',
  cites:
    'v7.1 mm/hugetlb.c hugetlb_change_protection(), hugetlb_fault(), hugetlb_no_page() (folio_test_hwpoison()), huge_pmd_unshare(), copy_hugetlb_page_range()',
  isAbout: () => true,
  asks: (before, move, after, mm, page) =>
    isHwpoison(entryAt(before, mm, page)) && isVma(vmaAt(after, mm, page)) && !givesUp(move, mm, page),
  isRight: (before, _move, after, mm, page) =>
    isUnshared(before, after, mm, page) ||
    (isHwpoison(entryAt(after, mm, page)) && frameAt(before, mm, page) === frameAt(after, mm, page)),
  tell: (before, move, after, mm, page) =>
    `${entryName(before, mm, page)}; after ${move.name} ${entryName(after, mm, page)}`,
});
