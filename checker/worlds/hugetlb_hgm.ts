/** The worlds of mappings of high granularity: what a series that allows them must not break. */
import type { HugetlbGeometry } from '../../model/state/hugetlb/geometry.ts';
import { AGAIN, APIS, hugepage, ONE, page, pages, PRIVATE, SHARED } from './hugetlb_places.ts';
import { hugetlbScope, type HugetlbWorldEntry } from './hugetlb_scope.ts';
import { sized } from './scope.ts';

/** One process and one hugepage. */
const one: Partial<HugetlbGeometry> = {
  mms: 1,
  puds: 1,
  vmas: 1,
  folios: 1,
  fileHugepages: 1,
  pmdTables: 1,
  pteTables: 2,
};
/** The same, mapped twice. */
const twice: Partial<HugetlbGeometry> = { ...one, puds: 2, vmas: 2, pmdTables: 2, pteTables: 4 };

/** A hugepage in the page cache, mapped, registered, and split. */
const begun = {
  mappings: [ONE],
  fallocates: [{ file: 0, index: 0 }],
  uffdApis: APIS,
  registers: [hugepage(0)],
  registerFor: [['minor']],
  splits: [hugepage(0)],
} as const;
const CONTINUES = [page(0), page(1), pages(2, 4), hugepage(0)];

const continues = { ...begun, continues: CONTINUES, reads: [0], writes: [1, 3] };

const halves = {
  ...begun,
  mappings: [SHARED],
  fallocates: [
    { file: 0, index: 0 },
    { file: 0, index: 1 },
  ],
  registers: [pages(0, 8)],
  splits: [pages(0, 8)],
  continues: [page(0), page(4)],
  munmaps: [hugepage(1)],
  reads: [0],
};

const protects = {
  ...begun,
  registerFor: [
    ['minor', 'wp'],
    ['missing', 'minor'],
  ],
  continues: [page(0), page(1), pages(2, 4)],
  writeprotects: [hugepage(0)],
  mprotects: [hugepage(0)],
  prots: ['R', 'RW'],
  writes: [0, 1],
} as const;

/** The child stays registered, so that it gets what is protected. */
const FORK_APIS = APIS.map((features) => [...features, 'EVENT_FORK'] as const);

const forks = {
  ...begun,
  uffdApis: [...APIS, ...FORK_APIS],
  registerFor: [['minor', 'wp']],
  continues: [page(0), pages(2, 4)],
  writeprotects: [hugepage(0)],
  fork: true,
} as const;

const moves = {
  ...begun,
  registerFor: [['minor', 'wp']],
  continues: [page(0), pages(2, 4)],
  writeprotects: [hugepage(0)],
  mremaps: [
    { from: 0, to: 4, pages: 4 },
    { from: 4, to: 0, pages: 4 },
  ],
  reads: [0],
  writes: [4],
} as const;

const collapses = {
  ...begun,
  registerFor: [['minor'], ['minor', 'wp']],
  continues: [page(0), page(1), pages(2, 4)],
  writeprotects: [hugepage(0)],
  collapses: [hugepage(0), pages(0, 2)],
  writes: [0],
  reads: [3],
} as const;

const cuts = {
  ...begun,
  continues: [page(0), page(1), pages(2, 4)],
  truncates: [{ file: 0, to: 0 }],
  punches: [{ file: 0, from: 0, to: 1 }],
  dontneeds: [hugepage(0)],
  collapses: [hugepage(0)],
};

const migrates = {
  ...begun,
  mappings: [ONE, AGAIN],
  continues: [page(0), pages(2, 4)],
  collapses: [hugepage(0)],
  reads: [5],
  migrations: [0],
};

/** A hugepage that moves while its protection comes, goes, and is forgotten. */
const protectsMoving = {
  ...begun,
  registerFor: [['minor', 'wp']],
  unregisters: [hugepage(0)],
  continues: [pages(0, 2), pages(2, 4), hugepage(0)],
  writeprotects: [hugepage(0)],
  migrations: [0],
  writes: [0],
} as const;

/** Memory breaks, page by page, of a hugepage that is mapped, or will be: as a whole, in parts, or as a private copy. */
const breaks = {
  ...begun,
  mappings: [ONE, AGAIN, { ...PRIVATE, at: 4 }],
  splits: [hugepage(0), hugepage(1)],
  continues: [page(0), hugepage(0)],
  reads: [2, 7],
  writes: [4],
  failures: [1, 3, 5],
  munmaps: [hugepage(0)],
};
const brokenTwice: Partial<HugetlbGeometry> = { ...twice, folios: 2, tlb: 1 };
const breaksInParts = { ...breaks, continues: [page(0), pages(2, 4), hugepage(0)], collapses: [hugepage(0)] };

const pins = {
  ...begun,
  continues: [page(0), page(1), pages(2, 4)],
  pins: [1],
  gups: [pages(0, 3)],
  pageStats: [0, 1, 3],
  collapses: [hugepage(0)],
};

