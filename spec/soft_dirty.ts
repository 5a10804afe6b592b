/** I-SOFTDIRTY: whoever follows writes by soft-dirty bits misses none. */
import type { Move, Step } from '../checker/search/index.ts';
import { pudPages } from '../model/state/geometry.ts';
import { Mm, type MmView, Pte, Vma } from '../model/state/mm_types.ts';
import { folioOf, isPinned, rowOf } from './folios.ts';
import { movedFrom } from './moves.ts';
import { anyPage, findWrongPage, placeOf } from './pages.ts';
import {
  byLeaf,
  byPudLeaf,
  frameAt,
  isAnonFrame,
  isCow,
  isMapped,
  isPfnmap,
  migratingAt,
  NONE,
  PARENT,
  pteAt,
  useOf,
  vmaAt,
  writeAt,
} from './reading.ts';
import { entryName, pageName, vmaName } from './wording.ts';

const NO_PTE = Pte.of({});

const isOfPinned = (s: MmView, frame: number): boolean =>
  useOf(s, frame) !== undefined && isPinned(s, folioOf(s, rowOf(frame)));

/** What clear_refs may leave writable: VM_PFNMAP is not walked, and by a PTE a private page stays whose folio is pinned. */
const mayStayWritable = (s: MmView, mm: number, page: number, vma: Vma): boolean =>
  isPfnmap(vma) || (isCow(vma) && !byLeaf(s, mm, page) && isOfPinned(s, frameAt(s, mm, page)));

const pagesOfEntry = (s: MmView, mm: number, page: number): number => {
  if (byPudLeaf(s, mm, page)) return pudPages(s.geometry);
  return byLeaf(s, mm, page) ? s.geometry.ptrsPerPte : 1;
};

/** What an access is, and where; who looks a frame up has it as one argument. */
const asked = (args: Move['args']): Move['args'] => (args['at'] as Move['args'] | undefined) ?? args;

/** Whether the operation writes to what maps the page then. */
const writesThere = ({ name, args }: Move, after: MmView, mm: number, page: number): boolean => {
  // A fault that goes on was begun before, as were those for who looks a frame up.
  if (name === 'fault_goes_on' || (name === 'use_of_lookup' && mm === PARENT)) return true;
  const { access, page: at, mm: by = PARENT } = asked(args);
  const pages = pagesOfEntry(after, mm, page);
  return access === 'write' && by === mm && Math.floor((at as number) / pages) === Math.floor(page / pages);
};

/** Neither mapped nor in swap, nor under migration. */
const isNothing = (s: MmView, mm: number, page: number): boolean =>
  !byLeaf(s, mm, page) && migratingAt(s, mm, page) === NONE && pteAt(s, mm, page) === NO_PTE;

/** Whether a write to the page will be known of. */
const isSeen = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (Vma.softClean(vmaAt(after, mm, page)) === 0 || writeAt(after, mm, page) === 0) return true;
  if (move.name === 'clear_refs' && move.args['mm'] === mm)
    return mayStayWritable(after, mm, page, vmaAt(after, mm, page));
  // What fork() copies was seen in the parent.
  const from = movedFrom(move, mm, page);
  if (Mm.alive(before.mm.at(mm)) === 0 || writeAt(before, mm, from) === 1) return true;
  // What a read brings where no page of zeroes is given counts as written to (pte_mkdirty()).
  if (isNothing(before, mm, from) && isAnonFrame(after, frameAt(after, mm, page))) return true;
  return writesThere(move, after, mm, page);
};

/** The first page that can be written to and nobody will know; or NONE. */
const unseen = (before: MmView, move: Move, after: MmView): number => findWrongPage(before, move, after, isSeen);

/** Whether the page is mapped in a VMA that is followed. */
const isFollowed = (s: MmView, mm: number, page: number): boolean =>
  Vma.softClean(vmaAt(s, mm, page)) === 1 && isMapped(s, mm, page);

export const softdirty: Step<MmView> = {
  kind: 'step',
  name: 'I-SOFTDIRTY',
  says: 'Writing 4 to clear_refs leaves nothing writable but in VM_PFNMAP, and, by PTEs, private pages of folios that are pinned; from then on an entry of these VMAs becomes writable only by a write to what it maps, or as a new page of anonymous memory.',
  cites:
    'v7.1 fs/proc/task_mmu.c clear_refs_write(), clear_soft_dirty(), clear_soft_dirty_pmd(), pte_is_pinned(); ' +
    'mm/vma.c vma_wants_writenotify(); Documentation/admin-guide/mm/soft-dirty.rst',
  subject: (_before, _move, after) => anyPage(after, isFollowed),
  holds: (before, move, after) => unseen(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = unseen(before, move, after);
    const [mm, page] = placeOf(after, at);
    return `${pageName(after, at)} is writable (${entryName(after, mm, page)}) after ${move.name}, in ${vmaName(vmaAt(after, mm, page))}: nobody will know of a write`;
  },
};
