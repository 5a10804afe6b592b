/** I-SOFTDIRTY: whoever follows writes by soft-dirty bits misses none. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf, pudPages } from '../model/state/geometry.ts';
import { Mm, type MmView, Pin, Pte, Vma } from '../model/state/mm_types.ts';
import { folioOf, rowOf } from './folios.ts';
import { movedFrom } from './moves.ts';
import {
  byLeaf,
  byPudLeaf,
  frameAt,
  isAnonFrame,
  isCow,
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

/** Whether anybody has pinned a page of the folio: which one, the kernel does not know. */
const isPinned = (s: MmView, frame: number): boolean => {
  if (useOf(s, frame) === undefined) return false;
  for (let i = 0; i < s.pin.rows; i++) {
    const pin = s.pin.at(i);
    if (Pin.taken(pin) === 1 && Pin.get(pin) === 0 && folioAt(s, Pin.pfn(pin)) === folioAt(s, frame)) return true;
  }
  return false;
};
const folioAt = (s: MmView, frame: number): number => folioOf(s, rowOf(frame));

/** What clear_refs may leave writable: VM_PFNMAP is not walked, and by a PTE a private page stays whose folio is pinned. */
const mayStayWritable = (s: MmView, mm: number, page: number, vma: Vma): boolean =>
  isPfnmap(vma) || (isCow(vma) && !byLeaf(s, mm, page) && isPinned(s, frameAt(s, mm, page)));

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

/** Of a page that can be written to, in a VMA that is followed. */
const isSeen = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (move.name === 'clear_refs' && move.args['mm'] === mm)
    return mayStayWritable(after, mm, page, vmaAt(after, mm, page));
  // What fork() copies was seen in the parent.
  const from = movedFrom(move, mm, page);
  if (Mm.alive(before.mm.at(mm)) === 0 || writeAt(before, mm, from) === 1) return true;
  // What a read brings where no page of zeroes is given counts as written to (pte_mkdirty()).
  if (isNothing(before, mm, from) && isAnonFrame(after, frameAt(after, mm, page))) return true;
  return writesThere(move, after, mm, page);
};

/** The first page, as mm * pages + page, that can be written to and nobody will know; or NONE. */
const unseen = (before: MmView, move: Move, after: MmView): number => {
  const pages = pagesOf(after.geometry);
  for (let mm = 0; mm < after.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if (
        Vma.softClean(vmaAt(after, mm, page)) === 1 &&
        writeAt(after, mm, page) === 1 &&
        !isSeen(before, move, after, mm, page)
      )
        return mm * pages + page;
  return NONE;
};

/** Whether a process is followed that maps something. */
const anySubject = (s: MmView): boolean => {
  const pages = pagesOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if (Vma.softClean(vmaAt(s, mm, page)) === 1 && frameAt(s, mm, page) !== NONE) return true;
  return false;
};

export const softdirty: Step<MmView> = {
  kind: 'step',
  name: 'I-SOFTDIRTY',
  says: 'Writing 4 to clear_refs leaves nothing writable but in VM_PFNMAP, and, by PTEs, private pages of folios that are pinned; from then on an entry of these VMAs becomes writable only by a write to what it maps, or as a new page of anonymous memory.',
  cites:
    'v7.1 fs/proc/task_mmu.c clear_refs_write(), clear_soft_dirty(), clear_soft_dirty_pmd(), pte_is_pinned(); ' +
    'mm/vma.c vma_wants_writenotify(); Documentation/admin-guide/mm/soft-dirty.rst',
  subject: (_before, _move, after) => anySubject(after),
  holds: (before, move, after) => unseen(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = unseen(before, move, after);
    const pages = pagesOf(after.geometry);
    const [mm, page] = [Math.floor(at / pages), at % pages];
    return `${pageName(after, at)} is writable (${entryName(after, mm, page)}) after ${move.name}, in ${vmaName(vmaAt(after, mm, page))}: nobody will know of a write`;
  },
};
