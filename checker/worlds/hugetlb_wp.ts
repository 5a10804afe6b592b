/** The worlds of uffd-wp on hugepages as releases have it: what is protected, by whom, and until when. */
import type { HugetlbGeometry } from '../../model/state/hugetlb/geometry.ts';
import { AGAIN, hugepage, ONE, pages, PRIVATE } from './hugetlb_places.ts';
import { hugetlbScope, type HugetlbWorldEntry } from './hugetlb_scope.ts';
import { sized } from './scope.ts';

/** Hugepages of 1G, of one process. */
const one: Partial<HugetlbGeometry> = {
  mms: 1,
  puds: 1,
  vmas: 1,
  folios: 1,
  fileHugepages: 1,
  smaller: [],
  pmdTables: 0,
  pteTables: 0,
};
/** The same, mapped twice. */
const twice: Partial<HugetlbGeometry> = { ...one, puds: 2, vmas: 2 };
/** Hugepages of 2M, and one PMD table. */
const of2M: Partial<HugetlbGeometry> = { ...one, hugepage: 2, folios: 2, fileHugepages: 2, pmdTables: 1 };

const protectable = { uffdApis: [['WP_HUGETLBFS_SHMEM']], registerFor: [['wp']] } as const;

const alike = {
  ...protectable,
  mappings: [ONE, AGAIN],
  registers: [pages(0, 8)],
  writeprotects: [hugepage(0), pages(0, 8)],
  mprotects: [hugepage(0)],
  prots: ['R', 'RW'],
  writes: [0],
} as const;

const empty = {
  ...protectable,
  mappings: [ONE],
  registers: [pages(0, 4)],
  writeprotects: [pages(0, 4)],
  reads: [0],
  writes: [2],
};

const moving = {
  ...protectable,
  mappings: [ONE],
  registers: [hugepage(0)],
  unregisters: [hugepage(0)],
  writeprotects: [hugepage(0)],
  reads: [0],
  writes: [0],
  migrations: [0],
};

const again = {
  ...protectable,
  mappings: [ONE],
  registers: [hugepage(0)],
  registerFor: [['wp'], ['minor']],
  writeprotects: [hugepage(0)],
  reads: [0],
  writes: [0],
  dontneeds: [hugepage(0)],
} as const;

/** A private hugepage that nobody was promised, and a child that writes to it as well. */
const inherited = {
  ...protectable,
  mappings: [{ ...PRIVATE, noreserve: true }],
  registers: [hugepage(0)],
  writeprotects: [hugepage(0)],
  writes: [0],
  dontneeds: [hugepage(0)],
  mms: [0, 1],
  fork: true,
} as const;
const parentAndChild: Partial<HugetlbGeometry> = { ...one, mms: 2, folios: 2 };

/** One that is pinned, so that a child gets a copy at once, and a userfaultfd of its own. */
const pinned = {
  ...inherited,
  uffdApis: [['WP_HUGETLBFS_SHMEM', 'EVENT_FORK']],
  dontneeds: [],
  pins: [0],
  mms: [0],
} as const;

export const HUGETLB_WP_WORLDS: readonly HugetlbWorldEntry[] = [
  {
    name: 'hugetlb-wp',
    says: 'Is what userfaultfd protects still protected when its rights change, in one of two mappings or in both?',
    sizes: sized(
      hugetlbScope(alike, twice),
      hugetlbScope({ ...alike, reads: [4], unregisters: [hugepage(0)] }, twice),
      hugetlbScope({ ...alike, reads: [4], unregisters: [hugepage(0)], munmaps: [hugepage(1)] }, twice, 1),
    ),
  },
  {
    name: 'hugetlb-wp-tables',
    says: 'Is what has no page table protected as well, or does userfaultfd hear that it is not?',
    sizes: sized(
      hugetlbScope(empty, of2M, 1),
      hugetlbScope({ ...empty, dontneeds: [pages(0, 4)] }, of2M, 1),
      hugetlbScope({ ...empty, dontneeds: [pages(0, 4)], unregisters: [pages(0, 4)] }, of2M, 1),
    ),
  },
  {
    name: 'hugetlb-wp-migration',
    says: 'Does protection come, and end, also while a hugepage moves?',
    sizes: sized(
      hugetlbScope(moving, { ...one, folios: 2, migrations: 1 }),
      hugetlbScope({ ...moving, dontneeds: [hugepage(0)] }, { ...one, folios: 2, migrations: 1 }),
      hugetlbScope(
        { ...moving, dontneeds: [hugepage(0)], mprotects: [hugepage(0)], prots: ['R', 'RW'] },
        { ...one, folios: 2, migrations: 1 },
      ),
    ),
  },
  {
    name: 'hugetlb-wp-again',
    says: 'What becomes of protected hugepages that are registered again, for something else?',
    sizes: sized(
      hugetlbScope(again, one),
      hugetlbScope({ ...again, mappings: [ONE, { ...PRIVATE, at: 4 }], writes: [0, 4] }, { ...twice, folios: 2 }),
      hugetlbScope({ ...again, registerFor: [['wp'], ['minor'], ['missing']], unregisters: [hugepage(0)] }, one),
    ),
  },
  {
    name: 'hugetlb-wp-fork',
    says: 'Is a child protected where it is registered, and nowhere else?',
    sizes: sized(
      hugetlbScope(inherited, parentAndChild),
      hugetlbScope({ ...inherited, migrations: [0] }, { ...parentAndChild, folios: 3, migrations: 1 }),
      hugetlbScope(
        { ...inherited, migrations: [0], dontneeds: [hugepage(0)] },
        { ...parentAndChild, folios: 3, migrations: 1 },
      ),
    ),
  },
  {
    name: 'hugetlb-wp-pinned',
    says: 'Is the copy that a child gets of a pinned hugepage protected as that was?',
    sizes: sized(
      hugetlbScope(pinned, { ...parentAndChild, pins: 1 }),
      hugetlbScope({ ...pinned, mms: [0, 1] }, { ...parentAndChild, pins: 1 }),
      hugetlbScope({ ...pinned, mms: [0, 1], dontneeds: [hugepage(0)] }, { ...parentAndChild, folios: 3, pins: 1 }),
    ),
  },
];
