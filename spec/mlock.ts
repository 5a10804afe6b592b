/** I-MLOCK and I-MLOCKED: what is marked as locked is, and what is locked is marked. */
import type { Always, Move, Step } from '../checker/search/index.ts';
import { Mlock, Page, PageKind } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { folioName, folioOf, isFree, isInLarge, rowOf } from './folios.ts';
import { anyLocked, isLockedAt, lockedCensusOf } from './locked_census.ts';
import { movedFrom } from './moves.ts';
import { findWrongPage, placeOf } from './pages.ts';
import { byLeaf, frameAt, NONE } from './reading.ts';
import { count, pageName } from './wording.ts';

const isMarked = (s: MmView, row: number): boolean => Mlock.mlocked(s.mlock.at(row)) === 1;

const isBacked = (s: MmView, locked: Int32Array, row: number): boolean => {
  if (!isMarked(s, row)) return Mlock.count(s.mlock.at(row)) === 0;
  if (isFree(s, row) || folioOf(s, row) !== row) return false;
  return locked[row]! > 0 && Mlock.count(s.mlock.at(row)) <= locked[row]!;
};

/** The first row that has a mark, or a count, which nothing that is locked stands for; or NONE. */
const unbacked = (s: MmView): number => {
  const locked = lockedCensusOf(s);
  for (let row = 0; row < s.mlock.rows; row++) if (!isBacked(s, locked, row)) return row;
  return NONE;
};

const anyMarked = (s: MmView): boolean => {
  for (let row = 0; row < s.mlock.rows; row++) if (s.mlock.at(row) !== 0) return true;
  return false;
};

export const mlock: Always<MmView> = {
  kind: 'always',
  name: 'I-MLOCK',
  says: 'A folio that is marked as mlocked is mapped in a VMA that is locked, and its mlock_count is at most the number of such mappings: otherwise nobody could evict it for good.',
  cites:
    'v7.1 mm/mlock.c __munlock_folio(), mlock_vma_pages_range() ("double counting"), mm/internal.h munlock_vma_folio(), ' +
    'mm/swap.c lru_add() ("underestimate"), mm/page_alloc.c free_pages_prepare(); Documentation/mm/unevictable-lru.rst',
  subject: (s) => anyMarked(s),
  holds: (s) => unbacked(s) === NONE,
  explain: (s) => {
    const row = unbacked(s);
    const locked = lockedCensusOf(s);
    const has = isMarked(s, row) ? `is mlocked, mlock_count ${Mlock.count(s.mlock.at(row))}` : 'has an mlock_count';
    return `${folioName(s, row)} ${has}; ${count(locked[row]!, 'mapping')} of a locked VMA`;
  },
};

// I-MLOCKED: of each entry that maps a small folio, or a large one by a leaf.

/** The row of the folio that the entry of a page maps wholly, where it is locked; or NONE. Of a leaf that of its first page. */
const wholeAt = (s: MmView, mm: number, page: number): number => {
  const row = rowOf(frameAt(s, mm, page));
  if (row < 0 || row >= s.memmap.frames || !isLockedAt(s, mm, page) || !isOnLru(s, folioOf(s, row))) return NONE;
  if (byLeaf(s, mm, page)) return page % s.geometry.ptrsPerPte === 0 ? folioOf(s, row) : NONE;
  return isInLarge(s, row) ? NONE : row;
};

const isOnLru = (s: MmView, row: number): boolean => {
  const kind = Page.kind(s.page.at(row));
  return kind === PageKind.anon || kind === PageKind.shmem || kind === PageKind.file;
};

/** What was there before, and locked, has been counted; of a large folio the count may have been lost since. */
const isRight = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const folio = wholeAt(after, mm, page);
  if (folio === NONE || isMarked(after, folio)) return true;
  const was = wholeAt(before, mm, movedFrom(move, mm, page)) === folio || wholeAt(before, mm, page) === folio;
  if (!was || isInLarge(after, folio) || !isMarked(before, folio)) return was;
  // With several the count may be too low, and goes with the others.
  return lockedCensusOf(before)[folio]! > 1;
};

/** The first page whose folio should be marked and is not; or NONE. */
const unmarkedPage = (before: MmView, move: Move, after: MmView): number => findWrongPage(before, move, after, isRight);

export const mlocked: Step<MmView> = {
  kind: 'step',
  name: 'I-MLOCKED',
  says: 'A folio of one page, or one that a leaf maps, is marked as mlocked when it is mapped where it is locked, or is locked where it is mapped; one of one page as long as nobody else locks it: otherwise reclaim may have to find it out again.',
  cites:
    'v7.1 mm/mlock.c mlock_pte_range(), mm/rmap.c __folio_add_anon_rmap(), __folio_add_file_rmap() (mlock_vma_folio()), ' +
    'mm/swap.c folio_add_lru_vma(); Documentation/mm/unevictable-lru.rst',
  subject: (_before, _move, after) => anyLocked(after),
  holds: (before, move, after) => !anyLocked(after) || unmarkedPage(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = unmarkedPage(before, move, after);
    const folio = folioName(after, wholeAt(after, ...placeOf(after, at)));
    return `after ${move.name} ${pageName(after, at)}, which is locked, is of ${folio}, which is not marked as mlocked`;
  },
};
