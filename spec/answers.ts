/** I-NODE, I-SMAPS and I-MINCORE: what those who look at page tables are told. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Pmd, PmdKind, Pte, Pud, PudKind, Result, Vma, VmaKind } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import {
  byPudLeaf,
  frameAt,
  isPfnmap,
  isZeroFrame,
  migratingAt,
  NONE,
  pmdAt,
  privateAt,
  pteAt,
  pudAt,
  useOf,
  vmaAt,
} from './reading.ts';
import { count, translationName, vmaName } from './wording.ts';

/** Whether the entry on a page's way says that nobody counts what it maps: special, of a leaf in VM_PFNMAP; or devmap. */
const isUncounted = (s: MmView, mm: number, page: number): boolean => {
  const inPfnmap = isPfnmap(vmaAt(s, mm, page));
  const pud = pudAt(s, mm, page);
  if (Pud.kind(pud) === PudKind.leaf) return Pud.devmap(pud) === 1 || (Pud.special(pud) === 1 && inPfnmap);
  const pmd = pmdAt(s, mm, page);
  if (Pmd.kind(pmd) === PmdKind.leaf) return Pmd.devmap(pmd) === 1 || (Pmd.special(pmd) === 1 && inPfnmap);
  return Pte.special(pteAt(s, mm, page)) === 1;
};

/** Whether the page is of memory that has a node: not of a device, no zeroes, and counted by the entry that maps it. */
const hasNode = (s: MmView, mm: number, page: number): boolean => {
  const use = useOf(s, frameAt(s, mm, page));
  if (use === undefined || use === 'dax' || use === 'fsdax') return false;
  return !isZeroFrame(s, frameAt(s, mm, page)) && !isUncounted(s, mm, page);
};

/** What move_pages() must return for a page: a frame, of whose node it tells, or NONE. */
const frameTold = (s: MmView, mm: number, page: number): number =>
  frameAt(s, mm, page) !== NONE && hasNode(s, mm, page) ? frameAt(s, mm, page) : NONE;

/** Of these an error is a promise: there is no VMA, or there are zeroes; or there is memory of a device. */
const errorTold = (s: MmView, mm: number, page: number): number => {
  const frame = frameAt(s, mm, page);
  if (Vma.kind(vmaAt(s, mm, page)) === VmaKind.none || (frame !== NONE && isZeroFrame(s, frame))) return Result.EFAULT;
  return frame !== NONE && ['dax', 'fsdax'].includes(useOf(s, frame) ?? '') ? Result.ENOENT : NONE;
};

const asksNode = ({ name }: Move): boolean => name === 'move_pages';
const placeOf = ({ args }: Move): readonly [mm: number, page: number] => [args['mm'] as number, args['page'] as number];

const isRightAnswer = (move: Move, after: MmView): boolean => {
  const [mm, page] = placeOf(move);
  const result = after.result.at(0);
  const frame = frameTold(after, mm, page);
  if (frame !== NONE) return result === Result.ok && after.reached.at(0) === frame + 1;
  const error = errorTold(after, mm, page);
  return error === NONE ? result === Result.ENOENT || result === Result.EFAULT : result === error;
};

export const node: Step<MmView> = {
  kind: 'step',
  name: 'I-NODE',
  says: 'move_pages() without nodes tells the node of the page that is mapped, if and only if its entry counts it, and it is memory of no device; of zeroes, and without a VMA, it says EFAULT.',
  cites:
    'v7.1 mm/migrate.c do_pages_stat_array(), mm/pagewalk.c folio_walk_start(), v6.8 mm/gup.c follow_page(); move_pages(2): EFAULT, ENOENT',
  subject: (_before, move) => asksNode(move),
  holds: (_before, move, after) => !asksNode(move) || isRightAnswer(move, after),
  explain: (_before, move, after) => {
    const [mm, page] = placeOf(move);
    const reached = after.reached.at(0);
    const answer = reached === 0 ? Result.names[after.result.at(0)]! : `the node of frame ${reached - 1}`;
    return `move_pages() says ${answer} for ${party(mm)} page ${page} of ${vmaName(vmaAt(after, mm, page))}, which translates to ${translationName(after, mm, page)}`;
  },
};

