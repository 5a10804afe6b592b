/**
 * Where kernel and model of hugetlb are compared: hugepages of 2M, and a pool of as many as the model has, so that it runs
 * out where that does.
 */
import type { Mapping } from '../../../model/hugetlb/mmap.ts';
import {
  type HugetlbAlphabet,
  NO_HUGETLB_OPERATIONS,
  type PageRange,
} from '../../../model/hugetlb/operations/alphabet.ts';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import type { ConformScope } from '../scope.ts';
import type { HugetlbSetting } from './stage.ts';

export interface HugetlbScope extends HugetlbSetting, Pick<ConformScope, 'says' | 'machines' | 'needs'> {
  readonly subject: 'hugetlb';
}

/** Two PUDs of three hugepages of 2M: no mapping of two covers one, so that no PMD table is shared. */
const OF_2M: HugetlbGeometry = {
  ...SMALL_HUGETLB,
  puds: 2,
  ptrsPerPmd: 3,
  ptrsPerPte: 2,
  hugepage: 2,
  smaller: [],
  vmas: 6,
  pmdTables: 8,
  pteTables: 0,
  folios: 3,
};
/** PUDs of 1 GiB, two hugepages of which are ever touched: they can share PMD tables. */
const OF_PUDS: HugetlbGeometry = { ...OF_2M, ptrsPerPmd: 2 };

/** The pool of the kernel, where nothing else takes hugepages of it. */
const NR_HUGEPAGES = '/proc/sys/vm/nr_hugepages';

const scope = (
  { name, says, scale = 'PMD' }: { readonly name: string; readonly says: string; readonly scale?: 'PMD' | 'PUD' },
  alphabet: Partial<HugetlbAlphabet>,
  geometry: HugetlbGeometry,
): HugetlbScope => ({
  subject: 'hugetlb',
  name,
  says,
  geometry,
  alphabet: { ...NO_HUGETLB_OPERATIONS, ...alphabet },
  scale,
  machines: ['live', 'plain'],
  needs: [],
  knobs: [{ path: NR_HUGEPAGES, value: `${geometry.folios}` }],
});

const hugepages = (from: number, to: number): PageRange => ({ from: 2 * from, to: 2 * to });
const mapping = (
  name: string,
  [at, pages, pgoff]: readonly [number, number, number],
  how: Pick<Mapping, 'shared' | 'prot' | 'noreserve'>,
): Mapping => ({ name, file: 0, at, pages, pgoff, ...how });

const TWO = mapping('two hugepages', [0, 4, 0], { shared: true });
const AGAIN = mapping('the same at 6', [6, 4, 0], { shared: true });
const READABLE = mapping('read-only at 6', [6, 4, 0], { shared: true, prot: 'R' });
const UNPROMISED = mapping('MAP_NORESERVE at 6', [6, 4, 0], { shared: true, noreserve: true });
const PRIVATE = mapping('private', [0, 4, 0], { shared: false });
const OTHER = mapping('private at 6', [6, 4, 0], { shared: false });
const OWN_RISK = mapping('private, MAP_NORESERVE at 6', [6, 4, 0], { shared: false, noreserve: true });

const MOVES = [
  { from: 0, to: 6, pages: 4 },
  { from: 6, to: 0, pages: 4 },
  { from: 2, to: 8, pages: 2 },
];

/** All of a PUD, where nobody is promised the 512 hugepages of it. */
const WHOLE = mapping('a PUD', [0, 4, 0], { shared: true, noreserve: true });
const BEHIND = mapping('the same behind it', [4, 4, 0], { shared: true, noreserve: true });
const HALF = mapping('half of it', [4, 2, 0], { shared: true, noreserve: true });

const TWO_GIB = mapping('2 GiB', [0, 8, 0], { shared: true });
const ONE_GIB = mapping('1 GiB, private', [0, 4, 0], { shared: false });

