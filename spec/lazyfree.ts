/** I-LAZYFREE: reclaim may drop a page only if its own process has given it up, and nobody has written to it since. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { isPrivatePte, type MmView, Pmd, PmdKind, Pte, Result } from '../model/state/mm_types.ts';
import { dataAt, isDroppable, isGivenUp } from './anon_data.ts';
import { folioName, folioOf, rowOf } from './folios.ts';
import { isIn, movedFrom } from './moves.ts';
import { newMm, NONE, PARENT, pmdAt, privateAt } from './reading.ts';
import { pageName } from './wording.ts';

const anyGivenUp = (s: MmView): boolean => {
  for (let row = 0; row < s.memmap.frames; row++) if (isGivenUp(s.page.at(row))) return true;
  return false;
};

/** By the CPU, or by a device that has the page. */
const isWrite = ({ name, args }: Move, after: MmView, mm: number, page: number): boolean =>
  (name === 'device_write' || (name === 'handle_mm_fault' && args['access'] === 'write')) &&
  args['mm'] === mm &&
  args['page'] === page &&
  after.result.at(0) === Result.ok;

const isAdvised = (move: Move, mm: number, page: number): boolean =>
  move.name === 'madvise' && move.args['advice'] === 'FREE' && isIn(move, mm, page);

/** Whether reclaim could have dropped, before the move, what is at the page now: what a child has, its parent had. */
const couldBeDropped = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  const owner = move.name === 'fork' && newMm(before, after) === mm ? PARENT : mm;
  // What fails, or stops half-way, leaves the rest where it was.
  const from = dataAt(before, owner, page) === NONE ? movedFrom(move, mm, page) : page;
  return isDroppable(before, owner, from);
};

/** What a device has reclaim finds only once it is back, and then dirty, where its entry is taken for dirty on the way. */
const comesDirty = (s: MmView, mm: number, page: number, taken: boolean): boolean =>
  taken && privateAt(s, mm, page) !== NONE;

const isRight = (before: MmView, move: Move, after: MmView, mm: number, page: number, taken: boolean): boolean => {
  if (!isDroppable(after, mm, page) || comesDirty(after, mm, page, taken)) return true;
  if (isWrite(move, after, mm, page)) return false;
  return isAdvised(move, mm, page) || couldBeDropped(before, move, after, mm, page);
};

/** Whether the entry of a slot, or every entry of its table, is dirty or none: there is nothing to ask then. */
const isKept = (s: MmView, pmd: Pmd): boolean => {
  const { ptrsPerPte, pteTables } = s.geometry;
  const kind = Pmd.kind(pmd);
  if (kind === PmdKind.none) return true;
  if (kind !== PmdKind.table) return Pmd.dirty(pmd) === 1;
  if (Pmd.pfn(pmd) >= pteTables) return true;
  const first = Pmd.pfn(pmd) * ptrsPerPte;
  for (let row = first; row < first + ptrsPerPte; row++) {
    const pte = s.pte.at(row);
    if (Pte.dirty(pte) === 0 && (Pte.present(pte) === 1 || Pte.migration(pte) === 1 || isPrivatePte(pte))) return false;
  }
  return true;
};

/** The first page, as mm * pages + page, that reclaim may drop and should not; or NONE. */
const wrongPage = (before: MmView, move: Move, after: MmView, taken: boolean): number => {
  const { mms, ptrsPerPte } = after.geometry;
  const pages = pagesOf(after.geometry);
  for (let mm = 0; mm < mms; mm++)
    for (let first = 0; first < pages; first += ptrsPerPte) {
      if (isKept(after, pmdAt(after, mm, first))) continue;
      for (let page = first; page < first + ptrsPerPte; page++)
        if (!isRight(before, move, after, mm, page, taken)) return mm * pages + page;
    }
  return NONE;
};

/** `taken`: whether the kernel takes device-private entries for dirty when it migrates their page. */
export const lazyfree = (taken = false): Step<MmView> => ({
  kind: 'step',
  name: 'I-LAZYFREE',
  says: 'Reclaim may drop a page of anonymous memory, its folio not swapbacked and neither folio nor entry dirty, only if its own process has given it up by MADV_FREE, and has not written to it since.',
  cites:
    'v7.1 mm/madvise.c madvise_free_pte_range(), mm/huge_memory.c madvise_free_huge_pmd(), __split_huge_pmd_locked(), ' +
    'mm/rmap.c try_to_unmap_one(), try_to_migrate_one(), mm/migrate.c remove_migration_pte(); madvise(2)',
  subject: (_before, _move, after) => anyGivenUp(after),
  holds: (before, move, after) => wrongPage(before, move, after, taken) === NONE,
  explain: (before, move, after) => {
    const at = wrongPage(before, move, after, taken);
    const pages = pagesOf(after.geometry);
    const folio = folioName(after, folioOf(after, rowOf(dataAt(after, Math.floor(at / pages), at % pages))));
    const isWritten = isWrite(move, after, Math.floor(at / pages), at % pages);
    const why = isWritten ? 'although it has just been written to' : 'and could not before';
    return `${pageName(after, at)} is of ${folio}; after ${move.name} reclaim may drop it, ${why}`;
  },
});
