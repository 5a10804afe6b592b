/** The worlds of hugetlb as releases have it: hugepages of 1G or 2M, or of contiguous entries, each mapped as a whole. */
import type { Mapping } from '../../model/hugetlb/mmap.ts';
import type { HugetlbGeometry } from '../../model/state/hugetlb/geometry.ts';
import { BEHIND, hugepage, of2M, one, PRIVATE, pages, SHARED, WHOLE } from './hugetlb_places.ts';
import { hugetlbScope, type HugetlbWorldEntry } from './hugetlb_scope.ts';
import { sized } from './scope.ts';

const READABLE: Mapping = { name: 'readable', file: 0, at: 0, pages: 4, pgoff: 0, shared: true, prot: 'R' };
const NORESERVE: Mapping = {
  name: 'MAP_NORESERVE',
  file: 0,
  at: 4,
  pages: 4,
  pgoff: 0,
  shared: false,
  noreserve: true,
};

const shared = {
  mappings: [SHARED],
  reads: [0, 5],
  writes: [1],
  munmaps: [hugepage(1)],
  mprotects: [hugepage(0)],
  prots: ['R', 'RW'],
  dontneeds: [hugepage(0)],
  truncates: [{ file: 0, to: 1 }],
  punches: [{ file: 0, from: 0, to: 1 }],
  smaps: true,
  mincores: [hugepage(0)],
  fork: true,
} as const;

/** What a child gets. */
const copied = { mappings: [{ ...PRIVATE, pages: 8 }], writes: [4], fork: true };
const copies = {
  mappings: [PRIVATE, NORESERVE],
  reads: [0],
  writes: [0, 4],
  munmaps: [hugepage(0)],
  fallocates: [{ file: 0, index: 0 }],
  mms: [0, 1],
  fork: true,
};

const shares = {
  mappings: [WHOLE, BEHIND],
  reads: [0, 6],
  munmaps: [pages(0, 2), pages(4, 8)],
  mms: [0, 1],
  fork: true,
};
/** The same with somebody who looks whether others have what this process has. */
const looksAtShared = { ...shares, smaps: true, mbinds: [pages(0, 4)] };
const unshares = {
  ...shares,
  mappings: [WHOLE, BEHIND],
  munmaps: [],
  mprotects: [pages(0, 4)],
  prots: ['R', 'RW'],
  migrations: [0],
} as const;
/** A half of a table that is shared is split off, since it is registered. */
const splitsTables = {
  mappings: [WHOLE, BEHIND],
  reads: [0, 4],
  uffdApis: [['WP_HUGETLBFS_SHMEM']],
  registers: [pages(0, 2)],
  registerFor: [['missing'], ['wp']],
  writeprotects: [pages(0, 2)],
} as const;
/** Two tables of one mapping that a parent and its child share, and that a registration is to give up. */
const givesUpTables = {
  mappings: [{ ...WHOLE, name: 'two PUDs', pages: 8 }],
  reads: [0, 4],
  uffdApis: [[]],
  registers: [pages(0, 8)],
  registerFor: [['minor']],
  mms: [0, 1],
  fork: true,
} as const;
/** A table that two processes share, which of them counts what. */
const countsTables = { mappings: [WHOLE], reads: [0], munmaps: [pages(0, 4)], mms: [0, 1], fork: true };

const filled = {
  mappings: [
    { ...SHARED, pages: 4 },
    { ...PRIVATE, at: 4 },
  ],
  uffdApis: [['WP_HUGETLBFS_SHMEM'], ['WP_HUGETLBFS_SHMEM', 'EVENT_FORK']],
  registers: [hugepage(0), hugepage(1)],
  registerFor: [['missing'], ['minor'], ['missing', 'wp']],
  unregisters: [hugepage(0)],
  fallocates: [{ file: 0, index: 0 }],
  continues: [hugepage(0)],
  copies: [hugepage(0)],
  poisons: [hugepage(0)],
  writeprotects: [hugepage(0)],
  reads: [0],
  writes: [0, 4],
} as const;

