/** I-PGOFF: which page of which mapping a page of address space is, nothing changes behind user space's back. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { isIn, movedFrom, movedTo } from './moves.ts';
import { covers, frameOfVma, newMm, NO_VMA, NONE, PARENT, vmaAt } from './reading.ts';
import { pageName, vmaName } from './wording.ts';

const isNone = (vma: Vma): boolean => Vma.kind(vma) === VmaKind.none;

/** Whether page `a` in one VMA is the same page as `b` in another: of anonymous memory vm_pgoff says nothing to user space. */
const isSame = (was: Vma, a: number, is: Vma, b: number): boolean => {
  if (Vma.kind(was) !== Vma.kind(is)) return false;
  return isNone(was) || Vma.kind(was) === VmaKind.anon || frameOfVma(was, a) === frameOfVma(is, b);
};

/** Whether the move takes the page out of the address space. */
const isTaken = (move: Move, mm: number, page: number): boolean => {
  switch (move.name) {
    case 'munmap':
      return isIn(move, mm, page);
    case 'mremap':
      return movedTo(move, mm, page) !== page;
    default:
      return false;
  }
};

/** The page that has come here; UFFDIO_MOVE moves memory from VMA to VMA. */
const sourceOf = (move: Move, mm: number, page: number): number =>
  move.name === 'mremap' ? movedFrom(move, mm, page) : page;

/** Whether the page, which was in `was`, is to be in no VMA. */
const isGone = (was: Vma, move: Move, done: boolean, mm: number, page: number, child: number): boolean =>
  // MADV_DONTFORK leaves it out.
  (mm === child && Vma.dontcopy(was) === 1) ||
  (move.name === 'exit' && move.args['mm'] === mm) ||
  (done && isTaken(move, mm, page));

/** The first page of the mm that is another than it should be, or NONE. */
const wrongPageOf = (before: MmView, move: Move, after: MmView, mm: number, child: number): number => {
  const pages = pagesOf(before.geometry);
  const owner = mm === child ? PARENT : mm;
  const done = after.result.at(0) === Result.ok;
  const brings = done && move.name === 'mmap' && move.args['mm'] === mm;
  let was = NO_VMA;
  let is = NO_VMA;
  for (let page = 0; page < pages; page++) {
    const from = done ? sourceOf(move, mm, page) : page;
    if (!covers(was, from)) was = vmaAt(before, owner, from);
    if (!covers(is, page)) is = vmaAt(after, mm, page);
    const right = isGone(was, move, done, mm, page, child)
      ? isNone(is)
      : (brings && isNone(was)) || isSame(was, from, is, page);
    if (!right) return page;
  }
  return NONE;
};

/** Whether the operation is one that is to change which pages there are, whatever it does. */
const isMapping = ({ name }: Move): boolean =>
  name === 'munmap' || name === 'mremap' || name === 'fork' || name === 'exit';

const hasChanged = (before: MmView, after: MmView, mm: number): boolean => {
  const { vmas } = after.geometry;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++) if (before.vma.at(row) !== after.vma.at(row)) return true;
  return false;
};

const anyChanged = (before: MmView, after: MmView): boolean => {
  for (let mm = 0; mm < after.geometry.mms; mm++) if (hasChanged(before, after, mm)) return true;
  return false;
};

/** The first page, as mm * pages + page, that is another than it should be; or NONE. */
const wrongPage = (before: MmView, move: Move, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  const child = move.name === 'fork' ? newMm(before, after) : NONE;
  for (let mm = 0; mm < before.geometry.mms; mm++) {
    const isNamed = isMapping(move) && (mm === child || move.args['mm'] === mm);
    const page = isNamed || hasChanged(before, after, mm) ? wrongPageOf(before, move, after, mm, child) : NONE;
    if (page !== NONE) return mm * pages + page;
  }
  return NONE;
};

/** 'page 3 of the shared shmem VMA of pages 0..1 (RW)', or 'in no VMA' */
const placeName = (vma: Vma, page: number): string =>
  isNone(vma) ? 'in no VMA' : `page ${frameOfVma(vma, page)} of ${vmaName(vma)}`;

export const pgoff: Step<MmView> = {
  kind: 'step',
  name: 'I-PGOFF',
  says: 'A page of address space keeps the kind of its VMA, and stays the page of the file or of the device that it is, until it is unmapped; mremap() takes it along, fork() gives the same to the child, and nothing but mmap() brings new ones.',
  cites:
    'v7.1 mm/vma.c __split_vma(), vma_merge_existing_range(), copy_vma() (vm_pgoff), do_vmi_align_munmap(); kernel/fork.c ' +
    'dup_mmap(); mmap(2), mremap(2)',
  subject: (before, move, after) => isMapping(move) || anyChanged(before, after),
  holds: (before, move, after) => wrongPage(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = wrongPage(before, move, after);
    const pages = pagesOf(before.geometry);
    const [mm, page] = [Math.floor(at / pages), at % pages];
    const child = move.name === 'fork' ? newMm(before, after) : NONE;
    const owner = mm === child ? PARENT : mm;
    const from = sourceOf(move, mm, page);
    const was = `${party(owner)} page ${from} was ${placeName(vmaAt(before, owner, from), from)}`;
    return `${was}; after ${move.name} ${pageName(after, at)} is ${placeName(vmaAt(after, mm, page), page)}`;
  },
};
