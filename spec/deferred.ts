/** I-DEFER: which folios wait for a split, and until when. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { Migration, Page, PageKind } from '../model/state/memmap.ts';
import { type MmView, Result } from '../model/state/mm_types.ts';
import { censusOf } from './census.ts';
import { folioName, folioOf, isInLarge, pagesOfFolio, rowOf } from './folios.ts';
import { isPolicyMove } from './moves.ts';
import { frameAt, isAnonFrame, migratingAt, NONE, vmaAt } from './reading.ts';

const isQueued = (s: MmView, row: number): boolean => isInLarge(s, row) && Page.partiallyMapped(s.page.at(row)) === 1;

/** Moves that go page by page: meanwhile a part of the folio is not mapped. */
const isPiecemeal = (move: Move): boolean => {
  const { name, args } = move;
  return (
    name === 'get_user_pages' ||
    name === 'migrate_pages' ||
    name === 'remove_migration_ptes' ||
    name === 'split_folio' ||
    name === 'deferred_split_scan' ||
    name === 'memory_failure' ||
    name === 'UFFDIO_MOVE' ||
    (name === 'madvise' && args['advice'] === 'FREE') ||
    isPolicyMove(move)
  );
};

/** How many pages of the folio are mapped. */
const mappedPages = (s: MmView, folio: number): number => {
  const c = censusOf(s);
  const pages = pagesOfFolio(s, folio);
  if (c.leaves[folio]! > 0) return pages;
  let n = 0;
  for (let row = folio; row < folio + pages; row++) if (c.ptes[row]! > 0) n++;
  return n;
};

/** Whether one VMA maps the folio, and all of it that is mapped side by side: it goes in one piece. */
const isOneRun = (s: MmView, folio: number): boolean => {
  const pages = pagesOf(s.geometry);
  let runs = 0;
  for (let mm = 0; mm < s.geometry.mms; mm++) {
    let last = NONE;
    for (let page = 0; page < pages; page++) {
      const frame = frameAt(s, mm, page);
      const isOf = frame !== NONE && rowOf(frame) >= folio && rowOf(frame) < folio + pagesOfFolio(s, folio);
      const goesOn = last !== NONE && frame === last + 1 && vmaAt(s, mm, page) === vmaAt(s, mm, page - 1);
      if (isOf && !goesOn) runs++;
      last = isOf ? frame : NONE;
    }
  }
  return runs <= 1;
};

/** Whether a folio has been queued that has no reason to be: all of it is mapped, or nothing is that went in one piece. */
const isWronglyQueued = (before: MmView, move: Move, after: MmView, row: number): boolean => {
  if (isQueued(before, row) || !isQueued(after, row) || isPiecemeal(move)) return false;
  const mapped = mappedPages(after, row);
  if (mapped === pagesOfFolio(after, row)) return true;
  return mapped === 0 && isInLarge(before, row) && isOneRun(before, row);
};

/** The folio that a migration has made of this one, or NONE: it was not this one's, or nothing maps it any more. */
const movedFolio = (before: MmView, move: Move, after: MmView, row: number): number => {
  const one = before.migration.rows > 0 ? before.migration.at(0) : Migration.of({});
  if (move.name !== 'remove_migration_ptes' || Migration.taken(one) === 0 || rowOf(Migration.pfn(one)) !== row)
    return NONE;
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pagesOf(before.geometry); page++) {
      const was = migratingAt(before, mm, page);
      const is = frameAt(after, mm, page);
      if (!isAnonFrame(before, was) || !isAnonFrame(after, is)) continue;
      if (folioOf(before, rowOf(was)) === row) return folioOf(after, rowOf(is));
    }
  return NONE;
};

/** Whether a folio that waited is still there, or a migration has moved it, and it does not wait any more. */
const isForgotten = (before: MmView, move: Move, after: MmView, row: number): boolean => {
  if (!isQueued(before, row)) return false;
  const to = movedFolio(before, move, after, row);
  const now = to === NONE ? row : to;
  // Page by page into migration entries and back: it is queued, and mapped as a whole.
  if (to !== NONE && mappedPages(after, now) === pagesOfFolio(after, now)) return false;
  return isInLarge(after, now) && Page.kind(after.page.at(now)) === PageKind.anon && !isQueued(after, now);
};

/** The first folio that is queued and should not be, or the other way round; or NONE. */
const wrongFolio = (before: MmView, move: Move, after: MmView): number => {
  for (let row = 0; row < after.memmap.frames; row++)
    if (isWronglyQueued(before, move, after, row) || isForgotten(before, move, after, row)) return row;
  return NONE;
};

const anyQueued = (s: MmView): boolean => {
  for (let row = 0; row < s.memmap.frames; row++) if (isQueued(s, row)) return true;
  return false;
};

export const deferred: Step<MmView> = {
  kind: 'step',
  name: 'I-DEFER',
  says: 'A large folio is queued for a deferred split only when a part of it, and not all of it at once, has been unmapped; it stays queued until it is split or freed, and a migration takes that along.',
  cites:
    'v7.1 mm/rmap.c __folio_remove_rmap() (partially_mapped; 7491f3f34891), mm/huge_memory.c deferred_split_folio(), ' +
    'deferred_split_scan(), mm/migrate.c migrate_folio_move() (src_partially_mapped)',
  subject: (before, _move, after) => anyQueued(before) || anyQueued(after),
  holds: (before, move, after) => wrongFolio(before, move, after) === NONE,
  explain: (before, move, after) => {
    const row = wrongFolio(before, move, after);
    if (isWronglyQueued(before, move, after, row))
      return `${move.name} has queued ${folioName(after, row)}, of which ${mappedPages(after, row)} pages are mapped`;
    const to = movedFolio(before, move, after, row);
    const now = to === NONE ? '' : `, which is ${folioName(after, to)} now,`;
    const result = after.result.at(0) === Result.ok ? '' : ` (${Result.names[after.result.at(0)]})`;
    return `${folioName(before, row)}${now} waited for a split; after ${move.name}${result} it does not`;
  },
};
