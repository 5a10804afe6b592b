/** How often a page is mapped, as far as the kernel knows and says. A row is that of a struct page. */
import { MmIds } from '../../model/state/memmap.ts';
import type { MmView } from '../../model/state/mm_types.ts';
import { folioOf, largeRowOf, pagesOfFolio } from '../folios.ts';

/** folio_average_page_mapcount() */
const averageMapcount = (s: MmView, large: number, pages: number): number => {
  const [all, entire] = [s.largeMapcount.at(large), s.entireMapcount.at(large)];
  return all <= entire ? entire : entire + Math.trunc((all - entire + pages / 2) / pages);
};

/** folio_precise_page_mapcount(); without counts of pages (v6.15) the average. */
export const mapcountOf = (s: MmView, row: number): number => {
  const folio = folioOf(s, row);
  const large = largeRowOf(s, folio);
  if (large < 0) return s.mapcount.at(row);
  if (!s.machine.pageMapcount) return averageMapcount(s, large, pagesOfFolio(s, folio));
  return s.mapcount.at(row) + s.entireMapcount.at(large);
};

/** folio_maybe_mapped_shared() of a large folio */
const maybeShared = (s: MmView, large: number): boolean =>
  s.largeMapcount.at(large) > 1 && (!s.machine.mmId || MmIds.shared(s.mmIds.at(large)) === 1);

/** Whether smaps takes a page that is mapped for nobody else's. */
export const isPrivate = (s: MmView, row: number): boolean => {
  const large = largeRowOf(s, folioOf(s, row));
  return large < 0 || s.machine.pageMapcount ? mapcountOf(s, row) < 2 : !maybeShared(s, large);
};

/** __folio_page_mapped_exclusively() */
export const isMappedOnce = (s: MmView, row: number): boolean => {
  const large = largeRowOf(s, folioOf(s, row));
  return large < 0 || s.machine.pageMapcount ? mapcountOf(s, row) === 1 : !maybeShared(s, large);
};
