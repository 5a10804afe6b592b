/** I-DAXFREE, I-DAXBREAK, I-DAXWAIT and I-DAXTAG: blocks that are free, and truncations that wait for them. */
import type { Always, Move, Step } from '../checker/search/index.ts';
import { Cut, DaxEntry } from '../model/state/dax.ts';
import { DAX_FILE_STRIDE, DEVICE_FRAMES } from '../model/state/geometry.ts';
import { type MmView, Pin, Vma, VmaKind } from '../model/state/mm_types.ts';
import { censusOf, sum } from './census.ts';
import { cutOf, entriesOf, entryOf, hasOwner, isWaiting, pageOfFile, type Part, pinsOf } from './dax_reading.ts';
import { folioName, folioOf, pagesOfFolio, rowOf, useOfRow } from './folios.ts';
import { findMappedPage, frameAt, frameOfVma, NONE, type OfPage, useOf, vmaAt, writeAt } from './reading.ts';
import { pageName } from './wording.ts';

/** Whether any page table maps the frame, counted or not. */
const isMappedFrame = (s: MmView, frame: number): boolean => {
  wanted = frame;
  return findMappedPage(s, mapsWanted) !== NONE;
};
let wanted = NONE;
const mapsWanted: OfPage = (s, mm, page) => frameAt(s, mm, page) === wanted;

const isUsed = (s: MmView, frame: number): boolean =>
  entriesOf(s, frame) > 0 || pinsOf(s, frame) > 0 || isMappedFrame(s, frame);
const isFreeBlock = (s: MmView, row: number): boolean =>
  useOfRow(s, row) === 'fsdax' && !hasOwner(s, row + DEVICE_FRAMES);

const usedFreeBlock = (s: MmView): number => {
  for (let row = 0; row < s.memmap.frames; row++) if (isFreeBlock(s, row) && isUsed(s, row + DEVICE_FRAMES)) return row;
  return NONE;
};
const anyFreeBlock = (s: MmView): boolean => {
  for (let row = 0; row < s.memmap.frames; row++) if (isFreeBlock(s, row)) return true;
  return false;
};

export const daxfree: Always<MmView> = {
  kind: 'always',
  name: 'I-DAXFREE',
  says: 'A block that no file has is used by nobody: no entry, no page table, no pin.',
  cites:
    'v7.1 fs/dax.c dax_break_layout(), dax_break_layout_final() (0e2f80afcfa6); Documentation/filesystems/dax.rst; ' +
    'bde708f1a65d (entries go with the layout)',
  subject: (s) => anyFreeBlock(s),
  holds: (s) => usedFreeBlock(s) === NONE,
  explain: (s) => {
    const row = usedFreeBlock(s);
    const frame = row + DEVICE_FRAMES;
    const by = [
      entriesOf(s, frame) > 0 ? 'an entry' : '',
      isMappedFrame(s, frame) ? 'a mapping' : '',
      pinsOf(s, frame) > 0 ? 'a pin' : '',
    ];
    return `block ${frame} is free, and has ${by.filter((what) => what !== '').join(', ')}`;
  },
};

/** What an operation has just finished cutting off, or undefined. */
const finished = (before: MmView, move: Move, after: MmView): Part | undefined => {
  const { name, args } = move;
  if (isWaiting(after)) return undefined;
  if (name === 'dax_evict_inode')
    return { file: args['file'] as number, from: 0, to: before.geometry.daxFilePages, how: 'evict' };
  return name === 'dax_truncate' || name === 'dax_layout_wakes' ? cutOf(before, move) : undefined;
};

/** The frame of the first entry of the part that somebody has pinned; or NONE. */
const pinnedFrame = (before: MmView, { file, from, to }: Part): number => {
  for (let row = 0; row < before.pin.rows; row++) {
    for (let frame = DEVICE_FRAMES; frame < DEVICE_FRAMES + before.memmap.frames; frame++) {
      const at = pinsOf(before, frame) === 0 ? NONE : entryOf(before, frame);
      const index = at - file * before.geometry.daxFilePages;
      if (at !== NONE && from <= index && index < to) return frame;
    }
  }
  return NONE;
};

const anyPin = (s: MmView): boolean => {
  for (let row = 0; row < s.pin.rows; row++) if (Pin.taken(s.pin.at(row)) === 1) return true;
  return false;
};

/** That an inode that ends has no mapping, I-DAXFREE asks too: its blocks are free then. */
export const daxbreak: Step<MmView> = {
  kind: 'step',
  name: 'I-DAXBREAK',
  says: 'When a truncation, a hole punch or the end of an inode is done, nobody has pinned what the file had there by an entry.',
  cites: 'v7.1 fs/dax.c dax_break_layout(), dax_layout_busy_page_range(), dax_busy_page()',
  // One that had to wait has met a pin; one that had not may have overlooked what is pinned.
  subject: (before, move, after) =>
    finished(before, move, after) !== undefined && (isWaiting(before) || anyPin(before)),
  holds: (before, move, after) => {
    const part = finished(before, move, after);
    return part === undefined || pinnedFrame(before, part) === NONE;
  },
  explain: (before, move, after) =>
    `${move.name} is done, and page ${pinnedFrame(before, finished(before, move, after)!)} of it is pinned`,
};

