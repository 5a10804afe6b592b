/** I-SPLIT: a folio that is split is the same memory, in smaller folios. */
import type { Move, Step } from '../checker/search/index.ts';
import { type MmView, Pmd, PmdKind, Pte, Result } from '../model/state/mm_types.ts';
import { dataAt, isOwn } from './anon_data.ts';
import { folioName, folioOf, isInLarge, isTaken, rowOf } from './folios.ts';
import { anyPage, findWrongPage, placeOf } from './pages.ts';
import { frameAt, NONE, pmdAt, pteAt, useOf, writeAt } from './reading.ts';
import { pageName, translationName } from './wording.ts';

/** Splits, and the end of what began as one: everything that is given back is as it was. */
const isSplit = ({ name, args }: Move): boolean =>
  name === 'split_folio' ||
  name === 'deferred_split_scan' ||
  (name === 'remove_migration_ptes' && args['folio'] !== 'new');

/** Whether the right to write is there, or stands in a migration entry. */
const mayWrite = (s: MmView, mm: number, page: number): boolean => {
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.migration) return Pmd.write(pmd) === 1;
  const pte = pteAt(s, mm, page);
  return Pte.migration(pte) === 1 ? Pte.write(pte) === 1 : writeAt(s, mm, page) === 1;
};

const isSame = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const was = dataAt(before, mm, page);
  if (was === NONE) return true;
  const isThere = frameAt(before, mm, page) !== NONE || move.name === 'remove_migration_ptes';
  if ((isThere ? frameAt(after, mm, page) : dataAt(after, mm, page)) !== was) return false;
  return mayWrite(before, mm, page) === mayWrite(after, mm, page) && isOwn(before, mm, page) === isOwn(after, mm, page);
};

/** The first page of anonymous memory that is not as it was; or NONE. */
const changedPage = (before: MmView, move: Move, after: MmView): number => findWrongPage(before, move, after, isSame);

/** The folio that a frame is of, or NONE for one that is of no memory. */
const folioOfFrame = (s: MmView, frame: number): number =>
  useOf(s, frame) === undefined ? NONE : folioOf(s, rowOf(frame));

/** The folio that a move is to split, or NONE: what the page translates to. */
const namedFolio = (s: MmView, { name, args }: Move): number =>
  name === 'split_folio' ? folioOfFrame(s, frameAt(s, args['mm'] as number, args['page'] as number)) : NONE;

/** Whether the result is right: small folios if it was split, one large folio if not, and that only for a pin. */
const isRightResult = (before: MmView, move: Move, after: MmView): boolean => {
  const folio = namedFolio(before, move);
  if (folio === NONE) return true;
  const done = after.result.at(0) === Result.ok;
  return isInLarge(after, folio) === !done && done === !isTaken(before, folio);
};

const explain = (before: MmView, move: Move, after: MmView): string => {
  const folio = namedFolio(before, move);
  if (!isRightResult(before, move, after)) {
    const result = Result.names[after.result.at(0)]!;
    const pinned = isTaken(before, folio) ? 'a pin' : 'no pin';
    return `${folioName(before, folio)} with ${pinned}: ${move.name} returned ${result}, and there is ${folioName(after, folio)}`;
  }
  const at = changedPage(before, move, after);
  const [mm, page] = placeOf(before, at);
  const marked = (s: MmView): string => (dataAt(s, mm, page) !== NONE && isOwn(s, mm, page) ? ', exclusive' : '');
  const was = `frame ${dataAt(before, mm, page)}${mayWrite(before, mm, page) ? ', writable' : ''}${marked(before)}`;
  return `${pageName(before, at)} was ${was}; after ${move.name} it is ${translationName(after, mm, page)}${marked(after)}`;
};

const isAnon = (s: MmView, mm: number, page: number): boolean => dataAt(s, mm, page) !== NONE;

export const split: Step<MmView> = {
  kind: 'step',
  name: 'I-SPLIT',
  says: 'A split leaves every page of anonymous memory where it was mapped, writable and exclusive if it was, and so does one that fails. It fails only where a page of the folio is pinned.',
  cites:
    'v7.1 mm/huge_memory.c __folio_split(), unmap_folio(), remap_page() (PG_anon_exclusive is restored from the entry), ' +
    'mm/migrate.c remove_migration_pte(); mm/rmap.c try_to_migrate_one() (939080834fef)',
  subject: (before, move) => isSplit(move) && (anyPage(before, isAnon) || namedFolio(before, move) !== NONE),
  holds: (before, move, after) =>
    !isSplit(move) || (isRightResult(before, move, after) && changedPage(before, move, after) === NONE),
  explain,
};
