/** I-ZEROPAGE: zeroes stay zeroes, and nobody counts who maps them. */
import type { Always } from '../checker/search/index.ts';
import { DEVICE_FRAMES, pagesOf } from '../model/state/geometry.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { useOfRow } from './folios.ts';
import { findMappedPage, frameAt, isZeroFrame, NONE, type OfPage, writeAt } from './reading.ts';
import { entryName, pageName } from './wording.ts';

const mapsZero: OfPage = (s, mm, page) => isZeroFrame(s, frameAt(s, mm, page));
const writesZero: OfPage = (s, mm, page) => writeAt(s, mm, page) === 1 && isZeroFrame(s, frameAt(s, mm, page));

const isZeroRow = (s: MmView, row: number): boolean => isZeroFrame(s, row + DEVICE_FRAMES);

/** Mapcounts of a page, and of the folio that begins with it. */
const mapcounts = (s: MmView, row: number): number => {
  const block = s.memmap.blockOf[row]!;
  const large = s.memmap.start[block] === row + DEVICE_FRAMES ? s.memmap.largeRow[block]! : -1;
  const ofLarge = large < 0 ? 0 : s.entireMapcount.at(large) + s.largeMapcount.at(large) + s.nrPagesMapped.at(large);
  return s.mapcount.at(row) + ofLarge;
};

/** The first zero page that has a mapcount, or NONE. */
const countedZero = (s: MmView): number => {
  for (let row = 0; row < s.memmap.frames; row++) if (isZeroRow(s, row) && mapcounts(s, row) > 0) return row;
  return NONE;
};

const explain = (s: MmView): string => {
  const row = countedZero(s);
  if (row !== NONE)
    return `frame ${row + DEVICE_FRAMES} (${useOfRow(s, row)}) has mapcounts: ${mapcounts(s, row)} in all`;
  const at = findMappedPage(s, writesZero);
  const pages = pagesOf(s.geometry);
  const [mm, page] = [Math.trunc(at / pages), at % pages];
  return `${pageName(s, at)} is writable, and maps zeroes: frame ${frameAt(s, mm, page)} by ${entryName(s, mm, page)}`;
};

export const zeropage: Always<MmView> = {
  kind: 'always',
  name: 'I-ZEROPAGE',
  says: 'No writable entry maps the zero page or the huge zero folio, and neither has a mapcount.',
  cites:
    'v7.1 mm/memory.c do_anonymous_page() (pte_mkspecial(pfn_pte(my_zero_pfn()))), mm/huge_memory.c ' +
    'set_huge_zero_folio(), mm/rmap.c __folio_rmap_sanity_checks() (VM_WARN_ON_ONCE of a zero folio)',
  subject: (s) => findMappedPage(s, mapsZero) !== NONE || countedZero(s) !== NONE,
  holds: (s) => countedZero(s) === NONE && findMappedPage(s, writesZero) === NONE,
  explain,
};
