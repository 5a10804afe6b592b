/** Worlds of a hugepage or two, about what somebody is told of them, and what becomes of them where something fails. */
import type { HugetlbGeometry } from '../../model/state/hugetlb/geometry.ts';
import { hugepage, ONE, PRIVATE } from './hugetlb_places.ts';
import { hugetlbScope, type HugetlbWorldEntry } from './hugetlb_scope.ts';
import { sized } from './scope.ts';

const one: Partial<HugetlbGeometry> = {
  mms: 1,
  puds: 1,
  vmas: 1,
  folios: 2,
  fileHugepages: 1,
  smaller: [],
  pmdTables: 0,
  pteTables: 0,
};

/** A hugepage that moves, or breaks, and processes that ask about it. */
const asks = {
  mappings: [ONE],
  reads: [0],
  fork: true,
  mms: [0, 1],
  migrations: [0],
  smaps: true,
  mbinds: [hugepage(0)],
  mincores: [hugepage(0)],
} as const;
const moving: Partial<HugetlbGeometry> = { ...one, mms: 2, migrations: 1 };

const breaks = { mappings: [ONE], reads: [0], failures: [0], migrations: [0] };

/** Two private hugepages that nobody was promised, and a pool of one. */
const copies = {
  mappings: [{ ...PRIVATE, pages: 8, noreserve: true }],
  uffdApis: [[]],
  registers: [{ from: 0, to: 8 }],
  registerFor: [['missing']],
  copies: [hugepage(0), hugepage(1)],
  reads: [0],
} as const;
const poolOfOne: Partial<HugetlbGeometry> = { ...one, puds: 2, folios: 1, fileHugepages: 2 };

/** A private mapping of what a file has, and a lock of the VMA that may be taken. */
const cuts = {
  mappings: [PRIVATE],
  fallocates: [{ file: 0, index: 0 }],
  reads: [0],
  writes: [0],
  truncates: [{ file: 0, to: 0 }],
};

export const ONE_HUGEPAGE_WORLDS: readonly HugetlbWorldEntry[] = [
  {
    name: 'hugetlb-readers',
    says: 'What do smaps, mincore() and mbind() say of a hugepage that is being migrated?',
    sizes: sized(
      hugetlbScope(asks, moving),
      hugetlbScope({ ...asks, failures: [0] }, moving),
      hugetlbScope(
        { ...asks, failures: [0], mappings: [ONE, { ...PRIVATE, at: 4 }], writes: [4] },
        {
          ...moving,
          puds: 2,
          vmas: 2,
          folios: 3,
        },
      ),
    ),
  },
  {
    name: 'hugetlb-hwpoison-move',
    says: 'Does a hugepage that is broken stay where it is?',
    sizes: sized(
      hugetlbScope(breaks, { ...one, migrations: 1 }),
      hugetlbScope({ ...breaks, munmaps: [hugepage(0)] }, { ...one, migrations: 1 }),
      hugetlbScope({ ...breaks, munmaps: [hugepage(0)], truncates: [{ file: 0, to: 0 }] }, { ...one, migrations: 1 }),
    ),
  },
  {
    name: 'hugetlb-copy',
    says: 'Does UFFDIO_COPY say why it has not filled a hugepage?',
    sizes: sized(
      hugetlbScope(copies, poolOfOne),
      hugetlbScope({ ...copies, dontneeds: [hugepage(0)] }, poolOfOne),
      hugetlbScope({ ...copies, mappings: [ONE, { ...PRIVATE, at: 4, noreserve: true }] }, { ...poolOfOne, vmas: 2 }),
    ),
  },
  {
    name: 'hugetlb-truncate',
    says: 'Does truncation unmap what private mappings have of the file, though their locks are taken?',
    sizes: sized(
      hugetlbScope(cuts, one, 1),
      hugetlbScope({ ...cuts, punches: [{ file: 0, from: 0, to: 1 }] }, one, 1),
      hugetlbScope({ ...cuts, fork: true }, { ...one, mms: 2, folios: 3 }, 1),
    ),
  },
];