const asksResident = ({ name }: Move): boolean => name === 'smaps';

/** Whether an entry counts the page, or stands for it while it migrates; a PUD leaf is nobody's business, who does not split it skips it. */
/** Whether an entry that is not present stands for the page, while it migrates or of a device. */
const isStoodFor = (s: MmView, mm: number, page: number): boolean =>
  migratingAt(s, mm, page) !== NONE || privateAt(s, mm, page) !== NONE;

const isResident = (s: MmView, mm: number, page: number): boolean => {
  if (byPudLeaf(s, mm, page)) return false;
  const frame = frameAt(s, mm, page);
  if (frame === NONE) return isStoodFor(s, mm, page);
  return useOf(s, frame) !== undefined && !isZeroFrame(s, frame) && !isUncounted(s, mm, page);
};
const residentOf = (s: MmView, mm: number): number => {
  let pages = 0;
  for (let page = 0; page < pagesOf(s.geometry); page++) if (isResident(s, mm, page)) pages++;
  return pages;
};

export const smaps: Step<MmView> = {
  kind: 'step',
  name: 'I-SMAPS',
  says: 'smaps says that those pages are resident that the PTEs and PMDs of the process count, migration and device-private entries included.',
  cites:
    'v7.1 fs/proc/task_mmu.c smaps_pte_entry(), smaps_pmd_entry(), smaps_account(); Documentation/filesystems/proc.rst (Rss)',
  subject: (_before, move) => asksResident(move),
  holds: (_before, move, after) =>
    !asksResident(move) || after.resident.at(0) === residentOf(after, move.args['mm'] as number),
  explain: (_before, move, after) => {
    const mm = move.args['mm'] as number;
    return `smaps of the ${party(mm)} says that ${count(after.resident.at(0), 'page')} are resident; its PTEs and PMDs count ${residentOf(after, mm)}`;
  },
};

const asksCore = ({ name }: Move, after: MmView): boolean => name === 'mincore' && after.result.at(0) === Result.ok;

/** Whether an entry maps the page or stands for it while it migrates. */
const isInCore = (s: MmView, mm: number, page: number): boolean =>
  frameAt(s, mm, page) !== NONE || isStoodFor(s, mm, page);

/**
 * Whether the answer for a page is right. What VM_PFNMAP maps may be in core, or not: until v7.2 nobody looks; of a hole
 * in a file, and of swap, the caches tell.
 */
const isRightCore = (s: MmView, mm: number, page: number): boolean => {
  const vma = vmaAt(s, mm, page);
  if (isPfnmap(vma)) return true;
  const says = ((s.inCore.at(0) >> page) & 1) === 1;
  if (isInCore(s, mm, page)) return says;
  return !says || Vma.kind(vma) !== VmaKind.anon || pteAt(s, mm, page) !== 0;
};

/** The first page of the range of which the answer is wrong, or NONE. */
const wrongCore = ({ args }: Move, after: MmView): number => {
  const { from, to } = args['range'] as { readonly from: number; readonly to: number };
  for (let page = from; page < to; page++) if (!isRightCore(after, args['mm'] as number, page)) return page;
  return NONE;
};

export const mincore: Step<MmView> = {
  kind: 'step',
  name: 'I-MINCORE',
  says: 'mincore() calls a page resident that an entry maps, or stands for while it migrates, and no hole in anonymous memory.',
  cites: 'v7.1 mm/mincore.c mincore_pte_range(), mincore_unmapped_range(), v7.3 mincore_pud_entry(); mincore(2)',
  subject: (_before, move, after) => asksCore(move, after),
  holds: (_before, move, after) => !asksCore(move, after) || wrongCore(move, after) === NONE,
  explain: (_before, move, after) => {
    const [mm, page] = [move.args['mm'] as number, wrongCore(move, after)];
    const says = ((after.inCore.at(0) >> page) & 1) === 1 ? 'resident' : 'not resident';
    return `mincore() says that ${party(mm)} page ${page} of ${vmaName(vmaAt(after, mm, page))} is ${says}; it translates to ${translationName(after, mm, page)}`;
  },
};
