/** I-MAPCOUNT: folios know how often they are mapped, and by whom. */
import type { Always } from '../checker/search/index.ts';
import { MmIds } from '../model/state/memmap.ts';
import { type MmView } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { anyCounted, type Census, censusOf, mappedByPtes, mappingsOf, sum } from './census.ts';
import { folioName, isInLarge, pageInFolio, pagesOfFolio, rowOf } from './folios.ts';
import { NONE } from './reading.ts';
import { count } from './wording.ts';

/** The first page of a block. */
const firstRow = (s: MmView, block: number): number => rowOf(s.memmap.start[block]!);

/** _nr_pages_mapped as it must be. */
const nrPagesMapped = (s: MmView, c: Census, folio: number): number =>
  mappedByPtes(c, folio, pagesOfFolio(s, folio)) + (c.leaves[folio]! > 0 ? s.memmap.entirelyMapped : 0);

/** _large_mapcount as it must be. */
const mappings = (s: MmView, c: Census, folio: number): number =>
  c.leaves[folio]! + sum(c.ptes, folio, pagesOfFolio(s, folio));

/** The first page whose _mapcount is not the number of its PTEs, or NONE. With NO_PAGE_MAPCOUNT large folios keep none. */
const wrongPage = (s: MmView, c: Census): number => {
  for (let row = 0; row < s.memmap.frames; row++)
    if ((s.machine.pageMapcount || !isInLarge(s, row)) && s.mapcount.at(row) !== c.ptes[row]!) return row;
  return NONE;
};

/** What has been split into small folios, or is free, has no counts but those that its leaves would make. */
const isRightLarge = (s: MmView, c: Census, block: number): boolean => {
  const large = s.memmap.largeRow[block]!;
  const folio = firstRow(s, block);
  const whole = isInLarge(s, folio);
  if (s.entireMapcount.at(large) !== c.leaves[folio]!) return false;
  if (s.largeMapcount.at(large) !== (whole ? mappings(s, c, folio) : c.leaves[folio])) return false;
  return !s.machine.pageMapcount || s.nrPagesMapped.at(large) === (whole ? nrPagesMapped(s, c, folio) : 0);
};

/** mm_id_mapcount may miss mappings, of an mm that came when both places were taken, but never has too many. */
const ownerIsRight = (s: MmView, c: Census, block: number, slot: 0 | 1): boolean => {
  const large = s.memmap.largeRow[block]!;
  const ids = s.mmIds.at(large);
  const id = slot === 0 ? MmIds.id0(ids) : MmIds.id1(ids);
  const counted = s.mmIdMapcount.at(2 * large + slot);
  if (id === 0 || id > s.geometry.mms) return id === 0 && counted === 0;
  const folio = firstRow(s, block);
  if (!isInLarge(s, folio)) return false;
  return counted > 0 && counted <= mappingsOf(c, id - 1, folio, pagesOfFolio(s, folio));
};

/** How many mms map the folio. */
const owners = (s: MmView, c: Census, folio: number): number => {
  let n = 0;
  for (let mm = 0; mm < s.geometry.mms; mm++) if (mappingsOf(c, mm, folio, pagesOfFolio(s, folio)) > 0) n++;
  return n;
};

const NOBODY = MmIds.of({});
/** A block that has been split, or is free, has no owners. */
const hasNoOwners = (s: MmView, large: number): boolean =>
  NOBODY === s.mmIds.at(large) && s.mmIdMapcount.at(2 * large) + s.mmIdMapcount.at(2 * large + 1) === 0;

const ownersAreRight = (s: MmView, c: Census, block: number): boolean => {
  if (!isInLarge(s, firstRow(s, block))) return hasNoOwners(s, s.memmap.largeRow[block]!);
  if (!ownerIsRight(s, c, block, 0) || !ownerIsRight(s, c, block, 1)) return false;
  const ids = s.mmIds.at(s.memmap.largeRow[block]!);
  if (MmIds.id0(ids) !== 0 && MmIds.id0(ids) === MmIds.id1(ids)) return false;
  // It may still say shared when one mm is left, but not when none is.
  const n = isInLarge(s, firstRow(s, block)) ? owners(s, c, firstRow(s, block)) : 0;
  return MmIds.shared(ids) === 1 ? n > 0 : n <= 1;
};