const looks = {
  ...begun,
  continues: [page(0), page(1), pages(2, 4), hugepage(0)],
  smaps: true,
  mincores: [hugepage(0)],
  mbinds: [hugepage(0)],
};

/** A hugepage in all its parts, of which a child gets a copy that userfaultfd protects. */
const overflows = {
  ...begun,
  uffdApis: FORK_APIS,
  registerFor: [['minor', 'wp']],
  continues: [page(0), page(1), page(2), page(3)],
  fork: true,
} as const;

/** Whoever truncates or maps may find no VMA lock; and features that are asked for without those that they need. */
const lockless = {
  ...begun,
  uffdApis: [['WP_HUGETLBFS_SHMEM'], ['MINOR_HUGETLBFS_HGM']],
  continues: [page(1)],
  truncates: [{ file: 0, to: 0 }],
  collapses: [hugepage(0)],
} as const;

/** The first of two hugepages breaks. */
const broken = {
  ...halves,
  munmaps: [],
  reads: [],
  failures: [1],
  collapses: [pages(0, 8)],
  migrations: [0],
};

/** A guest whose memory is the hugepage, and a TLB. */
const remembers = {
  ...begun,
  registerFor: [['minor'], ['minor', 'wp']],
  continues: [page(0), page(1), pages(2, 4)],
  writeprotects: [hugepage(0)],
  collapses: [hugepage(0)],
  reads: [0],
  guestReads: [1],
  guestWrites: [2],
} as const;

