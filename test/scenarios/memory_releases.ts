/** Reclaim of what MADV_FREE gave up, and faults on large folios, on v7.1 and on v6.12 side by side. See memory.ts. */
import { blocks } from '../../model/state/geometry.ts';
import { Vma } from '../../model/state/mm_types.ts';
import type { Accounted } from './accounted.ts';
import { anon, MTHP, PARENT, SHMEM, shmem, THPS } from './memory.ts';
import { fork, madvise, mmap, pin, type Played, read, reclaim, write } from './play.ts';

type Expected = Pick<Accounted, 'outcome' | 'counts' | 'has'> & { readonly says: string };

/** One sequence, and what comes of it on each kernel. */
const sideBySide = (
  name: string,
  plays: readonly Played[],
  geometry: Accounted['geometry'],
  on: Readonly<Record<string, Expected>>,
): readonly Accounted[] =>
  Object.entries(on).map(([kernel, { says, outcome = 'ok', counts, has = [] }]) => ({
    name: `${name}, ${kernel}`,
    says,
    plays,
    geometry,
    kernel,
    outcome,
    counts,
    has,
  }));

const givenUp: readonly Played[] = [mmap(anon), write(PARENT, 0), madvise(PARENT, 0, 2, 'FREE')];
const DROPPED_IN_PART: readonly Played[] = [
  mmap(shmem),
  write(PARENT, 0),
  madvise(PARENT, 0, 1, 'DONTNEED'),
  write(PARENT, 0),
];
const privately = { ...shmem, name: 'private', vma: Vma.mkShared(shmem.vma, 0) };

/** A shmem folio that is not of PMD size: slots of four pages. */
const LARGE_SHMEM = { puds: 1, ptrsPerPte: 4, memory: blocks('shmem', 2, 1) };

/** The folio 16 by a leaf, and by PTEs. */
const LEAF = ['parent MM_ANONPAGES 2', 'NR_ANON_MAPPED 2, NR_ANON_THPS 2'];
const PTES = ['17: mapcount 1', 'parent MM_ANONPAGES 2', 'NR_ANON_MAPPED 2'];

