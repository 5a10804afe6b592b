/** I-READ and I-PURE: what a reader of page tables leaves behind, weakly and strongly. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Vma } from '../model/state/mm_types.ts';
import {
  frameAt,
  frameOfVma,
  isAnonFrame,
  isDevice,
  isMapped,
  NONE,
  protnoneAt,
  sameEntries,
  useOf,
  vmaAt,
  writeAt,
} from './reading.ts';
import { isBroken, rowOf } from './folios.ts';
import { isPolicyMove } from './moves.ts';
import { entryName, pageName, translationName } from './wording.ts';

/** Operations that only look, whoever asks for them. */
const READERS: ReadonlySet<string> = new Set(['smaps', 'numa_maps', 'pagemap', 'mincore', 'move_pages']);
/** Operations that look for a frame or a page, and may be asked to change what is no entry. */
const SEEKERS: ReadonlySet<string> = new Set([...READERS, 'mbind', 'memory_failure']);

/** mbind() splits leaves where it splits a VMA; where it does not, it only looks. */
const isRead = (before: MmView, move: Move, after: MmView): boolean =>
  READERS.has(move.name) || (move.name === 'mbind' && !isPolicyMove(move) && sameVmas(before, after));

const sameVmas = (before: MmView, after: MmView): boolean => {
  for (let row = 0; row < before.vma.rows; row++) if (before.vma.at(row) !== after.vma.at(row)) return false;
  return true;
};

const isSearch = (_before: MmView, move: Move): boolean => SEEKERS.has(move.name) && !isPolicyMove(move);

/** Whether a fault would bring the same memory: a page of a device, a file, or a driver, and no private copy of one. */
const comesBack = (s: MmView, mm: number, page: number): boolean => {
  const vma = vmaAt(s, mm, page);
  const frame = frameAt(s, mm, page);
  if (Vma.fault(vma) === 0 && Vma.hugeFault(vma) === 0) return false;
  if (isDevice(vma)) return frame === frameOfVma(vma, page);
  const use = useOf(s, frame);
  return use !== 'anon' && use !== 'zero page' && use !== 'huge zero';
};

/** Whether the page is of anonymous memory that is known to be broken now: it is taken away, and cannot come back. */
const isTakenAway = (before: MmView, after: MmView, mm: number, page: number): boolean => {
  const frame = frameAt(before, mm, page);
  return isAnonFrame(before, frame) && isBroken(after, rowOf(frame));
};

/** The same frame under the same right, or one that the next access brings back. */
const givesTheSame = (before: MmView, after: MmView, mm: number, page: number): boolean => {
  // A machine check comes of an access, which may have mapped the page.
  if (!isMapped(before, mm, page) || isTakenAway(before, after, mm, page)) return true;
  if (!isMapped(after, mm, page)) return comesBack(before, mm, page);
  return (
    frameAt(before, mm, page) === frameAt(after, mm, page) &&
    protnoneAt(before, mm, page) === protnoneAt(after, mm, page) &&
    writeAt(before, mm, page) === writeAt(after, mm, page)
  );
};

type Same = (before: MmView, after: MmView, mm: number, page: number) => boolean;

/** The first page, as mm * pages + page, that is not the same; or NONE. */
const changedPage = (before: MmView, after: MmView, same: Same): number => {
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) if (!same(before, after, mm, page)) return mm * pages + page;
  return NONE;
};

const explainWith =
  (same: Same) =>
  (before: MmView, { name }: Move, after: MmView): string => {
    const at = changedPage(before, after, same);
    const [mm, page] = [Math.trunc(at / pagesOf(before.geometry)), at % pagesOf(before.geometry)];
    return (
      `${name}: ${pageName(after, at)} translated to ${translationName(before, mm, page)} (${entryName(before, mm, page)}); ` +
      `now to ${translationName(after, mm, page)} (${entryName(after, mm, page)})`
    );
  };

/** The weak form. */
export const read: Step<MmView> = {
  kind: 'step',
  name: 'I-READ',
  says: 'Whoever reads page tables, or looks for a page in them (mbind(), a machine check), changes nothing that an access gives: a page keeps its frame and its right, or loses an entry that the next fault brings back.',
  cites: 'v7.1 fs/proc/task_mmu.c, mm/mincore.c, mm/pagewalk.c (readers, under the mmap lock for reading)',
  subject: isSearch,
  holds: (before, move, after) => !isSearch(before, move) || changedPage(before, after, givesTheSame) === NONE,
  explain: explainWith(givesTheSame),
};

/** The strong form. */
export const pure: Step<MmView> = {
  kind: 'step',
  name: 'I-PURE',
  says: 'Whoever reads page tables, mbind() included where it splits no VMA, leaves every entry as it was.',
  cites:
    'v7.1 mm/pagewalk.c walk_pud_range() (split_huge_pud()); v7.3 mm/mincore.c mincore_pud_entry(), which leaves a leaf alone',
  subject: isRead,
  holds: (before, move, after) => !isRead(before, move, after) || changedPage(before, after, sameEntries) === NONE,
  explain: explainWith(sameEntries),
};
