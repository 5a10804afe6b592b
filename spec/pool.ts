/** I-POOL: the memory of a PCI BAR is in the pool of its driver, or somebody uses it. */
import type { Always } from '../checker/search/index.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { type Census, censusOf } from './census.ts';
import { isFree, pageInFolio, useOfRow } from './folios.ts';
import { NONE } from './reading.ts';
import { count } from './wording.ts';

const users = (c: Census, row: number): number => c.ptes[row]! + c.pins[row]! + c.gets[row]!;

/** The first page that is in the pool, and used, or is not, and nobody uses it; or NONE. */
const wrongRow = (s: MmView, c: Census): number => {
  for (let row = 0; row < s.memmap.frames; row++)
    if (useOfRow(s, row) === 'p2pdma' && isFree(s, row) !== (users(c, row) === 0)) return row;
  return NONE;
};

/** Pages that are not in the pool: each has a reference to the pgmap. */
const taken = (s: MmView): number => {
  let pages = 0;
  for (let row = 0; row < s.memmap.frames; row++) if (useOfRow(s, row) === 'p2pdma' && !isFree(s, row)) pages++;
  return pages;
};

const isRight = (s: MmView): boolean =>
  s.pgmapRef.rows === 0 || (s.pgmapRef.at(0) === taken(s) && wrongRow(s, censusOf(s)) === NONE);

const explain = (s: MmView): string => {
  const c = censusOf(s);
  const row = wrongRow(s, c);
  if (row === NONE)
    return `the pgmap has ${count(s.pgmapRef.at(0), 'reference')}, and ${count(taken(s), 'page is', 'pages are')} not in the pool`;
  const by = `${count(c.ptes[row]!, 'PTE maps', 'PTEs map')} it, ${count(c.pins[row]! + c.gets[row]!, 'pin or reference of GUP holds', 'pins and references of GUP hold')} it`;
  return isFree(s, row)
    ? `${pageInFolio(s, row)} is in the pool, and ${by}`
    : `${pageInFolio(s, row)} is not in the pool, and nobody uses it`;
};

export const pool: Always<MmView> = {
  kind: 'always',
  name: 'I-POOL',
  says: 'A page of a PCI BAR is in the pool of its driver if and only if nobody maps it and GUP holds it for nobody. The pgmap has a reference for each page that is not in the pool, and no other, for which the end of the device would wait.',
  cites:
    'v7.1 drivers/pci/p2pdma.c p2pmem_alloc_mmap(), p2pdma_folio_free(), mm/memremap.c free_zone_device_folio(), memunmap_pages() ' +
    '(wait_for_completion(&pgmap->done))',
  subject: (s) => (s.pgmapRef.rows > 0 && (s.pgmapRef.at(0) > 0 || taken(s) > 0)) || !isRight(s),
  holds: isRight,
  explain,
};
