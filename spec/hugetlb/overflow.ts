/** H7, H7-BELOW and H7-REF: no counter leaves what it can hold. Whoever drops a reference too many is stopped by an assertion. */
import { Count, type HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { leavesOf, takeCensus } from './census.ts';
import { RFC2, V2 } from './cites.ts';
import { eachFolio } from './each_page.ts';
import { NONE } from './entries.ts';
import { count, folioName } from './wording.ts';

type Fits = (s: HugetlbView, code: number) => boolean;
const isNotAbove: Fits = (s, code) => Count.valueOf(code) <= s.geometry.countMax;
const isNotBelow: Fits = (_s, code) => Count.valueOf(code) >= 0;

/** The first page of the folio whose mapcount does not fit, or NONE. */
const wrongPage = (s: HugetlbView, folio: number, fits: Fits): number => {
  const { hugepage } = s.geometry;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++)
    if (!fits(s, s.mapcount.at(frame))) return frame;
  return NONE;
};

const PETER = `Peter Xu on ${RFC2}, 2023-01-12 (a hugepage of 1G has 2^18 base pages, 2^13 mappings of which make 2^31)`;

const mapcountsFit = (name: string, says: string, fits: Fits) => {
  const isRight = (s: HugetlbView, folio: number): boolean =>
    fits(s, s.entireMapcount.at(folio)) && wrongPage(s, folio, fits) === NONE;
  return eachFolio({
    name,
    says,
    cites: `${PETER}; ${V2}, 5/46`,
    prepare: takeCensus,
    asks: (s, folio) => leavesOf(folio) > 0 || !isRight(s, folio),
    isRight,
    tell: (s, folio) => {
      const frame = wrongPage(s, folio, fits);
      const ofPage = frame === NONE ? '' : `, and its frame ${frame} mapcount ${Count.valueOf(s.mapcount.at(frame))}`;
      return `${folioName(s, folio)} has entire_mapcount ${Count.valueOf(s.entireMapcount.at(folio))}${ofPage}; a counter holds ${s.geometry.countMax}, and ${count(leavesOf(folio), 'leaf maps', 'leaves map')} it`;
    },
  });
};

export const overflow = mapcountsFit(
  'H7',
  'No mapcount rises above what it can hold: an operation that would need more fails instead.',
  isNotAbove,
);
export const underflow = mapcountsFit('H7-BELOW', 'No mapcount falls below zero.', isNotBelow);

const isRefcountRight = (s: HugetlbView, folio: number): boolean => isNotAbove(s, s.refcount.at(folio));

export const refcountOverflow = eachFolio({
  name: 'H7-REF',
  says: 'No refcount rises above what it can hold: an operation that would need more fails instead.',
  cites: `${PETER}; ${V2}, 35/46; v7.1 include/linux/mm.h try_get_page()`,
  prepare: takeCensus,
  asks: (s, folio) => leavesOf(folio) > 0 || !isRefcountRight(s, folio),
  isRight: isRefcountRight,
  tell: (s, folio) =>
    `${folioName(s, folio)} has refcount ${Count.valueOf(s.refcount.at(folio))}; a counter holds ${s.geometry.countMax}, and ${count(leavesOf(folio), 'leaf maps', 'leaves map')} it`,
});
