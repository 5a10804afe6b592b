/** I-REMOTE: what somebody else reads and writes in the memory of a process. */
import type { Move, Step } from '../checker/search/index.ts';
import { Page, PageKind } from '../model/state/memmap.ts';
import { type MmView, Prot, Result, Vma } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { censusOf } from './census.ts';
import { folioName, folioOf, rowOf } from './folios.ts';
import { frameAt, isAnonFrame, isCow, isPfnmap, NONE, vmaAt } from './reading.ts';
import { translationName, vmaName } from './wording.ts';

const isDone = ({ name }: Move, after: MmView): boolean =>
  name === 'access_remote_vm' && after.result.at(0) === Result.ok;
const isWrite = ({ args }: Move): boolean => args['access'] === 'write';
/** The frame that was read or written, or NONE. */
const reachedBy = (after: MmView): number => after.reached.at(0) - 1;

/** Whether exactly one entry maps the page. */
const isMappedOnce = (s: MmView, frame: number): boolean => {
  const c = censusOf(s);
  const row = rowOf(frame);
  const entries = c.ptes[row]! + c.leaves[folioOf(s, row)]!;
  return entries === 1;
};

/** The first page of a file that has become dirty, or NONE. */
const dirtiedFile = (before: MmView, after: MmView): number => {
  for (let row = 0; row < after.memmap.frames; row++) {
    const page = after.page.at(row);
    const isFile = Page.kind(page) === PageKind.shmem || Page.kind(page) === PageKind.file;
    if (isFile && Page.dirty(page) === 1 && Page.dirty(before.page.at(row)) === 0) return row;
  }
  return NONE;
};

/** What is wrong, in words; or undefined. */
const wrongWith = (before: MmView, move: Move, after: MmView): string | undefined => {
  const [mm, page] = [move.args['mm'] as number, move.args['page'] as number];
  const vma = vmaAt(before, mm, page);
  const frame = reachedBy(after);
  if (isPfnmap(vma)) return 'which is VM_PFNMAP';
  if (frame !== frameAt(after, mm, page)) return `frame ${frame} is not what it translates to`;
  if (!isWrite(move)) return undefined;
  if (Page.dirty(after.page.at(folioOf(after, rowOf(frame)))) === 0) return 'the folio is not marked dirty';
  if (!isCow(vma)) return Vma.prot(vma) === Prot.RW ? undefined : 'which may not be written';
  if (!isAnonFrame(after, frame)) return 'what is written is no copy';
  if (!isMappedOnce(after, frame)) return 'what is written is mapped elsewhere, too';
  const row = dirtiedFile(before, after);
  return row === NONE ? undefined : `${folioName(after, folioOf(after, row))} is dirty`;
};

export const remote: Step<MmView> = {
  kind: 'step',
  name: 'I-REMOTE',
  says: 'Who reads or writes through /proc/PID/mem gets what the page translates to, and nothing of VM_PFNMAP; a write is marked dirty, in a shared mapping it needs the right, and in a private one that may be written it goes to anonymous memory that nobody else maps, and makes no page of a file dirty.',
  cites:
    'v7.1 mm/memory.c __access_remote_vm(), mm/gup.c can_follow_write_common(), check_vma_flags(); 19be0eaffa3a "mm: remove gup_flags FOLL_WRITE games" (v4.9, Dirty COW), 5535be309971 (v6.0)',
  subject: (_before, move, after) => isDone(move, after),
  holds: (before, move, after) => !isDone(move, after) || wrongWith(before, move, after) === undefined,
  explain: (before, move, after) => {
    const [mm, page] = [move.args['mm'] as number, move.args['page'] as number];
    return (
      `somebody has ${isWrite(move) ? 'written' : 'read'} frame ${reachedBy(after)} at ${party(mm)} page ${page} of ` +
      `${vmaName(vmaAt(before, mm, page))}, which translates to ${translationName(after, mm, page)}: ${wrongWith(before, move, after)}`
    );
  },
};
