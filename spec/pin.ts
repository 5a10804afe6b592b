/** I-PIN, I-PINCOPY, I-PINMOVE and I-PINCOLLAPSE: what user space has pinned for a device is what user space sees, where it was. */
import type { Always, Move, Step } from '../checker/search/index.ts';
import { DEVICE_FRAMES, pagesOf } from '../model/state/geometry.ts';
import { Page } from '../model/state/memmap.ts';
import { Mm, type MmView, Pin, Result } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { type Census, censusOf, sum } from './census.ts';
import { folioName, folioOf, pageInFolio, pagesOfFolio, rowOf } from './folios.ts';
import { isCollapsed, isReclaim } from './moves.ts';
import { frameAt, isAnonFrame, isCow, NONE, vmaAt } from './reading.ts';
import { count, translationName } from './wording.ts';

/** A plain reference (FOLL_GET) keeps the page, and promises nothing else. */
const isTaken = (pin: Pin): boolean => Pin.taken(pin) === 1 && Pin.get(pin) === 0;
const mmOf = (pin: Pin): number => Pin.mm(pin);

/** A frame of the device, or of nothing, has no struct page: nobody can have pinned it. */
const hasNoPage = (s: MmView, frame: number): boolean => frame < DEVICE_FRAMES || rowOf(frame) >= s.memmap.frames;

/** Whether the mm that has pinned the frame still maps it, wherever that is now. */
const isStillMapped = (s: MmView, pin: Pin): boolean => {
  if (mmOf(pin) >= s.geometry.mms || Mm.alive(s.mm.at(mmOf(pin))) === 0) return false;
  for (let page = 0; page < pagesOf(s.geometry); page++) if (frameAt(s, mmOf(pin), page) === Pin.pfn(pin)) return true;
  return false;
};

/** Whether a page is marked as one mm's own: where a leaf maps it, by the mark of its folio. */
const isExclusive = (s: MmView, c: Census, row: number): boolean => {
  const folio = folioOf(s, row);
  return Page.anonExclusive(s.page.at(c.leaves[folio]! > 0 ? folio : row)) === 1;
};
const covering = (s: MmView, c: Census, row: number): number => c.ptes[row]! + c.leaves[folioOf(s, row)]!;

/** Of files and of zero pages the rest of the world may see more; of anonymous memory the pinning mm is alone. */
const isAlone = (s: MmView, c: Census, pin: Pin): boolean => {
  if (!isAnonFrame(s, Pin.pfn(pin)) || !isStillMapped(s, pin)) return true;
  const row = rowOf(Pin.pfn(pin));
  return isExclusive(s, c, row) && covering(s, c, row) === 1;
};

/** The first pin that is wrong, or NONE. */
const wrongPin = (s: MmView, c: Census): number => {
  for (let i = 0; i < s.pin.rows; i++) {
    const pin = s.pin.at(i);
    if (isTaken(pin) && (hasNoPage(s, Pin.pfn(pin)) || !isAlone(s, c, pin))) return i;
  }
  return NONE;
};

/** Pins that a page must count: those of its folio, if it is the first of it. The zero page counts none. */
const pinsOf = (s: MmView, c: Census, row: number): number =>
  folioOf(s, row) === row ? sum(c.pins, row, pagesOfFolio(s, row)) : 0;

/** The first page whose pincount is wrong, or NONE. */
const wrongCount = (s: MmView, c: Census): number => {
  for (let row = 0; row < s.pincount.rows; row++) if (s.pincount.at(row) !== pinsOf(s, c, row)) return row;
  return NONE;
};

const isRight = (s: MmView): boolean => {
  const c = censusOf(s);
  return wrongPin(s, c) === NONE && wrongCount(s, c) === NONE;
};

const anyPin = (s: MmView): boolean => {
  for (let i = 0; i < s.pin.rows; i++) if (isTaken(s.pin.at(i))) return true;
  for (let row = 0; row < s.pincount.rows; row++) if (s.pincount.at(row) !== 0) return true;
  return false;
};

