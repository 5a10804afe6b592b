/** H15: a fault fills in what is missing, and takes nothing away. */
import type { Move } from '../../checker/search/index.ts';
import { type HugetlbView, Vma } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { eachPageOfStep } from './each_page.ts';
import {
  entryAt,
  frameAt,
  hstateLevel,
  isHwpoison,
  isLeaf,
  isMigration,
  isVma,
  levelAt,
  vmaAt,
  wpOf,
} from './entries.ts';
import { entryName } from './wording.ts';

const isFault = ({ name }: Move): boolean => name === 'hugetlb_fault';

const hasSameTables = (before: HugetlbView, after: HugetlbView, mm: number, page: number): boolean => {
  const hstate = hstateLevel(before.geometry);
  return Math.min(levelAt(before, mm, page), hstate) === Math.min(levelAt(after, mm, page), hstate);
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

export const fault = eachPageOfStep({
  name: 'H15',
  says: 'A fault makes no page table below the entries of the hstate, and lets entries that are there be, but for their accessed, dirty and write bits: in a shared mapping a leaf maps what it mapped, and what migrates or is broken stays so.',
  cites: `v7.1 mm/hugetlb.c hugetlb_fault(); ${RFC2}, 27/47 (a fault maps at the size of the entry that it finds)`,
  isAbout: isFault,
  asks: (before, _move, _after, mm, page) => isVma(vmaAt(before, mm, page)),
  isRight: (before, _move, after, mm, page) =>
    hasSameTables(before, after, mm, page) && keepsEntry(before, after, mm, page),
  tell: (before, _move, after, mm, page) =>
    `${entryName(before, mm, page)} before the fault, and ${entryName(after, mm, page)} after it`,
});
