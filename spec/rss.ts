/** I-RSS: an mm knows how many pages of each kind it maps. */
import type { Always } from '../checker/search/index.ts';
import { Rss, rssBits } from '../model/state/memmap.ts';
import { Mm, type MmView } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { anyCounted, type Census, censusOf } from './census.ts';
import { NONE } from './reading.ts';
import { swapCensusOf } from './swap_census.ts';
import { count } from './wording.ts';

const KINDS = Rss.names.length;

/** Pages that row mm * 3 + counter must count. An mm that is dead had to give everything back. */
const pages = (s: MmView, c: Census, row: number): number =>
  Mm.alive(s.mm.at(Math.trunc(row / KINDS))) === 1 ? c.rss[row]! : 0;

/** The first counter that is wrong, or NONE. The number of pages is its own code; a negative counter has others. */
const wrongCounter = (s: MmView): number => {
  const c = censusOf(s);
  for (let row = 0; row < s.rss.rows; row++) if (s.rss.at(row) !== pages(s, c, row)) return row;
  return NONE;
};

/** The first mm whose MM_SWAPENTS is not the number of its swap entries, or NONE. */
const wrongSwapents = (s: MmView): number => {
  if (s.swapents.rows === 0) return NONE;
  const { ofMm } = swapCensusOf(s);
  for (let mm = 0; mm < s.swapents.rows; mm++)
    if (s.swapents.at(mm) !== (Mm.alive(s.mm.at(mm)) === 1 ? ofMm[mm]! : 0)) return mm;
  return NONE;
};

const isRight = (s: MmView): boolean => wrongCounter(s) === NONE && wrongSwapents(s) === NONE;

const anyCount = (s: MmView): boolean => {
  for (let row = 0; row < s.rss.rows; row++) if (s.rss.at(row) !== 0) return true;
  for (let mm = 0; mm < s.swapents.rows; mm++) if (s.swapents.at(mm) !== 0) return true;
  return false;
};

const tellSwapents = (s: MmView, mm: number): string => {
  const is = rssBits(s.geometry).valueOf(s.swapents.at(mm));
  if (Mm.alive(s.mm.at(mm)) === 0)
    return `${party(mm)} is dead: "BUG: Bad rss-counter state type:MM_SWAPENTS val:${is}"`;
  return `${party(mm)}: MM_SWAPENTS is ${is}, but the mm has ${count(swapCensusOf(s).ofMm[mm]!, 'swap entry', 'swap entries')}`;
};

const explain = (s: MmView): string => {
  const row = wrongCounter(s);
  if (row === NONE) return tellSwapents(s, wrongSwapents(s));
  const mm = Math.trunc(row / KINDS);
  const is = rssBits(s.geometry).valueOf(s.rss.at(row));
  const name = Rss.names[row % KINDS]!;
  if (Mm.alive(s.mm.at(mm)) === 0) return `${party(mm)} is dead: "BUG: Bad rss-counter state type:${name} val:${is}"`;
  return `${party(mm)}: ${name} is ${is}, but the mm maps ${count(pages(s, censusOf(s), row), 'page')} of that kind`;
};

export const rss: Always<MmView> = {
  kind: 'always',
  name: 'I-RSS',
  says: 'MM_ANONPAGES, MM_SHMEMPAGES and MM_FILEPAGES of an mm count the pages of each kind that it maps, by migration and device-private entries as well, but not by special entries, and no zero pages; MM_SWAPENTS counts its swap entries. They are 0 when the mm is freed.',
  cites:
    'v7.1 include/linux/mm.h mm_counter(), add_mm_counter(); mm/huge_memory.c zap_huge_pmd(), insert_pmd(), ' +
    'mm/memory.c copy_nonpresent_pte(); kernel/fork.c check_mm() ("Bad rss-counter state")',
  subject: (s) => anyCount(s) || anyCounted(s) || !isRight(s),
  holds: isRight,
  explain,
};
