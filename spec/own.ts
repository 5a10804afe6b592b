/** I-OWN: memory that one process has for itself stays its own, whatever becomes of the entries for it. */
import type { Move, Step } from '../checker/search/index.ts';
import { Mm, type MmView, Result } from '../model/state/mm_types.ts';
import { isOwn, memoryAt } from './anon_data.ts';
import { frameAt, isMapped, migratingAt, newMm, NONE } from './reading.ts';
import { movedTo } from './moves.ts';
import { anyPage, findWrongPage, placeOf } from './pages.ts';
import { entryName, pageName, translationName } from './wording.ts';

/** Whether fork() has given the child the same memory. */
const isInherited = (before: MmView, move: Move, after: MmView, page: number): boolean => {
  if (move.name !== 'fork') return false;
  // One that fails half-way has shared memory, and takes it back from a child that is gone; the mark it does not give back.
  if (after.result.at(0) !== Result.ok) return true;
  const child = newMm(before, after);
  return child === NONE || memoryAt(after, child, page) === memoryAt(before, 0, page);
};

/** What ends a migration. */
const ENDS: ReadonlySet<string> = new Set(['remove_migration_ptes', 'migrate_vma_finalize']);

/** Whether an entry becomes a migration entry, or the end of the migration maps the page again, itself or its copy. */
const isMigrated = (before: MmView, { name }: Move, after: MmView, mm: number, page: number): boolean => {
  if (isMapped(before, mm, page)) return migratingAt(after, mm, page) === frameAt(before, mm, page);
  return ENDS.has(name) && migratingAt(before, mm, page) !== NONE && memoryAt(after, mm, page) !== NONE;
};

const isRight = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (Mm.alive(before.mm.at(mm)) === 0) return true;
  const was = memoryAt(before, mm, page);
  if (was === NONE) return true;
  const own = isOwn(before, mm, page);
  const to = movedTo(move, mm, page);
  const isThere = memoryAt(after, mm, to) === was;
  // What most operations leave.
  if (own && isThere && isOwn(after, mm, to)) return true;
  // A driver moves it as it is; who writes to what a device has may copy it.
  if (move.name === 'migrate_vma') return isOwn(after, mm, page) === own;
  if (isMigrated(before, move, after, mm, page)) return isOwn(after, mm, page) === own;
  return !own || !isThere || isInherited(before, move, after, page);
};

/** The first page whose memory has become, or ceased to be, its own; or NONE. */
const wrongPage = (before: MmView, move: Move, after: MmView): number => findWrongPage(before, move, after, isRight);

const isOwnMemory = (s: MmView, mm: number, page: number): boolean =>
  memoryAt(s, mm, page) !== NONE && isOwn(s, mm, page);

export const own: Step<MmView> = {
  kind: 'step',
  name: 'I-OWN',
  says: 'Anonymous memory that a process has for itself (PageAnonExclusive) stays so where it stays mapped, by whatever entries, until fork() gives it to a child as well. A migration entry says so if and only if the page did, and the page that it becomes if and only if the entry did.',
  cites:
    'v7.1 include/linux/rmap.h folio_try_dup_anon_rmap_ptes() (-EBUSY), mm/huge_memory.c __split_huge_pmd_locked() ' +
    '(anon_exclusive), set_pmd_migration_entry(), mm/rmap.c try_to_migrate_one(), mm/migrate.c remove_migration_pte(); ' +
    '6c287605fd56 (v5.19)',
  subject: (before, move, after) => anyPage(before, isOwnMemory) || wrongPage(before, move, after) !== NONE,
  holds: (before, move, after) => wrongPage(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = wrongPage(before, move, after);
    const [mm, page] = placeOf(before, at);
    const to = movedTo(move, mm, page);
    const named = (s: MmView, where: number): string =>
      `${isMapped(s, mm, where) ? translationName(s, mm, where) : entryName(s, mm, where)}, ${isOwn(s, mm, where) ? '' : 'not '}exclusive`;
    return `${pageName(before, at)} was ${named(before, page)}; after ${move.name} page ${to} is ${named(after, to)}`;
  },
};
