/** Counts of a large folio as a real kernel has them: a page of the model stands for as many as its cut says. */
import { folio_nr_pages, folio_test_large, large_row, page_of, pfn_to_page } from '../../model/mm/page_flags.ts';
import { folio_pincount } from '../../model/mm/page_ref.ts';
import { type FolioView, Page } from '../../model/state/memmap.ts';
import { type Placement, PTRS } from './placement.ts';

/** Mappings by PTEs, and by leaves. `weights`: of each page of the folio. */
const mappings = (s: FolioView, folio: number, weights: (index: number) => number): number => {
  const byPtes = Array.from(
    { length: folio_nr_pages(s, folio) },
    (_, i) => s.mapcount.at(pfn_to_page(folio + i)) * weights(i),
  );
  return byPtes.reduce((sum, one) => sum + one, s.entireMapcount.at(large_row(s, folio)));
};

/** Only a folio of PMD size is cut like a table. */
const isCut = (s: FolioView, { cuts }: Placement, folio: number): boolean => folio_nr_pages(s, folio) === cuts.length;
const pagesOf = (s: FolioView, p: Placement, folio: number): number =>
  isCut(s, p, folio) ? PTRS : folio_nr_pages(s, folio) * p.cuts[0]!;
const weightsFor = (s: FolioView, p: Placement, folio: number): ((index: number) => number) =>
  isCut(s, p, folio) ? (index) => p.cuts[index]! : () => p.cuts[0]!;

/** folio_mapcount() */
export const realMappings = (s: FolioView, p: Placement, folio: number): number =>
  folio_test_large(s, folio) ? mappings(s, folio, weightsFor(s, p, folio)) : s.mapcount.at(pfn_to_page(folio));

/** folio_nr_pages() */
export const realPages = (s: FolioView, p: Placement, folio: number): number =>
  folio_test_large(s, folio) ? pagesOf(s, p, folio) : 1;

/** _refcount of a folio: what the model has beside mappings and the page cache, and these as they really are. */
export const realReferences = (s: FolioView, p: Placement, folio: number): number => {
  const references = s.refcount.at(pfn_to_page(folio));
  if (!folio_test_large(s, folio)) return references + s.geometry.pinBias * folio_pincount(s, folio);
  // The page cache has a reference for each page.
  const cached = Page.cached(page_of(s, folio));
  const others = references - mappings(s, folio, () => 1) - cached * folio_nr_pages(s, folio);
  return others + realMappings(s, p, folio) + cached * pagesOf(s, p, folio);
};

/** Pages of the large folios of a world, which are all of one size. */
export const largeFolioPages = (p: Placement): number => {
  const large = p.geometry.memory.find(({ pages }) => pages > 1);
  return large === undefined || large.pages === p.cuts.length ? PTRS : large.pages * p.cuts[0]!;
};
