/** I-UNCACHED: what is no page of the file any more, nobody maps. */
import type { Always } from '../checker/search/index.ts';
import { Page, PageKind } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { type Census, censusOf } from './census.ts';
import { folioName, folioOf, pageInFolio } from './folios.ts';
import { NONE } from './reading.ts';
import { count } from './wording.ts';

/** Whether the page is of a folio that has left the page cache, and that somebody still has a reference to. */
const isLeft = (s: MmView, row: number): boolean => {
  const folio = s.page.at(folioOf(s, row));
  const kind = Page.kind(folio);
  return (kind === PageKind.shmem || kind === PageKind.file) && Page.cached(folio) === 0;
};

const entriesFor = (c: Census, row: number): number =>
  c.ptes[row]! + c.leaves[row]! + c.entries[row]! + c.hugeEntries[row]!;

const wrongPage = (s: MmView): number => {
  const c = censusOf(s);
  for (let row = 0; row < s.memmap.frames; row++) if (isLeft(s, row) && entriesFor(c, row) > 0) return row;
  return NONE;
};

const anyLeft = (s: MmView): boolean => {
  for (let row = 0; row < s.memmap.frames; row++) if (isLeft(s, row)) return true;
  return false;
};

export const uncached: Always<MmView> = {
  kind: 'always',
  name: 'I-UNCACHED',
  says: 'A page of a file that has left the page cache is mapped by nobody, not even by a migration entry.',
  cites:
    'v7.1 mm/filemap.c filemap_unaccount_folio() (VM_BUG_ON_FOLIO(folio_mapped(folio))), mm/truncate.c ' +
    'truncate_cleanup_folio(), mm/khugepaged.c collapse_file() (try_to_unmap(), then folio->mapping = NULL)',
  subject: anyLeft,
  holds: (s) => wrongPage(s) === NONE,
  explain: (s) => {
    const row = wrongPage(s);
    const where = folioOf(s, row) === row ? folioName(s, row) : pageInFolio(s, row);
    return `${where} has left the page cache, and ${count(entriesFor(censusOf(s), row), 'entry names', 'entries name')} it`;
  },
};