const explain = (s: MmView): string => {
  const c = censusOf(s);
  const i = wrongPin(s, c);
  if (i === NONE) {
    const row = wrongCount(s, c);
    return `${folioName(s, row)} has pincount ${s.pincount.at(row)}, and ${count(pinsOf(s, c, row), 'pin')}`;
  }
  const pin = s.pin.at(i);
  const who = `${party(mmOf(pin))} has pinned`;
  if (hasNoPage(s, Pin.pfn(pin))) return `${who} frame ${Pin.pfn(pin)}, which has no struct page`;
  const row = rowOf(Pin.pfn(pin));
  const mark = isExclusive(s, c, row) ? '' : 'not ';
  return `${who} ${pageInFolio(s, row)}, which is ${mark}PageAnonExclusive, and ${count(covering(s, c, row), 'entry maps', 'entries map')} it`;
};

export const pin: Always<MmView> = {
  kind: 'always',
  name: 'I-PIN',
  says: 'An anonymous page that an mm has pinned and still maps is PageAnonExclusive and mapped by nobody else. Pincounts are the numbers of pins, and no frame without struct page is pinned.',
  cites:
    'v7.1 mm/gup.c gup_must_unshare(), sanity_check_pinned_pages(), try_grab_folio(), gup_fast_pte_range(); include/linux/rmap.h ' +
    'folio_try_dup_anon_rmap_ptes() (-EBUSY); Documentation/core-api/pin_user_pages.rst',
  subject: anyPin,
  holds: isRight,
  explain,
};

/** The frame that the mm has pinned and maps at the page, or NONE. */
const pinnedAt = (s: MmView, mm: number, page: number): number => {
  const frame = frameAt(s, mm, page);
  if (frame === NONE || !isAnonFrame(s, frame)) return NONE;
  for (let i = 0; i < s.pin.rows; i++) {
    const one = s.pin.at(i);
    if (isTaken(one) && mmOf(one) === mm && Pin.pfn(one) === frame) return frame;
  }
  return NONE;
};

const isWrite = ({ name, args }: Move, after: MmView): boolean =>
  name === 'handle_mm_fault' && args['access'] === 'write' && after.result.at(0) === Result.ok;
const mmOfMove = ({ args }: Move): number => args['mm'] as number;
const pageOfMove = ({ args }: Move): number => args['page'] as number;

/** Whether the mm has pinned what it maps at the page of a private mapping on long term: of a file or of zeroes, too. */
const isPinnedForLong = (s: MmView, mm: number, page: number): boolean => {
  const frame = frameAt(s, mm, page);
  if (frame === NONE || !isCow(vmaAt(s, mm, page))) return false;
  for (let i = 0; i < s.pin.rows; i++) {
    const one = s.pin.at(i);
    if (!isTaken(one) || Pin.longterm(one) === 0 || mmOf(one) !== mm) continue;
    if (Pin.page(one) === page && Pin.pfn(one) === frame) return true;
  }
  return false;
};

const writesToPin = (before: MmView, move: Move, after: MmView): boolean => {
  if (!isWrite(move, after)) return false;
  const [mm, page] = [mmOfMove(move), pageOfMove(move)];
  return pinnedAt(before, mm, page) !== NONE || isPinnedForLong(before, mm, page);
};

export const pincopy: Step<MmView> = {
  kind: 'step',
  name: 'I-PINCOPY',
  says: 'A write by the mm that has pinned a page of anonymous memory, or on long term any page of a private mapping, goes to the pinned page, not to a copy of it.',
  cites:
    'v7.1 mm/memory.c do_wp_page() (PageAnonExclusive: reuse), copy_present_page(), mm/huge_memory.c ' +
    'do_huge_pmd_wp_page(), mm/internal.h gup_must_unshare(); 84209e87c696 "mm/gup: reliable R/O long-term pinning in COW ' +
    'mappings" (v6.2); Documentation/core-api/pin_user_pages.rst',
  subject: writesToPin,
  holds: (before, move, after) =>
    !writesToPin(before, move, after) ||
    frameAt(after, mmOfMove(move), pageOfMove(move)) === frameAt(before, mmOfMove(move), pageOfMove(move)),
  explain: (before, move, after) => {
    const [mm, page] = [mmOfMove(move), pageOfMove(move)];
    return (
      `${party(mm)} has pinned frame ${frameAt(before, mm, page)} at page ${page}; ` +
      `after its write the page translates to ${translationName(after, mm, page)}`
    );
  },
};

/** The first page, as mm * pages + page, that is pinned and mapped before reclaim, and after it is not; or NONE. */
const unmappedPin = (before: MmView, after: MmView): number => {
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) {
      const frame = pinnedAt(before, mm, page);
      if (frame !== NONE && frameAt(after, mm, page) !== frame) return mm * pages + page;
    }
  return NONE;
};