export const HUGETLB_SCOPES: readonly HugetlbScope[] = [
  scope(
    { name: 'hugetlb-shared', says: 'hugepages of 2M of a file, mapped shared, twice, and promised or not' },
    {
      mappings: [TWO, AGAIN, READABLE, UNPROMISED],
      mms: [0, 1],
      reads: [0, 3, 6],
      writes: [1, 8],
      munmaps: [hugepages(0, 1), hugepages(1, 2), hugepages(3, 5), { from: 1, to: 2 }],
      mprotects: [hugepages(0, 1), hugepages(0, 2)],
      prots: ['R', 'RW'],
      dontneeds: [hugepages(0, 1)],
      truncates: [
        { file: 0, to: 1 },
        { file: 0, to: 0 },
      ],
      punches: [{ file: 0, from: 0, to: 1 }],
      fallocates: [
        { file: 0, index: 0 },
        { file: 0, index: 1 },
      ],
      fork: true,
    },
    OF_2M,
  ),
  scope(
    {
      name: 'hugetlb-private',
      says: 'hugepages of 2M of a file, mapped private: copies, and what becomes of promises',
    },
    {
      mappings: [PRIVATE, OTHER, OWN_RISK],
      mms: [0, 1],
      reads: [0, 6],
      writes: [1, 2, 7],
      munmaps: [hugepages(0, 1), hugepages(1, 2), hugepages(3, 5)],
      mprotects: [hugepages(0, 1)],
      prots: ['R', 'RW'],
      dontneeds: [hugepages(0, 1)],
      fallocates: [{ file: 0, index: 0 }],
      truncates: [{ file: 0, to: 0 }],
      fork: true,
    },
    { ...OF_2M, folios: 4 },
  ),
  scope(
    { name: 'hugetlb-pmd-share', says: 'a PMD table that mappings of the same hugepages share', scale: 'PUD' },
    {
      mappings: [WHOLE, BEHIND, HALF],
      mms: [0, 1],
      reads: [0, 2, 4, 6],
      writes: [1, 5],
      munmaps: [hugepages(0, 1), hugepages(2, 4), hugepages(0, 2)],
      mprotects: [hugepages(0, 1), hugepages(0, 2)],
      prots: ['R', 'RW'],
      dontneeds: [hugepages(0, 1)],
      uffdApis: [['WP_HUGETLBFS_SHMEM']],
      registers: [hugepages(0, 2)],
      registerFor: [['wp'], ['missing']],
      fallocates: [{ file: 0, index: 0 }],
      truncates: [{ file: 0, to: 1 }],
      fork: true,
    },
    OF_PUDS,
  ),
  scope(
    { name: 'hugetlb-uffd', says: 'userfaultfd: missing, minor and write protection of hugepages of 2M' },
    {
      mappings: [TWO, OTHER],
      mms: [0, 1],
      reads: [0, 6],
      writes: [1, 2, 7],
      munmaps: [hugepages(0, 1)],
      dontneeds: [hugepages(0, 1), hugepages(3, 4)],
      uffdApis: [['WP_HUGETLBFS_SHMEM'], []],
      registers: [hugepages(0, 1), hugepages(0, 2), hugepages(3, 4), { from: 1, to: 2 }],
      registerFor: [['missing'], ['minor'], ['wp'], ['missing', 'wp'], ['minor', 'wp']],
      unregisters: [hugepages(0, 1), hugepages(3, 4)],
      fallocates: [
        { file: 0, index: 0 },
        { file: 0, index: 1 },
      ],
      continues: [hugepages(0, 1), hugepages(0, 2), { from: 0, to: 1 }],
      copies: [hugepages(0, 1), hugepages(0, 2), hugepages(3, 4)],
      poisons: [hugepages(0, 1), hugepages(3, 4)],
      writeprotects: [hugepages(0, 1), hugepages(3, 4)],
      fork: true,
    },
    { ...OF_2M, folios: 5 },
  ),
  scope(
    {
      name: 'hugetlb-moves',
      says: 'mremap() of hugepages of 2M, to another PMD table and back, some of them protected',
    },
    {
      mappings: [TWO],
      mms: [0, 1],
      reads: [0, 6],
      writes: [1, 2, 7, 9],
      munmaps: [hugepages(0, 1)],
      mremaps: MOVES,
      uffdApis: [['WP_HUGETLBFS_SHMEM']],
      registers: [hugepages(0, 1), hugepages(1, 2), hugepages(0, 2)],
      registerFor: [['wp']],
      writeprotects: [hugepages(0, 1), hugepages(1, 2)],
      fork: true,
    },
    OF_2M,
  ),
  scope(
    { name: 'hugetlb-moves-private', says: 'mremap() of private hugepages of 2M, and what was promised' },
    {
      mappings: [PRIVATE],
      mms: [0, 1],
      reads: [0],
      writes: [1, 2, 7, 9],
      munmaps: [hugepages(0, 1), hugepages(3, 4)],
      mremaps: MOVES,
      dontneeds: [hugepages(0, 1)],
      fork: true,
    },
    OF_2M,
  ),
  {
    ...scope(
      { name: 'hugetlb-1G', says: 'hugepages of 1G of a file: leaves in PUDs', scale: 'PUD' },
      {
        mappings: [TWO_GIB, ONE_GIB],
        mms: [0, 1],
        reads: [0, 6],
        writes: [1, 3],
        munmaps: [
          { from: 0, to: 4 },
          { from: 2, to: 4 },
        ],
        mprotects: [{ from: 0, to: 4 }],
        prots: ['R', 'RW'],
        dontneeds: [{ from: 0, to: 4 }],
        truncates: [{ file: 0, to: 1 }],
        punches: [{ file: 0, from: 0, to: 1 }],
        fallocates: [{ file: 0, index: 0 }],
        uffdApis: [['WP_HUGETLBFS_SHMEM']],
        registers: [{ from: 0, to: 4 }],
        registerFor: [['minor'], ['missing', 'wp']],
        continues: [
          { from: 0, to: 4 },
          { from: 0, to: 1 },
        ],
        poisons: [{ from: 0, to: 4 }],
        fork: true,
      },
      { ...OF_PUDS, hugepage: 4, folios: 2, pmdTables: 0 },
    ),
    machines: ['hugetlb-1G'],
    // The pool is what the machine was started with.
    knobs: [],
  },
];
