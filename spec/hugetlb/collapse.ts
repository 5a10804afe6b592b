/** H13 and H14: what MADV_COLLAPSE leaves behind. */
import type { Move, Step } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import type { HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2, V1, V2 } from './cites.ts';
import { isSame, NONE } from './entries.ts';
import { isOk, rangeOf, resultName } from './moves.ts';
import type { HgmKeptAt } from './gate.ts';
import { folioFor, isBroken, isNew, isOld, isSplit, spanFrom } from './spans.ts';
import { entryName, folioName, pagesName, party } from './wording.ts';

const isCollapse = ({ name }: Move): boolean => name === 'hugetlb_collapse';

/** Whether the call may leave a span as it is. */
type MayStay = (before: HugetlbView, mm: number, page: number) => boolean;

/** The first page of a span that is neither what it was, where it may be, nor what it should become; or NONE. */
const wrongSpan = (
  before: HugetlbView,
  move: Move,
  after: HugetlbView,
  mayStay: MayStay,
  keptAt: HgmKeptAt,
): number => {
  const mm = move.args['mm'] as number;
  const { from, to } = rangeOf(move);
  for (let page = from, size = 0; page < to; page += size) {
    size = spanFrom(before, page, to);
    const split = isSplit(before, keptAt, mm, page, size);
    if ((!split || mayStay(before, mm, page)) && isOld(before, after, mm, page, size)) continue;
    if (!split || !isNew(before, after, mm, page, size)) return page;
  }
  return NONE;
};

/** The first page, as mm * pages + page, that the call did not name and that it changed; or NONE. */
const wrongElsewhere = (before: HugetlbView, move: Move, after: HugetlbView): number => {
  const { from, to } = rangeOf(move);
  const pages = pagesOf(before.geometry);
  for (let mm = 0; mm < before.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if ((mm !== move.args['mm'] || page < from || page >= to) && !isSame(before, mm, page, after, mm, page))
        return mm * pages + page;
  return NONE;
};

const anySplit = (before: HugetlbView, move: Move, keptAt: HgmKeptAt): boolean => {
  const mm = move.args['mm'] as number;
  const { from, to } = rangeOf(move);
  for (let page = from, size = 0; page < to; page += size) {
    size = spanFrom(before, page, to);
    if (isSplit(before, keptAt, mm, page, size)) return true;
  }
  return false;
};

const collapses = (
  name: string,
  says: string,
  isAbout: (after: HugetlbView) => boolean,
  mayStay: MayStay,
  keptAt: HgmKeptAt,
): Step<HugetlbView> => ({
  kind: 'step',
  name,
  says,
  cites: `${RFC2}, 36/47; ${V1}, 35/46; ${V2}, 34/46: hugetlb_collapse()`,
  subject: (before, move, after) => isCollapse(move) && isAbout(after) && anySplit(before, move, keptAt),
  holds: (before, move, after) =>
    !isCollapse(move) ||
    !isAbout(after) ||
    (wrongSpan(before, move, after, mayStay, keptAt) === NONE && wrongElsewhere(before, move, after) === NONE),
  explain: (before, move, after) => {
    const mm = move.args['mm'] as number;
    const { from, to } = rangeOf(move);
    const call = `MADV_COLLAPSE of ${pagesName(from, to)} returned ${resultName(after)}`;
    const page = wrongSpan(before, move, after, mayStay, keptAt);
    if (page === NONE) {
      const [at, pages] = [wrongElsewhere(before, move, after), pagesOf(before.geometry)];
      const [whose, where] = [Math.trunc(at / pages), at % pages];
      return `${call}, and changed what it does not name: ${entryName(before, whose, where)} before, and ${entryName(after, whose, where)} after`;
    }
    const size = spanFrom(before, page, to);
    const folio = folioFor(before, mm, page);
    const inCache = folio === NONE ? 'nothing' : folioName(before, folio);
    return `${call}; of ${party(mm)} ${pagesName(page, page + size)}, for which the page cache has ${inCache}: ${entryName(before, mm, page)} before, and ${entryName(after, mm, page)} after`;
  },
});

export const collapse = (keptAt: HgmKeptAt): Step<HugetlbView> =>
  collapses(
    'H13',
    'After a MADV_COLLAPSE that succeeded, each span in which high granularity had put a table has one entry: a leaf of what the page cache has there, writable if the VMA is, or none. Broken hugepages stay as they are, and so does all else.',
    isOk,
    (before, mm, page) => isBroken(before, folioFor(before, mm, page)),
    keptAt,
  );

export const collapseFailed = (keptAt: HgmKeptAt): Step<HugetlbView> =>
  collapses(
    'H14',
    'A MADV_COLLAPSE that failed leaves each span as it was, or collapsed as a whole.',
    (after) => !isOk(after),
    () => true,
    keptAt,
  );