/** A page that moves, of a file or of one process, and a child that comes meanwhile. */
const moved = {
  mappings: [{ ...PRIVATE, at: 4 }],
  writes: [4],
  migrations: [4],
  munmaps: [hugepage(1)],
  fork: true,
};
const movedOfFile = {
  ...moved,
  mappings: [
    { ...SHARED, pages: 4 },
    { ...PRIVATE, at: 4 },
  ],
  reads: [0],
  writes: [0, 4],
  migrations: [0, 4],
  pins: [0],
};

const broken = { ...movedOfFile, migrations: [], pins: [], failures: [0, 4], munmaps: [hugepage(0)], mms: [0, 1] };

/** Tables are for kernels that lose base pages alone, and split what maps the rest. */
const withTables: Partial<HugetlbGeometry> = { ...one, pmdTables: 4, pteTables: 4, fileHugepages: 1, folios: 3 };

/** The same where two mappings of a process have one PMD table. */
const brokenShared = { mappings: [WHOLE, BEHIND], reads: [0, 6], munmaps: [pages(0, 2)], failures: [1, 7] };
const sharedByTwo: Partial<HugetlbGeometry> = { ...of2M, mms: 1, pmdTables: 2, pteTables: 4 };

const ofTwoTables: Partial<HugetlbGeometry> = { ...of2M, vmas: 1, fileHugepages: 4, folios: 4 };

/** Contiguous entries of arm64: 64K in PTEs, 32M in PMDs, at two entries each. */
const OF_PTES: Partial<HugetlbGeometry> = {
  mms: 1,
  puds: 1,
  ptrsPerPmd: 2,
  ptrsPerPte: 4,
  contPtes: 2,
  hugepage: 2,
  smaller: [],
  vmas: 2,
  pmdTables: 1,
  pteTables: 2,
  fileHugepages: 2,
};
const OF_PMDS: Partial<HugetlbGeometry> = {
  mms: 1,
  puds: 1,
  ptrsPerPmd: 4,
  ptrsPerPte: 2,
  contPmds: 2,
  hugepage: 4,
  smaller: [],
  vmas: 2,
  pmdTables: 1,
  pteTables: 0,
  fileHugepages: 2,
};
const contiguous = (size: number) =>
  ({
    mappings: [{ name: 'shared', file: 0, at: 0, pages: 2 * size, pgoff: 0, shared: true }],
    reads: [0, size],
    writes: [1],
    munmaps: [pages(size, 2 * size)],
    mprotects: [pages(0, size)],
    prots: ['R', 'RW'],
    migrations: [0],
  }) as const;

/** TLBs of two processes that share a PMD table, and a guest of one. */
const remembers = {
  ...unshares,
  migrations: [6],
  reads: [0, 6],
  guestWrites: [0, 2],
  munmaps: [pages(0, 2)],
  dontneeds: [pages(0, 2)],
};

