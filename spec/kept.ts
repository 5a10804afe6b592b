/** I-KEPT: what user space has written to private memory stays, where user space expects it, until it is given back. */
import type { Move, Step } from '../checker/search/index.ts';
import { DAX_FILE_STRIDE, pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { dataAt, isDroppable, isSwapped, slotOf } from './anon_data.ts';
import { folioName, folioOf, isBroken, isFree, isTaken, rowOf } from './folios.ts';
import { cutOf } from './dax_reading.ts';
import { isLockedAt } from './locked_census.ts';
import { destinationOf, hasArrived } from './migrated.ts';
import { isCollapsed, isIn, isPolicyMove, isReclaim, movedTo } from './moves.ts';
import { frameOfVma, newMm, NONE, PARENT, useOf, vmaAt } from './reading.ts';
import { cachedIn } from './swap_census.ts';
import { translationName } from './wording.ts';

/** Copies of pages of the file from `from` on: truncation drops them too. */
const isTruncated = (s: MmView, move: Move, mm: number, page: number): boolean => {
  const { file, from } = move.args['part'] as { readonly file: 'shmem' | 'file'; readonly from: number };
  const vma = vmaAt(s, mm, page);
  return Vma.kind(vma) === VmaKind[file] && frameOfVma(vma, page) >= from;
};

/** Copies of pages of a DAX file that is truncated, by this operation or by the end of its waiting; a hole leaves them. */
const isCutOff = (s: MmView, move: Move, mm: number, page: number): boolean => {
  const vma = vmaAt(s, mm, page);
  if (Vma.kind(vma) !== VmaKind.fsdax) return false;
  const part = cutOf(s, move);
  const index = frameOfVma(vma, page) - part.file * DAX_FILE_STRIDE;
  return part.how === 'truncate' && part.from <= index && index < part.to;
};

/** Whether reclaim may drop the page. */
const isReclaimed = (s: MmView, mm: number, page: number): boolean =>
  isDroppable(s, mm, page) && !isTaken(s, folioOf(s, rowOf(dataAt(s, mm, page))));

/** What is in swap is dropped by MADV_FREE at once. */
const isGivenUpBy = (s: MmView, move: Move, mm: number, page: number): boolean => {
  if (move.args['advice'] === 'PAGEOUT') return isReclaimed(s, mm, page);
  if (!isIn(move, mm, page)) return false;
  return move.args['advice'] === 'DONTNEED' || (move.args['advice'] === 'FREE' && isSwapped(dataAt(s, mm, page)));
};

/** Whether it is of a page that is known to be broken: whoever moves it may leave it behind. */
const isKnownBroken = (s: MmView, data: number): boolean => !isSwapped(data) && isBroken(s, rowOf(data));

/** The frame of it, mapped or in the swap cache; or NONE. */
const frameOf = (s: MmView, data: number): number => (isSwapped(data) ? cachedIn(s, slotOf(data)) : data);

/** Whether the memory behind the page is what breaks: that of the page that is read, and not the rest of its folio. */
const isBreaking = (before: MmView, after: MmView, { args }: Move, mm: number, page: number): boolean => {
  const read = dataAt(before, args['mm'] as number, args['page'] as number);
  const data = dataAt(before, mm, page);
  // What was in swap may have been read in first.
  if (data === NONE || (data === read && isSwapped(data))) return data !== NONE;
  const frame = frameOf(before, data);
  if (frame === NONE || frame !== frameOf(before, read)) return false;
  return isBroken(after, rowOf(frame));
};

/** Whether the move takes the memory behind the page away, as it should. */
const isGivenBack = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  switch (move.name) {
    case 'munmap':
      return after.result.at(0) === Result.ok && isIn(move, mm, page);
    case 'madvise':
      return isGivenUpBy(before, move, mm, page);
    case 'exit':
      return move.args['mm'] === mm;
    case 'shrink_folio_list':
      return isReclaimed(before, mm, page);
    case 'memory_failure':
      return isBreaking(before, after, move, mm, page);
    case 'truncate':
      return isTruncated(before, move, mm, page);
    case 'dax_truncate':
    case 'dax_layout_wakes':
      return isCutOff(before, move, mm, page);
    case 'unmap_mapping_range':
    case 'vfio_pci_memory_disable':
      return Vma.kind(vmaAt(before, mm, page)) === VmaKind.device;
    default:
      return false;
  }
};

const isMigrationEnd = ({ name }: Move): boolean => name === 'remove_migration_ptes' || name === 'migrate_vma_finalize';

/** Operations that access pages, and fault them in. */
const MAY_FAULT: ReadonlySet<string> = new Set([
  'handle_mm_fault',
  'pin_user_pages',
  'get_user_pages',
  'access_remote_vm',
]);

/** Whether the move may put a copy in place of the page: a write to it, a pin or a lock, a collapse, and mbind() with MPOL_MF_MOVE. */
const mayCopy = (s: MmView, move: Move, mm: number, page: number): boolean => {
  if (move.name === 'collapse') return isCollapsed(s, move, mm, page);
  if (move.name === 'mbind') return isPolicyMove(move);
  // What is locked is faulted in, for writing where it may be written.
  if (move.name === 'mlock' || (move.name === 'mprotect' && isLockedAt(s, mm, page))) return isIn(move, mm, page);
  if (!MAY_FAULT.has(move.name) || move.args['mm'] !== mm) return false;
  return move.name === 'get_user_pages' ? isIn(move, mm, page) : move.args['page'] === page;
};

