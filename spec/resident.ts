/** I-RESIDENT: what is locked is in memory, and stays there. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result, Vma, VmaAttributes, VmaKind } from '../model/state/mm_types.ts';
import { dataAt, isSwapped } from './anon_data.ts';
import { anyLocked, isLockedAt } from './locked_census.ts';
import { isIn, movedTo } from './moves.ts';
import { frameAt, migratingAt, NONE, vmaAt } from './reading.ts';
import { pageName, translationName } from './wording.ts';

/** Whether the page is in memory: mapped, or on its way to another frame. */
const isResident = (s: MmView, mm: number, page: number): boolean =>
  frameAt(s, mm, page) !== NONE || migratingAt(s, mm, page) !== NONE;

const isAnonymous = (s: MmView, mm: number, page: number): boolean => {
  const data = dataAt(s, mm, page);
  return data !== NONE && !isSwapped(data);
};

/** Whether the move drops copies of a file's pages, or what is broken: that is not up to a lock. */
const isDropped = ({ name }: Move): boolean => name === 'truncate' || name === 'memory_failure';

/** Whether memory is taken for others. What a file has is only unmapped by anything else, and its page cache keeps it. */
const isReclaim = ({ name, args }: Move): boolean =>
  name === 'shrink_folio_list' || (name === 'madvise' && args['advice'] === 'PAGEOUT');

const isKept = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (!isLockedAt(before, mm, page) || !isLockedAt(after, mm, page) || isDropped(move)) return true;
  if (!isResident(before, mm, page)) return true;
  if (!isAnonymous(before, mm, page) && !isReclaim(move)) return true;
  return isResident(after, mm, page) || isResident(after, mm, movedTo(move, mm, page));
};

/** mlock() faults in what it names, if it succeeds; with MLOCK_ONFAULT it waits for the faults. */
const isFaultedIn = (move: Move, after: MmView, mm: number, page: number): boolean => {
  if (move.name !== 'mlock' || after.result.at(0) !== Result.ok || !isIn(move, mm, page)) return true;
  const waits = VmaAttributes.onFault(after.vmaAttributes.at(mm * pagesOf(after.geometry) + page)) === 1;
  return !isLockedAt(after, mm, page) || waits || isResident(after, mm, page);
};

/** The first page, as mm * pages + page, that is not in memory and should be, or NONE. */
const missingPage = (before: MmView, move: Move, after: MmView): number => {
  const pages = pagesOf(after.geometry);
  for (let mm = 0; mm < after.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if (!isKept(before, move, after, mm, page) || !isFaultedIn(move, after, mm, page)) return mm * pages + page;
  return NONE;
};

/** The first page that is locked and may not be: fork() hands no lock on, and nothing of a device is locked. */
const wrongLock = (before: MmView, move: Move, after: MmView): number => {
  const pages = pagesOf(after.geometry);
  for (let mm = 0; mm < after.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) {
      if (!isLockedAt(after, mm, page)) continue;
      const kind = Vma.kind(vmaAt(after, mm, page));
      const canBe = kind === VmaKind.anon || kind === VmaKind.shmem || kind === VmaKind.file;
      if (!canBe || (move.name === 'fork' && !isLockedAt(before, mm, page))) return mm * pages + page;
    }
  return NONE;
};

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
    const pages = pagesOf(after.geometry);
    const is = translationName(after, Math.floor(at / pages), at % pages);
    return `after ${move.name} ${pageName(after, at)} is locked, and translates to ${is}`;
  },
};
