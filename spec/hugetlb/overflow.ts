/** H7 and H7-REF: no counter leaves what it can hold. */
import { Count, type HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { leavesOf, takeCensus } from './census.ts';
import { RFC2, V2 } from './cites.ts';
import { eachFolio } from './each_page.ts';
import { NONE } from './entries.ts';
import { count, folioName } from './wording.ts';

const fits = (s: HugetlbView, code: number): boolean =>
  Count.valueOf(code) >= 0 && Count.valueOf(code) <= s.geometry.countMax;

/** The first page of the folio whose mapcount does not fit, or NONE. */
const wrongPage = (s: HugetlbView, folio: number): number => {
  const { hugepage } = s.geometry;
  for (let frame = folio * hugepage; frame < (folio + 1) * hugepage; frame++)
    if (!fits(s, s.mapcount.at(frame))) return frame;
  return NONE;
};

const PETER = `Peter Xu on ${RFC2}, 2023-01-12 (a hugepage of 1G has 2^18 base pages, 2^13 mappings of which make 2^31)`;

const areMapcountsRight = (s: HugetlbView, folio: number): boolean =>
  fits(s, s.entireMapcount.at(folio)) && wrongPage(s, folio) === NONE;

export const overflow = eachFolio({
  name: 'H7',
  says: 'No mapcount falls below zero or rises above what it can hold: an operation that would need more fails instead.',
  cites: `${PETER}; ${V2}, 5/46`,
  prepare: takeCensus,
  asks: (s, folio) => leavesOf(folio) > 0 || !areMapcountsRight(s, folio),
  isRight: areMapcountsRight,
  tell: (s, folio) => {
    const frame = wrongPage(s, folio);
    const ofPage = frame === NONE ? '' : `, and its frame ${frame} mapcount ${Count.valueOf(s.mapcount.at(frame))}`;
    return `${folioName(s, folio)} has entire_mapcount ${Count.valueOf(s.entireMapcount.at(folio))}${ofPage}; a counter holds ${s.geometry.countMax}, and ${count(leavesOf(folio), 'leaf maps', 'leaves map')} it`;
  },
});

const isRefcountRight = (s: HugetlbView, folio: number): boolean => fits(s, s.refcount.at(folio));

export const refcountOverflow = eachFolio({
  name: 'H7-REF',
  says: 'No refcount falls below zero or rises above what it can hold: an operation that would need more fails instead.',
  cites: `${PETER}; ${V2}, 35/46; v7.1 include/linux/mm.h try_get_page()`,
  prepare: takeCensus,
  asks: (s, folio) => leavesOf(folio) > 0 || !isRefcountRight(s, folio),
  isRight: isRefcountRight,
  tell: (s, folio) =>
    `${folioName(s, folio)} has refcount ${Count.valueOf(s.refcount.at(folio))}; a counter holds ${s.geometry.countMax}, and ${count(leavesOf(folio), 'leaf maps', 'leaves map')} it`,
});
