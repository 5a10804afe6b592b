/** H15: a fault fills in what is missing, and takes nothing away. */
import type { Move, Step } from '../../checker/search/index.ts';
import { Folio, type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, YAN } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import {
  cachedAt,
  entryAt,
  frameAt,
  hstateLevel,
  isHwpoison,
  isLeaf,
  isMigration,
  isVma,
  levelAt,
  NONE,
  vmaAt,
  wpOf,
} from './entries.ts';
import type { PoisonOf } from './poison.ts';
import { entryName } from './wording.ts';

const isFault = ({ name }: Move): boolean => name === 'hugetlb_fault';

/** The level of the entry, or that of the hstate where that is lower. */
const levelOf = (s: HugetlbView, mm: number, page: number): number =>
  Math.min(levelAt(s, mm, page), hstateLevel(s.geometry));

/** Whether the page cache has a hugepage there that is broken. */
const isBesideBroken = (s: HugetlbView, mm: number, page: number): boolean => {
  const folio = cachedAt(s, vmaAt(s, mm, page), page);
  return folio !== NONE && Folio.hwpoison(s.folio.at(folio)) === 1;
};

/** Where base pages are lost alone, hugetlb_no_page_hwpoison() makes tables until an entry has none of them. */
const hasItsTables = (s: HugetlbView, after: HugetlbView, mm: number, page: number, poisonOf: PoisonOf): boolean => {
  const [was, is] = [levelOf(s, mm, page), levelOf(after, mm, page)];
  return was === is || (poisonOf === 'base' && is < was && isBesideBroken(s, mm, page));
};

/** A leaf of a shared mapping maps what it mapped; a private one may have been copied, or lost to the one that was promised it. */
const keepsEntry = (before: HugetlbView, after: HugetlbView, mm: number, page: number): boolean => {
  const was = entryAt(before, mm, page);
  const is = entryAt(after, mm, page);
  if (isMigration(was) || isHwpoison(was)) return was === is;
  const vma = vmaAt(before, mm, page);
  if (!isLeaf(was) || Vma.mayShare(vma) === 0) return true;
  // What is left of a registration that has ended may go.
  const keepsWp = wpOf(was) === wpOf(is) || (Vma.wp(vma) === 0 && wpOf(is) === 0);
  return isLeaf(is) && keepsWp && frameAt(before, mm, page) === frameAt(after, mm, page);
};

export const fault = (poisonOf: PoisonOf): Step<HugetlbView> =>
  eachPageOfStep({
    name: 'H15',
    says: 'A fault makes no page table below the entries of the hstate, unless it maps what is left of a hugepage that is broken, and lets entries that are there be, but for their accessed, dirty and write bits: in a shared mapping a leaf maps what it mapped, and what migrates or is broken stays so.',
    cites: `v7.1 mm/hugetlb.c hugetlb_fault(); ${RFC2}, 27/47 (a fault maps at the size of the entry that it finds); ${YAN}, 5/7 (hugetlb_no_page_hwpoison() makes tables, by design)`,
    isAbout: isFault,
    asks: (before, _move, _after, mm, page) => isVma(vmaAt(before, mm, page)),
    isRight: (before, _move, after, mm, page) =>
      hasItsTables(before, after, mm, page, poisonOf) && keepsEntry(before, after, mm, page),
    tell: (before, _move, after, mm, page) =>
      `${entryName(before, mm, page)} before the fault, and ${entryName(after, mm, page)} after it`,
  });
