/** I-MBIND: what mbind() with MPOL_MF_MOVE moves, and what it leaves alone. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Pin } from '../model/state/mm_types.ts';
import { censusOf } from './census.ts';
import { folioName, folioOf, isInLarge, rowOf } from './folios.ts';
import { isIn, isPolicyMove } from './moves.ts';
import { frameAt, isAnonFrame, isPfnmap, NONE, sameEntries, vmaAt } from './reading.ts';
import { pageName, translationName } from './wording.ts';

const isPinned = (s: MmView, folio: number): boolean => {
  for (let i = 0; i < s.pin.rows; i++) {
    const pin = s.pin.at(i);
    if (Pin.taken(pin) === 1 && folioOf(s, rowOf(Pin.pfn(pin))) === folio) return true;
  }
  return false;
};

/** Whether the process maps a page of the folio where it asks for a move. */
const isAsked = (s: MmView, move: Move, folio: number): boolean => {
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pagesOf(s.geometry); page++) {
      const frame = isIn(move, mm, page) ? frameAt(s, mm, page) : NONE;
      if (isAnonFrame(s, frame) && folioOf(s, rowOf(frame)) === folio) return true;
    }
  return false;
};

/** Whether a folio of one page has other mappings; of a large one releases cannot always tell. */
const isShared = (s: MmView, folio: number): boolean => !isInLarge(s, folio) && censusOf(s).ptes[folio]! > 1;

/** Of a page that is somewhere else now: it was of a folio that may move. Of VM_PFNMAP nothing changes. */
const isRight = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (isPfnmap(vmaAt(before, mm, page)))
    return sameEntries(before, after, mm, page) || frameAt(after, mm, page) === NONE;
  const frame = frameAt(before, mm, page);
  if (!isAnonFrame(before, frame) || frameAt(after, mm, page) === frame) return true;
  const folio = folioOf(before, rowOf(frame));
  return isAsked(before, move, folio) && !isPinned(before, folio) && !isShared(before, folio);
};

/** The first page, as mm * pages + page, that is somewhere else and should not be; or NONE. */
const wrongPage = (before: MmView, move: Move, after: MmView): number => {
  if (!isPolicyMove(move)) return NONE;
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) if (!isRight(before, move, after, mm, page)) return mm * pages + page;
  return NONE;
};

export const mbind: Step<MmView> = {
  kind: 'step',
  name: 'I-MBIND',
  says: 'mbind() with MPOL_MF_MOVE moves folios only that its range maps, that nobody has pinned, and, of one page, that nobody else maps; what VM_PFNMAP maps keeps its frames.',
  cites:
    'v7.1 mm/mempolicy.c queue_pages_test_walk(), vma_migratable(), migrate_folio_add(), mm/migrate.c folio_migrate_mapping(); mbind(2)',
  subject: (_before, move) => isPolicyMove(move),
  holds: (before, move, after) => wrongPage(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = wrongPage(before, move, after);
    const [mm, page] = [Math.floor(at / pagesOf(before.geometry)), at % pagesOf(before.geometry)];
    const frame = frameAt(before, mm, page);
    const what = isAnonFrame(before, frame) ? folioName(before, folioOf(before, rowOf(frame))) : `frame ${frame}`;
    return `${pageName(before, at)} was of ${what}; after mbind it translates to ${translationName(after, mm, page)}`;
  },
};