/** The first block of several pages whose counts are wrong, or NONE. */
const wrongLarge = (s: MmView, c: Census): number => {
  const { largeRow } = s.memmap;
  for (let block = 0; block < largeRow.length; block++) {
    if (largeRow[block]! < 0) continue;
    if (!isRightLarge(s, c, block) || (s.machine.mmId && !ownersAreRight(s, c, block))) return block;
  }
  return NONE;
};

const isRight = (s: MmView): boolean => {
  const c = censusOf(s);
  return wrongPage(s, c) === NONE && wrongLarge(s, c) === NONE;
};

const tellLarge = (s: MmView, c: Census, block: number): string => {
  const large = s.memmap.largeRow[block]!;
  const folio = firstRow(s, block);
  const pages = pagesOfFolio(s, folio);
  const found = `${count(c.leaves[folio]!, 'leaf maps', 'leaves map')} it, ${count(sum(c.ptes, folio, pages), 'PTE maps', 'PTEs map')} ${mappedByPtes(c, folio, pages)} of its pages`;
  const fields = [
    `entire mapcount ${s.entireMapcount.at(large)}`,
    `large mapcount ${s.largeMapcount.at(large)}`,
    ...(s.machine.pageMapcount ? [`nr_pages_mapped ${s.nrPagesMapped.at(large)}`] : []),
  ];
  return `${folioName(s, folio)} has ${fields.join(', ')}; ${found}`;
};

const tellOwners = (s: MmView, c: Census, block: number): string => {
  const large = s.memmap.largeRow[block]!;
  const folio = firstRow(s, block);
  const ids = s.mmIds.at(large);
  const remembered = [MmIds.id0(ids), MmIds.id1(ids)].map((id, slot) => {
    const counted = s.mmIdMapcount.at(2 * large + slot);
    return id === 0 ? `nobody (${counted})` : `${party(id - 1)} (${counted})`;
  });
  const found = Array.from({ length: s.geometry.mms }, (_, mm) => {
    const n = mappingsOf(c, mm, folio, pagesOfFolio(s, folio));
    return n === 0 ? [] : [`${party(mm)} maps it ${count(n, 'time')}`];
  }).flat();
  const shared = MmIds.shared(ids) === 1 ? 'perhaps shared' : 'not shared';
  return `${folioName(s, folio)} remembers ${remembered.join(' and ')}, ${shared}; ${found.length === 0 ? 'nobody maps it' : found.join(', ')}`;
};

const explain = (s: MmView): string => {
  const c = censusOf(s);
  const row = wrongPage(s, c);
  if (row !== NONE) {
    return `${pageInFolio(s, row)} has mapcount ${s.mapcount.at(row)}, and ${count(c.ptes[row]!, 'PTE maps', 'PTEs map')} it`;
  }
  const block = wrongLarge(s, c);
  return isRightLarge(s, c, block) ? tellOwners(s, c, block) : tellLarge(s, c, block);
};

export const mapcount: Always<MmView> = {
  kind: 'always',
  name: 'I-MAPCOUNT',
  says: 'The mapcounts of a folio are the numbers of PTEs and leaves that map it, nr_pages_mapped is the number of its mapped pages. Its two recorded owners (MM_ID) differ, and neither is credited with more mappings than it has.',
  cites:
    'v7.1 mm/rmap.c __folio_add_rmap(), __folio_remove_rmap(), include/linux/rmap.h folio_add_large_mapcount(), ' +
    'folio_sub_large_mapcount(), mm/internal.h ENTIRELY_MAPPED; Documentation/mm/transhuge.rst',
  subject: (s) => anyCounted(s) || !isRight(s),
  holds: isRight,
  explain,
};