export const pinswap: Step<MmView> = {
  kind: 'step',
  name: 'I-PINSWAP',
  says: 'Reclaim leaves a page of anonymous memory that its mm has pinned mapped where it is.',
  cites:
    'v7.1 mm/vmscan.c shrink_folio_list() (folio_maybe_dma_pinned(): keep_locked), mm/rmap.c try_to_unmap_one() ' +
    '(folio_try_share_anon_rmap_pte()); Documentation/core-api/pin_user_pages.rst',
  subject: (before, move) => isReclaim(move) && anyPin(before),
  holds: (before, move, after) => !isReclaim(move) || unmappedPin(before, after) === NONE,
  explain: (before, move, after) => {
    const at = unmappedPin(before, after);
    const pages = pagesOf(before.geometry);
    const [mm, page] = [Math.floor(at / pages), at % pages];
    return `${party(mm)} has pinned frame ${frameAt(before, mm, page)} at page ${page}, which is not mapped after ${move.name}`;
  },
};

/** The first page that a UFFDIO_MOVE names, and that is pinned where it is; with `gone`, only one that is not there any more. */
const pinnedSource = (before: MmView, { name, args }: Move, after: MmView, gone: boolean): number => {
  if (name !== 'UFFDIO_MOVE') return NONE;
  const mm = args['mm'] as number;
  const { from, pages } = args['move'] as { readonly from: number; readonly pages: number };
  for (let page = from; page < from + pages; page++) {
    const frame = pinnedAt(before, mm, page);
    if (frame !== NONE && (!gone || frameAt(after, mm, page) !== frame)) return page;
  }
  return NONE;
};

export const pinmove: Step<MmView> = {
  kind: 'step',
  name: 'I-PINMOVE',
  says: 'UFFDIO_MOVE refuses a page of anonymous memory that its mm has pinned: it stays mapped where it is.',
  cites:
    'v7.1 mm/userfaultfd.c move_present_ptes(), v6.12 move_present_pte(), mm/huge_memory.c move_pages_huge_pmd() ' +
    '(folio_maybe_dma_pinned(): -EBUSY); UFFDIO_MOVE(2const): EBUSY; Documentation/admin-guide/mm/userfaultfd.rst',
  subject: (before, move, after) => pinnedSource(before, move, after, false) !== NONE,
  holds: (before, move, after) => pinnedSource(before, move, after, true) === NONE,
  explain: (before, move, after) => {
    const mm = mmOfMove(move);
    const page = pinnedSource(before, move, after, true);
    return (
      `${party(mm)} has pinned frame ${frameAt(before, mm, page)} at page ${page}; ` +
      `after UFFDIO_MOVE the page translates to ${translationName(after, mm, page)}`
    );
  },
};

/** The first page of the slot that a collapse names, and that its mm has pinned there; with `gone`, only one that is not there any more. */
const pinnedInSlot = (before: MmView, move: Move, after: MmView, gone: boolean): number => {
  for (let page = 0; page < pagesOf(before.geometry); page++) {
    if (!isCollapsed(before, move, mmOfMove(move), page)) continue;
    const frame = pinnedAt(before, mmOfMove(move), page);
    if (frame !== NONE && (!gone || frameAt(after, mmOfMove(move), page) !== frame)) return page;
  }
  return NONE;
};

export const pincollapse: Step<MmView> = {
  kind: 'step',
  name: 'I-PINCOLLAPSE',
  says: 'A collapse puts no copy in place of a page of anonymous memory that its mm has pinned.',
  cites:
    'v7.1 mm/khugepaged.c __collapse_huge_page_isolate() (folio_expected_ref_count() != folio_ref_count(): SCAN_PAGE_COUNT); ' +
    'Documentation/core-api/pin_user_pages.rst',
  subject: (before, move, after) => move.name === 'collapse' && pinnedInSlot(before, move, after, false) !== NONE,
  holds: (before, move, after) => move.name !== 'collapse' || pinnedInSlot(before, move, after, true) === NONE,
  explain: (before, move, after) => {
    const mm = mmOfMove(move);
    const page = pinnedInSlot(before, move, after, true);
    return (
      `${party(mm)} has pinned frame ${frameAt(before, mm, page)} at page ${page}; ` +
      `after the collapse the page translates to ${translationName(after, mm, page)}`
    );
  },
};