export const HGM_WORLDS: readonly HugetlbWorldEntry[] = [
  {
    name: 'hgm-continue',
    says: 'Is a hugepage that is mapped part by part counted, kept and given back as it should be?',
    sizes: sized(
      hugetlbScope(continues, one),
      hugetlbScope({ ...continues, munmaps: [hugepage(0)], dontneeds: [hugepage(0)] }, one, 1),
      hugetlbScope({ ...continues, mappings: [ONE, AGAIN] }, twice, 1),
    ),
  },
  {
    name: 'hgm-split-vma',
    says: 'Does a VMA that is split off know of the small mappings in it?',
    sizes: sized(
      hugetlbScope(halves, { mms: 1 }),
      hugetlbScope({ ...halves, munmaps: [hugepage(0), hugepage(1)] }, { mms: 1 }, 1),
      hugetlbScope({ ...halves, continues: [...CONTINUES, page(4)], collapses: [hugepage(0)] }, { mms: 1 }, 1),
    ),
  },
  {
    name: 'hgm-protect',
    says: 'Is what userfaultfd protects still protected, whatever the size of the entry that says so?',
    sizes: sized(
      hugetlbScope(protects, one),
      hugetlbScope({ ...protects, unregisters: [hugepage(0)], reads: [3] }, one, 1),
      hugetlbScope({ ...protects, collapses: [hugepage(0)], dontneeds: [hugepage(0)], reads: [3] }, one, 1),
    ),
  },
  {
    name: 'hgm-fork',
    says: 'Does a child get the small mappings that it is to get, each counted?',
    sizes: sized(
      hugetlbScope(forks, { ...one, mms: 2, pmdTables: 2, pteTables: 4 }),
      hugetlbScope({ ...forks, reads: [1] }, { ...one, mms: 2, pmdTables: 2, pteTables: 4 }, 1),
      hugetlbScope({ ...forks, mms: [0, 1], writes: [0] }, { ...one, mms: 2, pmdTables: 2, pteTables: 4 }, 1),
    ),
  },
  {
    name: 'hgm-move',
    says: 'Does mremap() move small mappings as they are?',
    sizes: sized(
      hugetlbScope(moves, twice),
      hugetlbScope({ ...moves, registerFor: [['minor'], ['minor', 'wp']] }, twice, 1),
      hugetlbScope({ ...moves, writeprotects: [hugepage(0), hugepage(1)] }, twice, 2),
    ),
  },
  {
    name: 'hgm-collapse',
    says: 'Does MADV_COLLAPSE leave one leaf where there were small ones, and nothing else changed?',
    sizes: sized(
      hugetlbScope(collapses, one),
      hugetlbScope({ ...collapses, failures: [0] }, one, 1),
      hugetlbScope(
        { ...collapses, mappings: [ONE, AGAIN], failures: [0], migrations: [0] },
        { ...twice, folios: 2, migrations: 1 },
        1,
      ),
    ),
  },
  {
    name: 'hgm-truncate',
    says: 'Does nothing map a hugepage any more, or count as mapping it, that has left its file?',
    sizes: sized(
      hugetlbScope(cuts, one),
      hugetlbScope({ ...cuts, reads: [0], mappings: [ONE, AGAIN] }, twice),
      hugetlbScope({ ...cuts, reads: [0, 5], mappings: [ONE, AGAIN] }, twice, 1),
    ),
  },
  {
    name: 'hgm-migration',
    says: 'Is a hugepage that is mapped in parts moved in all of them?',
    sizes: sized(
      hugetlbScope(migrates, { ...twice, folios: 2, migrations: 1 }),
      hugetlbScope({ ...migrates, writes: [0] }, { ...twice, folios: 2, migrations: 1 }, 1),
      hugetlbScope(
        { ...migrates, registerFor: [['minor', 'wp']], writeprotects: [hugepage(0)], writes: [0] },
        { ...twice, folios: 2, migrations: 1 },
        1,
      ),
    ),
  },
  {
    name: 'hgm-protect-moving',
    says: 'Does uffd-wp end where it is taken back, also while the hugepage moves?',
    sizes: sized(
      hugetlbScope(protectsMoving, { ...one, folios: 2, migrations: 1 }),
      hugetlbScope({ ...protectsMoving, reads: [3] }, { ...one, folios: 2, migrations: 1 }, 1),
      hugetlbScope(
        { ...protectsMoving, mappings: [ONE, AGAIN], reads: [5] },
        { ...twice, folios: 2, migrations: 1 },
        1,
      ),
    ),
  },
  {
    name: 'hgm-hwpoison',
    says: 'Is broken memory out of reach, and the rest of its hugepage not, if that is what was asked for?',
    sizes: sized(
      hugetlbScope(breaks, brokenTwice),
      hugetlbScope(breaksInParts, brokenTwice, 1),
      hugetlbScope({ ...breaksInParts, dontneeds: [hugepage(0)], writes: [3, 4] }, brokenTwice, 1),
    ),
  },
  {
    name: 'hgm-gup',
    says: 'Does GUP get the pages that are mapped, each once?',
    sizes: sized(
      hugetlbScope(pins, { ...one, pins: 1 }),
      hugetlbScope({ ...pins, dontneeds: [hugepage(0)] }, { ...one, pins: 1 }),
      hugetlbScope({ ...pins, truncates: [{ file: 0, to: 0 }], pins: [1, 3] }, { ...one, pins: 2 }, 1),
    ),
  },
  {
    name: 'hgm-readers',
    says: 'Do smaps, mincore() and mbind() see one process, where one process maps a hugepage in parts?',
    sizes: sized(
      hugetlbScope(looks, one),
      hugetlbScope({ ...looks, mappings: [ONE, AGAIN], reads: [5] }, twice),
      hugetlbScope({ ...looks, fork: true, registerFor: [['minor', 'wp']] }, { ...twice, mms: 2, pteTables: 6 }),
    ),
  },
  {
    name: 'hgm-guest',
    says: 'Do TLBs and page tables of a guest forget what is not mapped that way any more?',
    sizes: sized(
      hugetlbScope(remembers, { ...one, usage: 0, tlb: 1, guestPages: 4 }),
      hugetlbScope({ ...remembers, truncates: [{ file: 0, to: 0 }] }, { ...one, usage: 0, tlb: 1, guestPages: 4 }),
      hugetlbScope(
        { ...remembers, mprotects: [hugepage(0)], prots: ['R', 'RW'], writes: [1] },
        { ...one, usage: 0, tlb: 1, guestPages: 4 },
        1,
      ),
    ),
  },
  {
    name: 'hgm-overflow',
    says: 'Does a count overflow if a hugepage is mapped in many parts?',
    sizes: sized(
      hugetlbScope(overflows, { ...one, mms: 2, pmdTables: 2, pteTables: 4, countMax: 3 }),
      hugetlbScope(
        { ...overflows, munmaps: [hugepage(0)] },
        { ...one, mms: 2, pmdTables: 2, pteTables: 4, countMax: 5 },
      ),
      hugetlbScope(
        {
          ...overflows,
          mappings: [ONE, AGAIN],
          registers: [hugepage(0), hugepage(1)],
          splits: [hugepage(0), hugepage(1)],
        },
        { ...twice, mms: 2, pmdTables: 4, pteTables: 8, countMax: 6 },
      ),
    ),
  },
  {
    name: 'hgm-lockless',
    says: 'Is a hugepage gone when its file is cut, and put together only when it may be, where a VMA lock cannot be had?',
    sizes: sized(
      hugetlbScope(lockless, one, 1),
      hugetlbScope({ ...lockless, continues: [page(1), pages(2, 4)] }, one, 1),
      hugetlbScope({ ...lockless, continues: [page(1), pages(2, 4)], dontneeds: [hugepage(0)] }, one, 2),
    ),
  },
  {
    name: 'hgm-broken',
    says: 'Do MADV_COLLAPSE and migration leave a hugepage alone that has broken, and take the next one?',
    sizes: sized(
      hugetlbScope(broken, { mms: 1, vmas: 1, folios: 3, migrations: 1 }),
      hugetlbScope({ ...broken, reads: [4] }, { mms: 1, vmas: 1, folios: 3, migrations: 1 }),
      hugetlbScope({ ...broken, reads: [4], writes: [5] }, { mms: 1, vmas: 1, folios: 3, migrations: 1 }, 1),
    ),
  },
];