/** Whether `is` is the memory that `was` there, or may be a copy of it. */
const isSame = (was: number, is: number, copies: boolean): boolean => is === was || (copies && is !== NONE);

/** Whether the memory has gone to swap, by reclaim, or has come back with others of its folio, from the swap cache. */
const isSwap = (before: MmView, move: Move, was: number, is: number): boolean => {
  if (is === NONE || isSwapped(was) === isSwapped(is)) return false;
  return isSwapped(is) ? isReclaim(move) : cachedIn(before, slotOf(was)) === is;
};

/** Whether the move may take all of a page to a device, or back: a driver's, or an access to what a device has. */
const isDeviceMove = (s: MmView, { name }: Move, was: number): boolean =>
  name === 'migrate_vma' || (!isSwapped(was) && useOf(s, was) === 'private' && MAY_FAULT.has(name));

/** Whether it is where it was, or, unless it is pinned, in a page that was free, and everybody's who had it, but for who has copied it. */
const hasMoved = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const was = dataAt(before, mm, page);
  const is = dataAt(after, mm, page);
  if (is === NONE || isSwapped(is) || isSwapped(was)) return is === was;
  if (is !== was && (!isFree(before, rowOf(is)) || isTaken(before, folioOf(before, rowOf(was))))) return false;
  if (mayCopy(before, move, mm, page)) return true;
  const pages = pagesOf(before.geometry);
  for (let other = 0; other < before.geometry.mms; other++)
    for (let at = 0; at < pages; at++)
      if (dataAt(before, other, at) === was && dataAt(after, other, at) !== is && !mayCopy(before, move, other, at))
        return false;
  return true;
};

/** `destination`: where the end of a migration has taken the folio that was under way. */
const isKept = (before: MmView, move: Move, after: MmView, mm: number, page: number, destination: number): boolean => {
  const was = dataAt(before, mm, page);
  if (was === NONE || isKnownBroken(before, was) || isGivenBack(before, move, after, mm, page)) return true;
  if (isMigrationEnd(move)) return hasArrived(before, after, destination, was, dataAt(after, mm, page));
  if (isDeviceMove(before, move, was)) return hasMoved(before, move, after, mm, page);
  const copies = mayCopy(before, move, mm, page);
  // What fails, or stops half-way, leaves the rest where it was.
  const stays = after.result.at(0) !== Result.ok && isSame(was, dataAt(after, mm, page), copies);
  const is = dataAt(after, mm, movedTo(move, mm, page));
  return stays || isSame(was, is, copies) || isSwap(before, move, was, is);
};

/** The child has what its parent has, but for what MADV_DONTFORK leaves out; its own copy of what is pinned. */
const isInherited = (before: MmView, after: MmView, child: number, page: number): boolean => {
  if (dataAt(before, PARENT, page) === NONE || Vma.dontcopy(vmaAt(before, PARENT, page)) === 1) return true;
  return dataAt(after, child, page) !== NONE;
};

/** The first page, as mm * pages + page, whose memory the move has lost, or NONE. */
const lostPage = (before: MmView, move: Move, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  const child = move.name === 'fork' ? newMm(before, after) : NONE;
  const destination = isMigrationEnd(move) ? destinationOf(before, after) : NONE;
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if (!isKept(before, move, after, mm, page, destination)) return mm * pages + page;
  if (child === NONE) return NONE;
  for (let page = 0; page < pages; page++) if (!isInherited(before, after, child, page)) return child * pages + page;
  return NONE;
};

const anyData = (s: MmView): boolean => {
  const pages = pagesOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) if (dataAt(s, mm, page) !== NONE) return true;
  return false;
};

const explain = (before: MmView, move: Move, after: MmView): string => {
  const pages = pagesOf(before.geometry);
  const at = lostPage(before, move, after);
  const mm = Math.floor(at / pages);
  const page = at % pages;
  // What a child lacks, its parent had.
  const owner = dataAt(before, mm, page) === NONE ? PARENT : mm;
  const data = dataAt(before, owner, page);
  const folio = isSwapped(data) ? `swap slot ${slotOf(data)}` : folioName(before, folioOf(before, rowOf(data)));
  const to = owner === mm ? movedTo(move, mm, page) : page;
  return `${party(owner)} page ${page} was of ${folio}; after ${move.name} ${party(mm)} page ${to} translates to ${translationName(after, mm, to)}`;
};

export const kept: Step<MmView> = {
  kind: 'step',
  name: 'I-KEPT',
  says: 'Anonymous memory stays where it is mapped, or goes to swap, or, unless it is pinned, to a device, and comes back, follows mremap() and UFFDIO_MOVE, goes page by page to the folio that a migration puts in place of its own, and is inherited by fork(), until it is unmapped, truncated, dropped by MADV_DONTNEED, or by reclaim after MADV_FREE while nobody has written to it or pinned it.',
  cites:
    'v7.1 mm/memory.c copy_present_ptes(), mm/mremap.c move_ptes(), mm/rmap.c try_to_unmap_one() (lazyfree), ' +
    'mm/huge_memory.c __discard_anon_folio_pmd_locked(); Documentation/admin-guide/mm/userfaultfd.rst (UFFDIO_MOVE); madvise(2)',
  subject: (before) => anyData(before),
  holds: (before, move, after) => lostPage(before, move, after) === NONE,
  explain,
};
