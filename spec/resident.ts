/** I-RESIDENT: what is locked is in memory, and stays there. */
import type { Move, Step } from '../checker/search/index.ts';
import { type MmView, Result, Vma, VmaAttributes, VmaKind } from '../model/state/mm_types.ts';
import { memoryAt } from './anon_data.ts';
import { anyLocked, isLockedAt } from './locked_census.ts';
import { isIn, isReclaim, movedTo } from './moves.ts';
import { findWrongPage, type OfStep, placeOf } from './pages.ts';
import { attributesAt, isThere, NONE, vmaAt } from './reading.ts';
import { pageName, translationName } from './wording.ts';

/** Whether the move drops copies of a file's pages, or what is broken: that is not up to a lock. */
const isDropped = ({ name }: Move): boolean => name === 'truncate' || name === 'memory_failure';

const isKept = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (!isLockedAt(before, mm, page) || !isLockedAt(after, mm, page) || isDropped(move)) return true;
  if (!isThere(before, mm, page)) return true;
  // What a file has is only unmapped by anything but reclaim, and its page cache keeps it.
  if (memoryAt(before, mm, page) === NONE && !isReclaim(move)) return true;
  return isThere(after, mm, page) || isThere(after, mm, movedTo(move, mm, page));
};

/** mlock() faults in what it names, if it succeeds; with MLOCK_ONFAULT it waits for the faults. */
const isFaultedIn = (move: Move, after: MmView, mm: number, page: number): boolean => {
  if (move.name !== 'mlock' || after.result.at(0) !== Result.ok || !isIn(move, mm, page)) return true;
  const waits = VmaAttributes.onFault(attributesAt(after, mm, page)) === 1;
  return !isLockedAt(after, mm, page) || waits || isThere(after, mm, page);
};

const isInMemory: OfStep = (before, move, after, mm, page) =>
  isKept(before, move, after, mm, page) && isFaultedIn(move, after, mm, page);

/** The first page that is not in memory and should be, or NONE. */
const missingPage = (before: MmView, move: Move, after: MmView): number =>
  findWrongPage(before, move, after, isInMemory);

/** Whether a page may be locked, if it is: fork() hands no lock on, and nothing of a device is locked. */
const mayBeLocked: OfStep = (before, move, after, mm, page) => {
  if (!isLockedAt(after, mm, page)) return true;
  const kind = Vma.kind(vmaAt(after, mm, page));
  const canBe = kind === VmaKind.anon || kind === VmaKind.shmem || kind === VmaKind.file;
  return canBe && (move.name !== 'fork' || isLockedAt(before, mm, page));
};

const wrongLock = (before: MmView, move: Move, after: MmView): number =>
  findWrongPage(before, move, after, mayBeLocked);

export const resident: Step<MmView> = {
  kind: 'step',
  name: 'I-RESIDENT',
  says: 'After mlock() all it names is in memory. What is in memory and locked stays there: anonymous memory whatever happens, but for truncation and memory that breaks, pages of files whatever is reclaimed. A child has nothing locked, and nothing of a device ever is.',
  cites:
    'mlock(2); v7.1 mm/gup.c __mm_populate(), mm/rmap.c try_to_unmap_one() (VM_LOCKED), mm/madvise.c can_madv_lru_vma(), ' +
    'madvise_dontneed_free_valid_vma(), mm/mmap.c dup_mmap() (VM_LOCKED_MASK), mm/internal.h vma_supports_mlock()',
  subject: (_before, _move, after) => anyLocked(after),
  holds: (before, move, after) =>
    !anyLocked(after) || (missingPage(before, move, after) === NONE && wrongLock(before, move, after) === NONE),
  explain: (before, move, after) => {
    const missing = missingPage(before, move, after);
    const at = missing === NONE ? wrongLock(before, move, after) : missing;
    const is = translationName(after, ...placeOf(after, at));
    return `after ${move.name} ${pageName(after, at)} is locked, and translates to ${is}`;
  },
};
