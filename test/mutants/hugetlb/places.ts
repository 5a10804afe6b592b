/** What worlds of mutants of hugetlb have alike: mappings, machines, and a hugepage that is mapped in parts. */
import type { Mapping } from '../../../model/hugetlb/mmap.ts';

export const ONE: Mapping = { name: 'one hugepage', file: 0, at: 0, pages: 4, pgoff: 0, shared: true };
export const PRIVATE: Mapping = { ...ONE, name: 'private', shared: false };
export const BOTH: Mapping = { ...ONE, name: 'two hugepages', pages: 8 };
export const HUGEPAGE = { from: 0, to: 4 };
export const PAGE1 = { from: 1, to: 2 };

export const small = { puds: 1, vmas: 1, folios: 1, fileHugepages: 1, pmdTables: 1, pteTables: 2 } as const;
export const plain = { on: 'v7.3', geometry: { ...small, smaller: [], pmdTables: 0, pteTables: 0 } } as const;
export const parts = { on: 'hgm', geometry: small } as const;
/** A hugepage that is mapped in parts. */
export const continues = {
  mappings: [ONE],
  fallocates: [{ file: 0, index: 0 }],
  uffdApis: [[]],
  registers: [HUGEPAGE],
  registerFor: [['minor']],
  splits: [HUGEPAGE],
  continues: [PAGE1],
} as const;

/** Hugepages of 2M in PMD tables that two mappings can share. */
export const of2M = {
  hugepage: 2,
  smaller: [],
  fileHugepages: 2,
  pmdTables: 3,
  pteTables: 2,
  usage: 0,
  mms: 2,
} as const;
export const WHOLE: Mapping = { name: 'a PUD', file: 0, at: 0, pages: 4, pgoff: 0, shared: true };
export const BEHIND: Mapping = { ...WHOLE, name: 'the same behind it', at: 4 };
