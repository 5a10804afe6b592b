/** Mutants that show where an allocation fails. */
import type { HugetlbMutant } from './mutant.ts';

export const OF_FAILURES: readonly HugetlbMutant[] = [
  {
    property: 'H22-FAILED',
    says: 'mremap() that fails takes reservations from the mapping that stays',
    on: 'v7.3',
    geometry: { hugepage: 2, smaller: [], fileHugepages: 2, pmdTables: 2, pteTables: 0, usage: 0 },
    set: { 'hugetlb-mremap-fixup': 'source' },
    alphabet: {
      mappings: [{ name: 'private', file: 0, at: 0, pages: 4, pgoff: 0, shared: false }],
      writes: [0],
      mremaps: [{ from: 0, to: 4, pages: 4 }],
    },
    failuresMax: 1,
    length: 3,
  },
];