/** What wakes a truncation that waits for a page: its reference count; each says when it is idle. */
export type WakesAt = 'no reference' | 'one reference' | 'only mappings';

/** References with which the page is idle: mappings are counted here, not read from the mapcount. */
const idleReferences = (s: MmView, folio: number, wakesAt: WakesAt): number => {
  if (wakesAt !== 'only mappings') return wakesAt === 'no reference' ? 0 : 1;
  const c = censusOf(s);
  return c.leaves[folio]! + sum(c.ptes, folio, pagesOfFolio(s, folio));
};

/** The folio of the page that a truncation waits for. */
const awaited = (s: MmView): number => folioOf(s, rowOf(Cut.pfn(s.cut.at(0))));

/** Whether a truncation waits for a page that nobody has pinned. */
const waitsForNobody = (s: MmView): boolean => {
  if (!isWaiting(s) || useOf(s, Cut.pfn(s.cut.at(0))) === undefined) return false;
  const folio = awaited(s);
  return sum(censusOf(s).pins, folio, pagesOfFolio(s, folio)) === 0;
};

/** `wakesAt`: what the kernel's waiter asks for: whether that comes true is asked, not which of them is right. */
export const daxwait = (wakesAt: WakesAt): Always<MmView> => ({
  kind: 'always',
  name: 'I-DAXWAIT',
  says: 'A truncation that waits for a page is woken when nobody has it pinned any more: what it waits for has come true then, and no page table would have to let a reference go.',
  cites:
    'v7.1 fs/dax.c dax_busy_page() (ref - mapcount), wait_page_idle(); include/linux/dax.h dax_page_is_idle() (ref == 0; 1 before v6.15)',
  subject: (s) => waitsForNobody(s),
  holds: (s) => !waitsForNobody(s) || s.refcount.at(awaited(s)) === idleReferences(s, awaited(s), wakesAt),
  explain: (s) =>
    `${Cut.show(s.cut.at(0))}; ${folioName(s, awaited(s))} has ${s.refcount.at(awaited(s))} references, none of them of a pin`,
});

/** The row of the entry that a page of a VMA has, its own or that of the PMD entry at the head; or NONE. */
const entryRow = (s: MmView, vma: Vma, page: number): number => {
  const { daxFilePages, ptrsPerPte } = s.geometry;
  const index = frameOfVma(vma, page);
  const [file, at] = [Math.trunc(index / DAX_FILE_STRIDE), index % DAX_FILE_STRIDE];
  if (at >= daxFilePages || file >= s.geometry.daxFiles.length) return NONE;
  const head = file * daxFilePages + at - (at % ptrsPerPte);
  return DaxEntry.multi(s.daxEntry.at(head)) === 1 ? head : file * daxFilePages + at;
};

/** A page of a DAX file, mapped writable and shared. */
const isWritable: OfPage = (s, mm, page, vma) =>
  Vma.kind(vma) === VmaKind.fsdax && Vma.shared(vma) === 1 && writeAt(s, mm, page) === 1;

/** Such a page whose entry says that it is clean. */
const isCleanAndWritable: OfPage = (s, mm, page, vma) => {
  if (!isWritable(s, mm, page, vma)) return false;
  const row = entryRow(s, vma, page);
  return row !== NONE && DaxEntry.dirty(s.daxEntry.at(row)) === 0;
};

export const daxtag: Always<MmView> = {
  kind: 'always',
  name: 'I-DAXTAG',
  says: 'What a shared mapping of a DAX file can write to has an entry that is tagged dirty: fsync() flushes nothing else.',
  cites: 'v7.1 fs/dax.c dax_insert_entry(), dax_writeback_mapping_range(); mm/memory.c do_wp_page() (is_fsdax_page())',
  subject: (s) => findMappedPage(s, isWritable) !== NONE,
  holds: (s) => findMappedPage(s, isCleanAndWritable) === NONE,
  explain: (s) => {
    const at = findMappedPage(s, isCleanAndWritable);
    const pages = s.geometry.puds * s.geometry.ptrsPerPmd * s.geometry.ptrsPerPte;
    const [mm, page] = [Math.trunc(at / pages), at % pages];
    const row = entryRow(s, vmaAt(s, mm, page), page);
    return `${pageName(s, at)} maps frame ${frameAt(s, mm, page)} writable; the entry of ${pageOfFile(s, row)} is clean`;
  },
};
