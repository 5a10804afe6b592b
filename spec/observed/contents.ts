/**
 * What whoever reads memory would find there. Memory has no content here: what stands for it is what a reader can tell apart, the
 * frame of a device, the page of a file, zeroes, and of memory that has no other name the first page of address space that has
 * it, too: who writes there reads it here.
 */
import { Extent, ExtentKind } from '../../model/state/dax.ts';
import { FRAME_MAX, pagesOf, type Use } from '../../model/state/geometry.ts';
import { SwapSlot } from '../../model/state/memmap.ts';
import { isHwpoisonPte, type MmView, Pin } from '../../model/state/mm_types.ts';
import { party } from '../../model/state/party.ts';
import { isSwapped, slotOf, SWAPPED } from '../anon_data.ts';
import { isFree, rowOf } from '../folios.ts';
import { frameAt, isDeviceFrame, isZeroFrame, migratingAt, NONE, privateAt, pteAt, useOf } from '../reading.ts';
import { cachedIn, swapSlotAt } from '../swap_census.ts';

/** Frames of a device, from 0 on, stand for themselves. */
export const NOTHING = -1;
const BROKEN = -2;
const ZEROES = -3;
const FREE = -4;
const LOST = -5;
const NO_FILE = -6;
const CLASS: Readonly<Record<number, string>> = {
  [NOTHING]: 'nothing',
  [BROKEN]: 'broken memory',
  [ZEROES]: 'zeroes',
  [FREE]: 'memory that is free',
  [LOST]: 'what was in the swap slot before: its page was not written to it',
  [NO_FILE]: 'memory that no file has',
};

/** From here on: memory that goes by who has it, or by its page in a file. */
const OWNED = FRAME_MAX + 1;
const OF_FILE = 2 * OWNED;
const FILES = ['shmem', 'file', 'dax', 'driver', 'fsdax'] as const satisfies readonly Use[];
const NAMES = ['the shmem file', 'the file', 'the DAX device', 'the memory of the driver', 'the files of FS-DAX'];
const PAGES = FRAME_MAX + 1;

/** The frame behind a page, mapped or not, or SWAPPED + its swap slot while that is not in the swap cache; or NONE. */
export const behind = (s: MmView, mm: number, page: number): number => {
  const mapped = frameAt(s, mm, page);
  if (mapped !== NONE) return mapped;
  const away = Math.max(privateAt(s, mm, page), migratingAt(s, mm, page));
  if (away !== NONE) return away;
  const slot = swapSlotAt(s, mm, page);
  if (slot === NONE) return NONE;
  const cached = cachedIn(s, slot);
  return cached === NONE ? SWAPPED + slot : cached;
};

/** The first page of address space that has it, as mm * pages + page, or behind them all the first pin. */
const firstOwner = (s: MmView, memory: number): number => {
  const pages = pagesOf(s.geometry);
  const places = s.geometry.mms * pages;
  for (let at = 0; at < places; at++) if (behind(s, Math.trunc(at / pages), at % pages) === memory) return at;
  for (let row = 0; row < s.pin.rows; row++)
    if (Pin.taken(s.pin.at(row)) === 1 && Pin.pfn(s.pin.at(row)) === memory) return places + row;
  return places + s.pin.rows;
};
const ownerName = (s: MmView, at: number): string => {
  const pages = pagesOf(s.geometry);
  const pin = at - s.geometry.mms * pages;
  if (pin < 0) return `memory of ${party(Math.trunc(at / pages))} page ${at % pages}`;
  return pin < s.pin.rows ? `memory of pin ${pin}` : 'memory that nobody has';
};

const firstFrame = ({ memmap: { blocks, start } }: MmView, use: Use): number => {
  for (let block = 0; block < blocks.length; block++) if (blocks[block]!.use === use) return start[block]!;
  return NONE;
};

/** The page of its file that a frame is now, or NONE. */
const filePage = (s: MmView, use: Use, frame: number): number => {
  if (use === 'fsdax') {
    for (let row = 0; row < s.extent.rows; row++)
      if (Extent.kind(s.extent.at(row)) !== ExtentKind.hole && Extent.pfn(s.extent.at(row)) === frame) return row;
    return NONE;
  }
  if (use !== s.geometry.pageCache?.use) return frame - firstFrame(s, use);
  for (let page = 0; page < s.iPages.rows; page++) if (s.iPages.at(page) === frame) return page;
  return NONE;
};

/** Whether a slot has what was in memory. */
const isWritten = (s: MmView, slot: number): boolean =>
  slot < s.swapSlot.rows && SwapSlot.written(s.swapSlot.at(slot)) === 1;

/** A code of what is there: of a frame, of what behind() gives, or of NONE. */
export const contentOf = (s: MmView, memory: number): number => {
  if (memory === NONE) return NOTHING;
  if (isSwapped(memory)) return isWritten(s, slotOf(memory)) ? OWNED + firstOwner(s, memory) : LOST;
  if (isDeviceFrame(memory)) return memory;
  if (isZeroFrame(s, memory)) return ZEROES;
  const use = useOf(s, memory);
  if (use === undefined) return NO_FILE;
  if (isFree(s, rowOf(memory))) return FREE;
  const file = (FILES as readonly Use[]).indexOf(use);
  if (file < 0) return OWNED + firstOwner(s, memory);
  const page = filePage(s, use, memory);
  return page === NONE ? NO_FILE : OF_FILE + file * PAGES + page;
};

/** What an access to a page comes to find, now or when it is brought back. */
export const contentAt = (s: MmView, mm: number, page: number): number =>
  isHwpoisonPte(pteAt(s, mm, page)) ? BROKEN : contentOf(s, behind(s, mm, page));

/** Codes in words, for states of this shape. */
export const contentName =
  (s: MmView) =>
  (code: number): string => {
    if (code >= OF_FILE) return `page ${(code - OF_FILE) % PAGES} of ${NAMES[Math.trunc((code - OF_FILE) / PAGES)]!}`;
    if (code >= OWNED) return ownerName(s, code - OWNED);
    return CLASS[code] ?? `frame ${code} of the device`;
  };

/** The same of a scratch row, which has the frame + 1, or 0. */
export const reachedIn = (s: MmView, code: number): number => (code === 0 ? NOTHING : contentOf(s, code - 1));
