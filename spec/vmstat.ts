/** I-STAT: the machine knows how much of its memory is mapped. */
import type { Always } from '../checker/search/index.ts';
import { Vmstat, vmstatBits } from '../model/state/memmap.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { anyCounted, type Census, censusOf, mappedByPtes, sum } from './census.ts';
import { folioOf, isAnonUse, isPmdSized, pagesOfFolio, useOfRow } from './folios.ts';
import { NONE } from './reading.ts';

/** Pages of a folio that count as mapped: by a leaf all of them; else those with PTEs, or all for the sake of one. */
const mapped = (s: MmView, c: Census, folio: number): number => {
  const pages = pagesOfFolio(s, folio);
  if (c.leaves[folio]! > 0) return pages;
  if (s.machine.pageMapcount || pages === 1) return mappedByPtes(c, folio, pages);
  return sum(c.ptes, folio, pages) > 0 ? pages : 0;
};

/** Pages of a folio that a PMD leaf maps; PUD leaves have no counter. */
const byPmd = (s: MmView, c: Census, folio: number): number =>
  c.leaves[folio]! > 0 && isPmdSized(s, folio) ? pagesOfFolio(s, folio) : 0;

/** What a folio adds to a counter. */
const share = (s: MmView, c: Census, folio: number, item: number): number => {
  const use = useOfRow(s, folio);
  switch (item) {
    case Vmstat.NR_ANON_MAPPED:
      return isAnonUse(use) ? mapped(s, c, folio) : 0;
    case Vmstat.NR_FILE_MAPPED:
      return isAnonUse(use) ? 0 : mapped(s, c, folio);
    case Vmstat.NR_ANON_THPS:
      return isAnonUse(use) ? byPmd(s, c, folio) : 0;
    case Vmstat.NR_SHMEM_PMDMAPPED:
      return use === 'shmem' ? byPmd(s, c, folio) : 0;
    default:
      return isAnonUse(use) || use === 'shmem' ? 0 : byPmd(s, c, folio);
  }
};

const total = (s: MmView, c: Census, item: number): number => {
  let pages = 0;
  for (let row = 0; row < s.memmap.frames; row++) if (folioOf(s, row) === row) pages += share(s, c, row, item);
  return pages;
};

/** The first counter that is wrong, or NONE. The number of pages is its own code; a negative counter has others. */
const wrongItem = (s: MmView): number => {
  const c = censusOf(s);
  for (let item = 0; item < s.vmstat.rows; item++) if (s.vmstat.at(item) !== total(s, c, item)) return item;
  return NONE;
};

const anyCount = (s: MmView): boolean => {
  for (let item = 0; item < s.vmstat.rows; item++) if (s.vmstat.at(item) !== 0) return true;
  return false;
};

export const vmstat: Always<MmView> = {
  kind: 'always',
  name: 'I-STAT',
  says: 'NR_ANON_MAPPED and NR_FILE_MAPPED count the pages that are mapped, NR_ANON_THPS, NR_SHMEM_PMDMAPPED and NR_FILE_PMDMAPPED those that PMD leaves map.',
  cites:
    'v7.1 mm/rmap.c __folio_mod_stat(), __folio_add_rmap(), __folio_remove_rmap(); without page mapcounts (v6.15) a large folio ' +
    'counts as a whole',
  subject: (s) => anyCount(s) || anyCounted(s) || wrongItem(s) !== NONE,
  holds: (s) => wrongItem(s) === NONE,
  explain: (s) => {
    const item = wrongItem(s);
    const is = vmstatBits(s.memmap).valueOf(s.vmstat.at(item));
    return `${Vmstat.names[item]} is ${is}; the mapped folios make it ${total(s, censusOf(s), item)}`;
  },
};