const SPLIT_AND_DIRTY: Expected = {
  says: 'it is split, and its PTEs stay',
  counts: ['16: refcount 2, mapcount 1, large mapcount 2, nr_pages_mapped 2', ...PTES],
  has: [
    'table 0 pte[0] pfn 16 RW young dirty WB',
    'table 0 pte[1] pfn 17 RW young dirty WB',
    'page 16 anon head AnonExclusive dirty',
    'page 17 anon tail AnonExclusive',
  ],
};
const SPLIT_AND_TAKEN_BACK: Expected = {
  says: 'it is split, its PTEs stay, and it is not given up any more',
  counts: ['16: refcount 3, mapcount 1, pincount 1, large mapcount 2, nr_pages_mapped 2', ...PTES],
  has: [
    'table 0 pte[0] pfn 16 RW WB',
    'table 0 pte[1] pfn 17 RW WB',
    'page 16 anon head AnonExclusive referenced',
    'page 17 anon tail AnonExclusive',
  ],
};
const HALF_GONE: Expected = {
  says: 'the clean page is gone by the time the dirty one turns up',
  counts: [
    '16: refcount 1, large mapcount 1, nr_pages_mapped 1',
    '17: mapcount 1',
    'parent MM_ANONPAGES 1',
    'NR_ANON_MAPPED 1',
  ],
  has: ['table 0 pte[1] pfn 17 RW young dirty WB', 'page 16 anon head AnonExclusive dirty partially mapped'],
};
const ONE_PAGE: Expected = {
  says: 'the page is mapped beside the copy',
  counts: [
    '16: refcount 3, large mapcount 1, nr_pages_mapped 1',
    '17: mapcount 1',
    '18: refcount 1, mapcount 1',
    'parent MM_ANONPAGES 1, parent MM_SHMEMPAGES 1',
    'NR_ANON_MAPPED 1, NR_FILE_MAPPED 1',
  ],
  has: ['table 0 pte[0] pfn 18 RW young dirty WB', 'table 0 pte[1] pfn 17 RO young WB'],
};
/** The folio has the reference of the page cache alone: those of the faults are given back. */
const NOTHING: Expected = {
  says: 'nothing is mapped, and the read faults without end',
  outcome: 'fault-loop@3',
  counts: ['16: refcount 2', '18: refcount 1, mapcount 1', 'parent MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
  has: ['table 0 pte[0] pfn 18 RW young dirty WB'],
};
const WHOLE_AGAIN: Expected = {
  says: 'the page is mapped again',
  counts: [
    '16: refcount 4, mapcount 1, large mapcount 2, nr_pages_mapped 2',
    '17: mapcount 1',
    'parent MM_SHMEMPAGES 2',
    'NR_FILE_MAPPED 2',
  ],
  has: ['table 0 pte[0] pfn 16 RW young dirty WB'],
};

const TWO_PTES = [
  '16: refcount 2, mapcount 1, large mapcount 2, nr_pages_mapped 2',
  '17: mapcount 1',
  'parent MM_ANONPAGES 2',
  'NR_ANON_MAPPED 2',
];
const GIVEN_UP = 'page 16 anon head AnonExclusive lazyfree';

export const BY_RELEASE: readonly Accounted[] = [
  ...sideBySide('F1', [...givenUp, reclaim(PARENT, 0)], THPS, {
    'v7.1': { says: 'a leaf that is given up goes', counts: [], has: ['parent alive, 1 page-table page'] },
    'v6.12': { says: 'a leaf that is given up goes', counts: [], has: ['parent alive, 1 page-table page'] },
    'v6.12.117': {
      says: 'it is split, and its PTEs go: their table stays',
      counts: [],
      has: ['parent alive, 2 page-table pages', 'table 0 allocated'],
    },
  }),
  ...sideBySide('F2', [...givenUp, fork, reclaim(PARENT, 0)], THPS, {
    'v7.1': { says: 'from both processes', counts: [], has: ['child alive, 1 page-table page'] },
    'v6.12': { says: 'from both processes', counts: [], has: ['child alive, 1 page-table page'] },
    'v6.12.117': { says: 'from both processes, split', counts: [], has: ['child alive, 2 page-table pages'] },
  }),
  ...sideBySide('F3', [...givenUp, write(PARENT, 1), reclaim(PARENT, 0)], THPS, {
    'v7.1': {
      says: 'a leaf that is written to again stays',
      counts: ['16: refcount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED', ...LEAF],
      has: ['parent pmd[0] leaf pfn 16 RW young dirty WB', 'page 16 anon head AnonExclusive dirty'],
    },
    'v6.12': SPLIT_AND_DIRTY,
    'v6.12.117': SPLIT_AND_DIRTY,
  }),
  ...sideBySide('F4', [...givenUp, pin(PARENT, 0, 'read'), reclaim(PARENT, 0)], THPS, {
    'v7.1': {
      says: 'a leaf that is pinned stays, given up',
      counts: [
        '16: refcount 2, pincount 1, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
        ...LEAF,
      ],
      has: ['parent pmd[0] leaf pfn 16 RW WB', 'page 16 anon head AnonExclusive referenced lazyfree'],
    },
    'v6.12': SPLIT_AND_TAKEN_BACK,
    'v6.12.117': SPLIT_AND_TAKEN_BACK,
  }),
  ...sideBySide('F5', [...givenUp, pin(PARENT, 1, 'read'), reclaim(PARENT, 0)], MTHP, {
    'v7.1': {
      says: 'PTEs of a folio that is pinned stay, given up',
      counts: SPLIT_AND_TAKEN_BACK.counts,
      has: ['page 16 anon head AnonExclusive referenced lazyfree'],
    },
    'v6.12': { ...SPLIT_AND_TAKEN_BACK, says: 'PTEs of a folio that is pinned stay, not given up any more' },
  }),
  ...sideBySide('F6', [...givenUp, write(PARENT, 1), reclaim(PARENT, 0)], MTHP, {
    'v7.1': { ...SPLIT_AND_DIRTY, says: 'PTEs stay together, the first clean, the second written to' },
    'v6.12': HALF_GONE,
    'v6.12.117': HALF_GONE,
  }),
  ...sideBySide('F7', [mmap(privately), write(PARENT, 0), read(PARENT, 1)], SHMEM, {
    'v7.1': ONE_PAGE,
    'v6.12.117': ONE_PAGE,
    'v6.12': NOTHING,
    'v6.11': NOTHING,
  }),
  ...sideBySide('F8', DROPPED_IN_PART, LARGE_SHMEM, {
    'v7.1': WHOLE_AGAIN,
    'v6.12.117': WHOLE_AGAIN,
    'v6.12': {
      says: 'the write faults without end, in a shared mapping, too',
      outcome: 'fault-loop@4',
      counts: [
        '16: refcount 3, large mapcount 1, nr_pages_mapped 1',
        '17: mapcount 1',
        'parent MM_SHMEMPAGES 1',
        'NR_FILE_MAPPED 1',
      ],
    },
  }),
  ...sideBySide('F9', [...givenUp, reclaim(PARENT, 0)], THPS, {
    'v6.10': {
      says: 'a leaf that is given up is split, and its PTEs go: their table stays',
      counts: [],
      has: ['parent alive, 2 page-table pages', 'table 0 allocated'],
    },
    'v6.11': { says: 'a leaf that is given up goes', counts: [], has: ['parent alive, 1 page-table page'] },
    'v7.3': {
      says: 'it is split again',
      counts: [],
      has: ['parent alive, 2 page-table pages', 'table 0 allocated'],
    },
  }),
  ...sideBySide('F10', [mmap(shmem), read(PARENT, 1)], SHMEM, {
    'v6.9': {
      says: 'a page behind the first of a folio is mapped alone',
      counts: [
        '16: refcount 3, large mapcount 1, nr_pages_mapped 1',
        '17: mapcount 1',
        'parent MM_SHMEMPAGES 1',
        'NR_FILE_MAPPED 1',
      ],
      has: ['table 0 pte[1] pfn 17 RW young WB'],
    },
    'v6.10': {
      says: 'it brings a leaf',
      counts: [
        '16: refcount 3, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
        'parent MM_SHMEMPAGES 2',
        'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
      ],
      has: ['parent pmd[0] leaf pfn 16 RW young WB'],
    },
  }),
  ...sideBySide('F11', [mmap(shmem), read(PARENT, 0)], LARGE_SHMEM, {
    'v6.10': {
      says: 'a fault maps one page of a folio that is no leaf',
      counts: [
        '16: refcount 3, mapcount 1, large mapcount 1, nr_pages_mapped 1',
        'parent MM_SHMEMPAGES 1',
        'NR_FILE_MAPPED 1',
      ],
    },
    'v6.11': {
      says: 'it maps all of it',
      counts: [
        '16: refcount 4, mapcount 1, large mapcount 2, nr_pages_mapped 2',
        '17: mapcount 1',
        'parent MM_SHMEMPAGES 2',
        'NR_FILE_MAPPED 2',
      ],
    },
  }),
  ...sideBySide('F12', givenUp, MTHP, {
    'v6.9': {
      says: 'a large folio that PTEs map is split first, and its pages are given up one by one',
      counts: ['16: refcount 1, mapcount 1', '17: refcount 1, mapcount 1', 'parent MM_ANONPAGES 2', 'NR_ANON_MAPPED 2'],
      has: ['page 16 anon AnonExclusive lazyfree', 'page 17 anon AnonExclusive lazyfree'],
    },
    'v6.10': { says: 'they are given up together', counts: TWO_PTES, has: [GIVEN_UP] },
  }),
];
