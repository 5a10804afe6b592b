/** I-MBIND: what mbind() with MPOL_MF_MOVE moves, what it leaves alone, and that it says what it could not move. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Result } from '../model/state/mm_types.ts';
import { type Census, censusOf, mappingsOf } from './census.ts';
import { folioName, folioOf, isInLarge, isTaken, pagesOfFolio, rowOf } from './folios.ts';
import { isIn, isPolicyMove } from './moves.ts';
import { findWrongPage, placeOf } from './pages.ts';
import { frameAt, isAnonFrame, isPfnmap, NONE, sameEntries, vmaAt } from './reading.ts';
import { pageName, translationName } from './wording.ts';

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

const isFirstUnmapped = ({ ptes, leaves }: Census, folio: number): boolean => ptes[folio] === 0 && leaves[folio] === 0;

/**
 * Whether other mms map it, or the kernel may believe so: a large folio knows no more than two owners, and until v6.14 its
 * first page decides, mapped or not.
 */
const mayBeShared = (s: MmView, move: Move, folio: number): boolean => {
  const { mms } = s.geometry;
  const census = censusOf(s);
  if (isInLarge(s, folio) && (mms > 2 || isFirstUnmapped(census, folio))) return true;
  for (let mm = 0; mm < mms; mm++)
    if (mm !== move.args['mm'] && mappingsOf(census, mm, folio, pagesOfFolio(s, folio)) > 0) return true;
  return false;
};

/** The nodes have none of what is there, and MPOL_MF_STRICT says if that stayed so; MPOL_DEFAULT does not know it. */
const saysAll = ({ args }: Move, after: MmView): boolean => {
  const { nodes, strict } = args['policy'] as { readonly nodes: string; readonly strict: boolean };
  return nodes === 'elsewhere' && strict && after.result.at(0) === Result.ok;
};

/** Of a page of the range that is where it was, where mbind() says that nothing is. */
const mayStay = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (!saysAll(move, after) || !isIn(move, mm, page)) return true;
  const frame = frameAt(before, mm, page);
  return !isAnonFrame(before, frame) || mayBeShared(before, move, folioOf(before, rowOf(frame)));
};

/** Of a page that is somewhere else now: it was of a folio that may move. Of VM_PFNMAP nothing changes. */
const isRight = (before: MmView, move: Move, after: MmView, mm: number, page: number): boolean => {
  if (isPfnmap(vmaAt(before, mm, page)))
    return sameEntries(before, after, mm, page) || frameAt(after, mm, page) === NONE;
  const frame = frameAt(before, mm, page);
  if (frameAt(after, mm, page) === frame) return mayStay(before, move, after, mm, page);
  if (!isAnonFrame(before, frame)) return true;
  const folio = folioOf(before, rowOf(frame));
  return isAsked(before, move, folio) && !isTaken(before, folio) && !isShared(before, folio);
};

/** The first page that is where it should not be; or NONE. */
const wrongPage = (before: MmView, move: Move, after: MmView): number =>
  isPolicyMove(move) ? findWrongPage(before, move, after, isRight) : NONE;

export const mbind: Step<MmView> = {
  kind: 'step',
  name: 'I-MBIND',
  says: 'mbind() with MPOL_MF_MOVE moves folios only that its range maps, that nobody has pinned, and, of one page, that nobody else maps; what VM_PFNMAP maps keeps its frames. With MPOL_MF_STRICT it succeeds only if no page stays that the process alone maps.',
  cites:
    'v7.1 mm/mempolicy.c queue_pages_test_walk(), vma_migratable(), migrate_folio_add(), mm/migrate.c folio_migrate_mapping(); do_mbind() (-EIO); mbind(2)',
  subject: (_before, move) => isPolicyMove(move),
  holds: (before, move, after) => wrongPage(before, move, after) === NONE,
  explain: (before, move, after) => {
    const at = wrongPage(before, move, after);
    const [mm, page] = placeOf(before, at);
    const frame = frameAt(before, mm, page);
    const what = isAnonFrame(before, frame) ? folioName(before, folioOf(before, rowOf(frame))) : `frame ${frame}`;
    return `${pageName(before, at)} was of ${what}; after mbind it translates to ${translationName(after, mm, page)}`;
  },
};