export const MAINLINE_HUGETLB_WORLDS: readonly HugetlbWorldEntry[] = [
  {
    name: 'hugetlb-shared',
    says: 'Are hugepages of a file counted, kept and given back as they should be, and what was promised of them?',
    sizes: sized(
      hugetlbScope(shared, one),
      hugetlbScope({ ...shared, mms: [0, 1] }, { ...one, folios: 3 }, 1),
      hugetlbScope({ ...shared, mbinds: [hugepage(0)] }, { ...one, folios: 3 }, 2),
    ),
  },
  {
    name: 'hugetlb-private',
    says: 'Does each process have its own copy of what it has written, and the parent what it was promised?',
    sizes: sized(
      hugetlbScope(copies, one),
      hugetlbScope({ ...copies, truncates: [{ file: 0, to: 0 }] }, { ...one, folios: 4 }, 1),
      hugetlbScope({ ...copies, truncates: [{ file: 0, to: 0 }], dontneeds: [hugepage(0)] }, { ...one, folios: 4 }, 1),
    ),
  },
  {
    name: 'hugetlb-private-fork',
    says: 'Does a child get what its parent has written?',
    sizes: sized(
      hugetlbScope(copied, one, 1),
      hugetlbScope({ ...copied, writes: [0, 4] }, one, 1),
      hugetlbScope({ ...copied, writes: [0, 4], mms: [0, 1], munmaps: [hugepage(0)] }, one, 1),
    ),
  },
  {
    name: 'hugetlb-pmd-share',
    says: 'Is a PMD table that several mappings share counted, left to those that still have it, and seen by who asks?',
    sizes: sized(
      hugetlbScope(looksAtShared, of2M),
      hugetlbScope({ ...looksAtShared, mappings: [WHOLE, BEHIND, READABLE], writes: [0] }, of2M, 1),
      hugetlbScope(
        { ...looksAtShared, reads: [0, 4, 6], truncates: [{ file: 0, to: 1 }] },
        { ...of2M, mms: 3, pmdTables: 6 },
        1,
      ),
    ),
  },
  {
    name: 'hugetlb-pmd-unshare',
    says: 'Does whoever changes, moves or unmaps a hugepage change it in all mappings, or in its own alone?',
    sizes: sized(
      hugetlbScope(
        { ...unshares, mms: [0], reads: [6], munmaps: [pages(4, 6)] },
        { ...of2M, migrations: 1, folios: 3 },
      ),
      hugetlbScope({ ...unshares, writes: [0, 6] }, { ...of2M, migrations: 1, folios: 3 }, 1),
      hugetlbScope(
        { ...unshares, registers: [pages(0, 4)], registerFor: [['wp']], uffdApis: [['WP_HUGETLBFS_SHMEM']] },
        { ...of2M, migrations: 1, folios: 3 },
        1,
      ),
    ),
  },
  {
    name: 'hugetlb-pmd-split',
    says: 'Is a PMD table that is shared given up by a mapping that is split in the middle of it?',
    sizes: sized(
      hugetlbScope(splitsTables, { ...of2M, mms: 1, vmas: 3 }),
      hugetlbScope({ ...splitsTables, munmaps: [pages(0, 2), pages(4, 8)] }, { ...of2M, mms: 1, vmas: 3 }, 1),
      hugetlbScope({ ...splitsTables, munmaps: [pages(0, 2), pages(4, 8)], fork: true }, { ...of2M, vmas: 3 }, 1),
    ),
  },
  {
    name: 'hugetlb-pmd-register',
    says: 'Does a registration give up every PMD table of its range that is shared?',
    sizes: sized(
      hugetlbScope(givesUpTables, ofTwoTables),
      hugetlbScope({ ...givesUpTables, munmaps: [pages(0, 4)] }, { ...ofTwoTables, vmas: 2 }, 1),
      hugetlbScope(
        { ...givesUpTables, registers: [pages(0, 8), pages(0, 4)], munmaps: [pages(0, 4)], reads: [0, 4, 6] },
        { ...ofTwoTables, vmas: 2 },
        1,
      ),
    ),
  },
  {
    name: 'hugetlb-pmd-usage',
    says: 'Does each process count what it uses of hugetlb, where they share a PMD table?',
    sizes: sized(
      hugetlbScope(countsTables, { ...of2M, usage: 1, vmas: 1 }),
      hugetlbScope({ ...countsTables, reads: [0, 2] }, { ...of2M, usage: 1, vmas: 1 }),
      hugetlbScope({ ...countsTables, reads: [0, 2], mappings: [WHOLE, BEHIND] }, { ...of2M, usage: 1 }),
    ),
  },
  {
    name: 'hugetlb-guest',
    says: 'Do TLBs and page tables of a guest forget what is unmapped, also where a PMD table is shared?',
    sizes: sized(
      hugetlbScope({ ...remembers, mms: [0] }, { ...of2M, tlb: 1, guestPages: 4, migrations: 1, folios: 3 }),
      hugetlbScope(remembers, { ...of2M, tlb: 1, guestPages: 4, migrations: 1, folios: 3 }),
      hugetlbScope(
        { ...remembers, truncates: [{ file: 0, to: 1 }] },
        { ...of2M, tlb: 1, guestPages: 4, migrations: 1, folios: 3 },
      ),
    ),
  },
  {
    name: 'hugetlb-uffd',
    says: 'Is user space told of what is missing or protected, and only of that?',
    sizes: sized(
      hugetlbScope(filled, { ...one, mms: 1, fileHugepages: 1 }),
      hugetlbScope({ ...filled, dontneeds: [hugepage(0)] }, { ...one, mms: 1, fileHugepages: 1 }),
      hugetlbScope({ ...filled, dontneeds: [hugepage(0)], fork: true }, { ...one, fileHugepages: 1 }, 1),
    ),
  },
  {
    name: 'hugetlb-migration',
    says: 'Is a hugepage that moves mapped afterwards as it was before, by everybody?',
    sizes: sized(
      hugetlbScope(moved, { ...one, migrations: 1, folios: 3, fileHugepages: 1 }),
      hugetlbScope(movedOfFile, { ...one, migrations: 1, pins: 1, folios: 3, fileHugepages: 1 }),
      hugetlbScope({ ...movedOfFile, mms: [0, 1] }, { ...one, migrations: 1, pins: 1, folios: 4, fileHugepages: 1 }, 1),
    ),
  },
  {
    name: 'hugetlb-hwpoison',
    says: 'Does nobody reach a hugepage that is broken, and everybody what is not?',
    sizes: sized(
      hugetlbScope(broken, withTables),
      hugetlbScope({ ...broken, dontneeds: [hugepage(0)] }, withTables),
      hugetlbScope({ ...broken, truncates: [{ file: 0, to: 0 }] }, withTables, 1),
    ),
  },
  {
    name: 'hugetlb-hwpoison-shared',
    says: 'Is a hugepage that is broken out of reach, also where a PMD table is shared that has it?',
    sizes: sized(
      hugetlbScope(brokenShared, sharedByTwo),
      hugetlbScope({ ...brokenShared, mprotects: [pages(0, 4)], prots: ['R', 'RW'] }, sharedByTwo, 1),
      hugetlbScope(
        { ...brokenShared, mprotects: [pages(0, 4)], prots: ['R', 'RW'], fork: true },
        { ...sharedByTwo, mms: 2, pmdTables: 4, pteTables: 8 },
      ),
    ),
  },
  {
    name: 'hugetlb-contiguous-ptes',
    says: 'Is a hugepage of contiguous PTEs (arm64, 64K) mapped, changed and unmapped as one?',
    sizes: sized(
      hugetlbScope(contiguous(2), { ...OF_PTES, migrations: 1, folios: 3 }),
      hugetlbScope({ ...contiguous(2), dontneeds: [pages(0, 2)] }, { ...OF_PTES, migrations: 1, folios: 3 }, 1),
      hugetlbScope({ ...contiguous(2), failures: [0] }, { ...OF_PTES, migrations: 1, folios: 3 }, 1),
    ),
  },
  {
    name: 'hugetlb-contiguous-pmds',
    says: 'The same of contiguous PMDs (arm64, 32M).',
    sizes: sized(
      hugetlbScope(contiguous(4), { ...OF_PMDS, migrations: 1, folios: 3 }),
      hugetlbScope({ ...contiguous(4), dontneeds: [pages(0, 4)] }, { ...OF_PMDS, migrations: 1, folios: 3 }, 1),
      hugetlbScope({ ...contiguous(4), failures: [0] }, { ...OF_PMDS, migrations: 1, folios: 3 }, 1),
    ),
  },
];
