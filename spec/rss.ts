/** I-RSS: an mm knows how many pages of each kind it maps. */
import type { Always } from '../checker/search/index.ts';
import { Rss, rssBits } from '../model/state/memmap.ts';
import { Mm, type MmView } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { anyCounted, type Census, censusOf } from './census.ts';
import { NONE } from './reading.ts';
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

const anyCount = (s: MmView): boolean => {
  for (let row = 0; row < s.rss.rows; row++) if (s.rss.at(row) !== 0) return true;
  return false;
};

const explain = (s: MmView): string => {
  const row = wrongCounter(s);
  const mm = Math.trunc(row / KINDS);
  const is = rssBits(s.geometry).valueOf(s.rss.at(row));
  const name = Rss.names[row % KINDS]!;
  if (Mm.alive(s.mm.at(mm)) === 0) return `${party(mm)} is dead: "BUG: Bad rss-counter state type:${name} val:${is}"`;
  return `${party(mm)}: ${name} is ${is}, but the mm maps ${count(pages(s, censusOf(s), row), 'page')} of that kind`;
};

export const rss: Always<MmView> = {
  kind: 'always',
  name: 'I-RSS',
  says: 'MM_ANONPAGES, MM_SHMEMPAGES and MM_FILEPAGES of an mm count the pages of each kind that it maps, by migration entries as well, but not by special entries, and no zero pages. They are 0 when the mm is freed.',
  cites:
    'v7.1 include/linux/mm.h mm_counter(), add_mm_counter(); mm/huge_memory.c zap_huge_pmd(), insert_pmd(), ' +
    'mm/memory.c copy_nonpresent_pte(); kernel/fork.c check_mm() ("Bad rss-counter state")',
  subject: (s) => anyCount(s) || anyCounted(s) || wrongCounter(s) !== NONE,
  holds: (s) => wrongCounter(s) === NONE,
  explain,
};
