/** I-DIRTY: what has been written to a file is not forgotten. */
import type { Move, Step } from '../checker/search/index.ts';
import { DEVICE_FRAMES } from '../model/state/geometry.ts';
import { Page } from '../model/state/memmap.ts';
import { type MmView, Pmd, PmdKind, Pte, PudKind, Pud, Result, Vma } from '../model/state/mm_types.ts';
import { folioName, folioOf, isFree, pagesOfFolio, rowOf } from './folios.ts';
import { isReclaim } from './moves.ts';
import { frameAt, isFileFrame, NONE, vmaAt } from './reading.ts';

/** Whether the frame is one of the folio's, which begins at frame `first`. */
const isIn = (frame: number, first: number, pages: number): boolean => first <= frame && frame < first + pages;

/** Whether a dirty PTE of a table, present or migrating, is of the folio. */
const dirtyInTable = (s: MmView, table: number, first: number, pages: number): boolean => {
  const { ptrsPerPte, pteTables } = s.geometry;
  if (table >= pteTables) return false;
  for (let row = table * ptrsPerPte; row < (table + 1) * ptrsPerPte; row++) {
    const pte = s.pte.at(row);
    const named = Pte.present(pte) === 1 || Pte.migration(pte) === 1;
    if (named && Pte.dirty(pte) === 1 && isIn(Pte.pfn(pte), first, pages)) return true;
  }
  return false;
};

const dirtyInPmd = (s: MmView, pmd: Pmd, first: number, pages: number): boolean => {
  const kind = Pmd.kind(pmd);
  if (kind === PmdKind.table) return dirtyInTable(s, Pmd.pfn(pmd), first, pages);
  return kind !== PmdKind.none && Pmd.dirty(pmd) === 1 && isIn(Pmd.pfn(pmd), first, pages);
};

/** Whether any entry says that the folio has been written to. A file has no PUD leaves. */
const dirtyInTables = (s: MmView, folio: number): boolean => {
  const { ptrsPerPmd } = s.geometry;
  const first = folio + DEVICE_FRAMES;
  const pages = pagesOfFolio(s, folio);
  for (let row = 0; row < s.pmd.rows; row++) {
    if (Pud.kind(s.pud.at(Math.trunc(row / ptrsPerPmd))) !== PudKind.table) continue;
    if (dirtyInPmd(s, s.pmd.at(row), first, pages)) return true;
  }
  return false;
};

/** Whether the folio, or any entry for it, is dirty. */
export const isDirty = (s: MmView, folio: number): boolean =>
  Page.dirty(s.page.at(folio)) === 1 || dirtyInTables(s, folio);

const isCached = (s: MmView, folio: number): boolean =>
  isFileFrame(s, folio + DEVICE_FRAMES) && !isFree(s, folio) && Page.cached(s.page.at(folio)) === 1;

/** Whether the move has written the folio to the disk of its file. */
export const isWritten = (after: MmView, folio: number): boolean =>
  folio < after.wroteBack.rows && after.wroteBack.at(folio) === 1;

/** Whether a folio that was known to be written to, or was a part of one, is in the page cache still, and clean. */
const isForgotten = (before: MmView, after: MmView, folio: number): boolean => {
  const was = folioOf(before, folio);
  if (isWritten(after, was)) return false;
  return isCached(before, was) && isCached(after, folio) && !isDirty(after, folio) && isDirty(before, was);
};

/** Whether reclaim has taken a folio out of the page cache that was known to be written to. */
const isDropped = (before: MmView, move: Move, after: MmView, folio: number): boolean =>
  isReclaim(move) && isCached(before, folio) && !isCached(after, folio) && isDirty(before, folio);

const forgotten = (before: MmView, move: Move, after: MmView): number => {
  for (let row = 0; row < after.memmap.frames; row++)
    if (
      (folioOf(after, row) === row && isForgotten(before, after, row)) ||
      (folioOf(before, row) === row && isDropped(before, move, after, row))
    )
      return row;
  return NONE;
};

/** The folio of a shared file that the move has written to, or NONE. */
const written = ({ name, args }: Move, after: MmView): number => {
  if (name !== 'handle_mm_fault' || args['access'] !== 'write' || after.result.at(0) !== Result.ok) return NONE;
  const mm = args['mm'] as number;
  const page = args['page'] as number;
  const frame = frameAt(after, mm, page);
  const isOfFile = Vma.shared(vmaAt(after, mm, page)) === 1 && isFileFrame(after, frame);
  return isOfFile ? folioOf(after, rowOf(frame)) : NONE;
};

/** The folio that is clean although it was written to, now or before; or NONE. */
const wrongFolio = (before: MmView, move: Move, after: MmView): number => {
  const folio = written(move, after);
  return folio !== NONE && !isDirty(after, folio) ? folio : forgotten(before, move, after);
};

const anyDirty = (s: MmView): boolean => {
  for (let row = 0; row < s.memmap.frames; row++) if (isCached(s, row) && isDirty(s, row)) return true;
  return false;
};

export const dirty: Step<MmView> = {
  kind: 'step',
  name: 'I-DIRTY',
  says: 'A write to a shared page of a file marks an entry or the folio dirty, and one of them stays so until the folio is truncated, or written to its disk: reclaim leaves it in the page cache.',
  cites:
    'v7.1 mm/memory.c fault_dirty_shared_page(), zap_present_folio_ptes(), mm/huge_memory.c __split_huge_pmd_locked(), ' +
    'zap_huge_pmd()',
  subject: (before, move, after) => anyDirty(before) || written(move, after) !== NONE,
  holds: (before, move, after) => wrongFolio(before, move, after) === NONE,
  explain: (before, move, after) => {
    const folio = wrongFolio(before, move, after);
    const was = written(move, after) === folio ? 'has just been written to' : 'was dirty';
    return `${folioName(after, folio)} ${was}; after ${move.name} neither it nor any entry for it is`;
  },
};
