/**
 * How "fs/dax: Fix FS DAX page reference counts" (Alistair Popple, 2024-06-27 to 2025-02-28, merged for v6.15) counted
 * a PUD mapping of a folio on its way.
 */
import type { Patch } from '../mm/kernel.ts';
import type { Level } from '../mm/rmap.ts';
import { asItIs, type Toggle } from './toggles.ts';

/** The same functions, with another idea of what a PUD mapping is counted in. */
const counted = (level: Level): Patch => ({
  folio_add_file_rmap_pud: (base) => (s, page, mm) => base(s, page, mm, level),
  folio_remove_rmap_pud: (base) => (s, page, mm) => base(s, page, mm, level),
});

export const PUD_RMAP: Toggle = {
  name: 'pud-rmap',
  says: 'what the first PUD mapping of a folio, and the last, is counted in (T1, T2)',
  cites: 'v1 07/13, code; David Hildenbrand on v3, 2024-12-14, and on v4, 2024-12-17',
  values: [
    asItIs('pages-mapped', 'NR_FILE_MAPPED, as PMD mappings are; not NR_FILE_PMDMAPPED'),
    {
      value: 'pmd-mapped',
      says: 'NR_FILE_PMDMAPPED too: the PUD level falls into the code of the PMD level (v1 to v3)',
      patch: counted({ name: 'PUD', pmdMapped: true, pagesMapped: true }),
    },
    {
      value: 'mapcounts-only',
      says: 'no statistic and not _nr_pages_mapped: a case of its own that only moves the mapcounts (v4)',
      patch: counted({ name: 'PUD', pmdMapped: false, pagesMapped: false }),
    },
  ],
};
