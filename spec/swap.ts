/** I-SWAP, I-SWAPEXCL and I-SWAPDATA: what entries name in swap is there, is whose they say it is, and is up to date. */
import type { Always } from '../checker/search/index.ts';
import { DEVICE_FRAMES, FRAME_MAX } from '../model/state/geometry.ts';
import { Page, PageKind, SwapSlot } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { type Census, censusOf } from './census.ts';
import { folioOf, pageInFolio, pagesOfFolio, rowOf } from './folios.ts';
import { NONE } from './reading.ts';
import { anySwap, cachedIn, slotOfFrame, type SwapCensus, swapCensusOf } from './swap_census.ts';
import { count } from './wording.ts';

const countOf = (s: MmView, slot: number): number => SwapSlot.count(s.swapSlot.at(slot));

/** The row of a slot's copy in the swap cache, or NONE: it has none, or what is no memory. */
const copyOf = (s: MmView, slot: number): number => {
  const frame = cachedIn(s, slot);
  return frame < DEVICE_FRAMES || rowOf(frame) >= s.memmap.frames ? NONE : rowOf(frame);
};

/** Whether the copy of a slot is anonymous memory that is in use, and of the slots of its folio this is the right one. */
const isRightCopy = (s: MmView, slot: number): boolean => {
  const row = copyOf(s, slot);
  if (row === NONE || Page.kind(s.page.at(row)) !== PageKind.anon) return false;
  const folio = folioOf(s, row);
  const first = slot - (row - folio);
  for (let i = 0; i < pagesOfFolio(s, folio); i++)
    if (slotOfFrame(s, folio + i + DEVICE_FRAMES) !== first + i) return false;
  return true;
};

const isRightSlot = (s: MmView, c: SwapCensus, slot: number): boolean =>
  countOf(s, slot) === c.named[slot] && (cachedIn(s, slot) === NONE || isRightCopy(s, slot));

/** The first slot that is wrong, or NONE; an entry may name one that there is not. */
const wrongSlot = (s: MmView, c: SwapCensus): number => {
  for (let slot = 0; slot < s.swapSlot.rows; slot++) if (!isRightSlot(s, c, slot)) return slot;
  for (let slot = s.swapSlot.rows; slot <= FRAME_MAX; slot++) if (c.named[slot]! > 0) return slot;
  return NONE;
};

const tellSlot = (s: MmView): string => {
  const c = swapCensusOf(s);
  const slot = wrongSlot(s, c);
  const entries = count(c.named[slot]!, 'entry names', 'entries name');
  if (slot >= s.swapSlot.rows) return `${entries} swap slot ${slot}, which there is not`;
  if (countOf(s, slot) !== c.named[slot]) return `swap slot ${slot} has count ${countOf(s, slot)}, and ${entries} it`;
  const frame = cachedIn(s, slot);
  const other = slotOfFrame(s, frame);
  if (copyOf(s, slot) === NONE) return `swap slot ${slot} is in the swap cache as frame ${frame}, which is no memory`;
  if (other !== slot) return `frame ${frame} is in the swap cache for slots ${other} and ${slot}`;
  return `swap slot ${slot} is in the swap cache as ${pageInFolio(s, rowOf(frame))}, of which it is no slot`;
};

export const swap: Always<MmView> = {
  kind: 'always',
  name: 'I-SWAP',
  says: 'The count of a swap slot is the number of entries that name it. Its page in the swap cache is anonymous memory in use, with all of its folio, page by page in slots that follow each other, and has no other slot.',
  cites:
    'v7.1 mm/swapfile.c folio_dup_swap(), folio_put_swap(), swap_dup_entry_direct(), swap_put_entries_direct(), ' +
    'mm/swap_state.c __swap_cache_add_folio(), mm/memory.c copy_nonpresent_pte(), zap_nonpresent_ptes()',
  subject: (s) => anySwap(s) || wrongSlot(s, swapCensusOf(s)) !== NONE,
  holds: (s) => wrongSlot(s, swapCensusOf(s)) === NONE,
  explain: tellSlot,
};

/** Entries that map a page in the swap cache, at any level. */
const mappings = (s: MmView, c: Census, row: number): number => c.ptes[row]! + c.leaves[folioOf(s, row)]!;

const isExclusive = (s: MmView, slot: number): boolean => {
  const row = copyOf(s, slot);
  return row !== NONE && Page.anonExclusive(s.page.at(row)) === 1;
};

/** An entry that says exclusive is all that there is; a page that an entry names is exclusive to nobody. */
const isShared = (s: MmView, swaps: SwapCensus, c: Census, slot: number): boolean => {
  if (swaps.named[slot] === 0) return false;
  if (isExclusive(s, slot)) return true;
  const row = copyOf(s, slot);
  return swaps.claims[slot]! > 0 && (swaps.named[slot]! > 1 || (row !== NONE && mappings(s, c, row) > 0));
};

const sharedSlot = (s: MmView): number => {
  const [swaps, c] = [swapCensusOf(s), censusOf(s)];
  for (let slot = 0; slot < s.swapSlot.rows; slot++) if (isShared(s, swaps, c, slot)) return slot;
  return NONE;
};

export const swapexcl: Always<MmView> = {
  kind: 'always',
  name: 'I-SWAPEXCL',
  says: 'A swap entry that is marked exclusive is the only entry for its slot, and nothing maps its page in the swap cache. A page that a swap entry names is not PageAnonExclusive.',
  cites:
    'v7.1 mm/memory.c do_swap_page() (BUG_ON(PageAnonExclusive()), check_swap_exclusive()), copy_nonpresent_pte(), ' +
    'mm/rmap.c try_to_unmap_one() (pte_swp_mkexclusive()); commit 1493a1913e34 (v5.19)',
  subject: anySwap,
  holds: (s) => sharedSlot(s) === NONE,
  explain: (s) => {
    const slot = sharedSlot(s);
    const { named, claims } = swapCensusOf(s);
    const entries = `${count(named[slot]!, 'entry names', 'entries name')} swap slot ${slot}, ${claims[slot]} of them exclusive`;
    const row = copyOf(s, slot);
    if (row === NONE) return entries;
    const mark = isExclusive(s, slot) ? 'PageAnonExclusive' : 'not PageAnonExclusive';
    return `${entries}; ${pageInFolio(s, row)} in the swap cache is ${mark}, and ${count(mappings(s, censusOf(s), row), 'entry maps', 'entries map')} it`;
  },
};

/** The first slot that is named, is not in the swap cache, and does not hold what was in memory; or NONE. */
const lostSlot = (s: MmView): number => {
  for (let slot = 0; slot < s.swapSlot.rows; slot++) {
    const e = s.swapSlot.at(slot);
    if (SwapSlot.count(e) > 0 && SwapSlot.cached(e) === 0 && SwapSlot.written(e) === 0) return slot;
  }
  return NONE;
};

export const swapdata: Always<MmView> = {
  kind: 'always',
  name: 'I-SWAPDATA',
  says: 'What a swap entry names is in the swap cache, or was written to its slot after the last write to the page.',
  cites:
    'v7.1 mm/vmscan.c shrink_folio_list() (folio_mark_dirty()), __remove_mapping(), mm/page_io.c swap_writeout(), ' +
    'mm/rmap.c try_to_unmap_one() (pte_dirty()), mm/swapfile.c folio_free_swap() (folio_set_dirty())',
  subject: anySwap,
  holds: (s) => lostSlot(s) === NONE,
  explain: (s) => `an entry names swap slot ${lostSlot(s)}, which was not written to after the last write to its page`,
};
