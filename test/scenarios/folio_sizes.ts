/** Large folios that are split, queued for a split, and collapsed again, on v7.1. A PMD leaf has 2 pages. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import {
  collapse,
  deferredScan,
  endMigration,
  failing,
  fork,
  madvise,
  migrate,
  mmap,
  munmap,
  pin,
  read,
  splitFolio,
  type Stage,
  write,
} from './play.ts';

const WITH_PINS: Geometry = { ...SMALL, pins: 1, migrations: 1 };
const TWO: Stage = { geometry: { ...WITH_PINS, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)] } };
const ONE: Stage = { geometry: { ...WITH_PINS, memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 3)] } };
const SHMEM: Stage = { geometry: { ...WITH_PINS, memory: blocks('shmem', 2, 1) } };

const two = mmap(anonMemory('a leaf of 2 pages', { at: 0, pages: 2 }));
const other = mmap(anonMemory('another place', { at: 4, pages: 2 }));
const file = mmap(fileMapping('a shmem file', { at: 0, pages: 2 }, 'shmem', 'shared'));

const thp = [two, write(PARENT, 0)];
const split = [...thp, splitFolio(PARENT, 0)];
const SMALL_PAGES = ['anon 16: ref 1 pm 1 AE 0', 'anon 17: ref 1 pm 1 AE 0'];
const RSS = 'parent: MM_ANONPAGES 2';
const MAPPED = 'NR_ANON_MAPPED 2';
const AS_WRITTEN = ['page 0 pfn 16 RW young dirty WB', 'page 1 pfn 17 RW young dirty WB'];
const LAST = ['anon 17: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'];

const SPLITS: readonly Numbered[] = [
  {
    name: 'split',
    says: 'two small folios, each mapped where it was, exclusive and writable',
    plays: split,
    place: TWO,
    accounts: [...SMALL_PAGES, RSS, MAPPED],
    parent: AS_WRITTEN,
  },
  {
    name: 'split of what processes share',
    says: 'each page has the references of both',
    plays: [...thp, fork, splitFolio(CHILD, 1)],
    place: TWO,
    accounts: ['anon 16: ref 2 pm 2', 'anon 17: ref 2 pm 2', RSS, 'child: MM_ANONPAGES 2', MAPPED],
    parent: ['page 0 pfn 16 RO young dirty WB', 'page 1 pfn 17 RO young dirty WB'],
    child: ['page 0 pfn 16 RO dirty WB', 'page 1 pfn 17 RO dirty WB'],
  },
  {
    name: 'split of what processes share, before v7.0',
    says: 'the walk ends at the first leaf: EAGAIN, and PTEs instead of one leaf',
    plays: [...thp, fork, splitFolio(CHILD, 1)],
    place: TWO,
    toggle: 'migrate-split-walk=ends',
    result: 'EAGAIN@4',
    accounts: [
      'anon 16: ref 3 em 1 lm 3 npm E+2 parent:2 child:1 S pm 1 1',
      RSS,
      'child: MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    parent: ['page 0 pfn 16 RO young dirty WB', 'page 1 pfn 17 RO young dirty WB'],
    child: ['pmd[0] leaf pfn 16 RO dirty WB'],
  },
  {
    name: 'split of a part',
    says: 'the page that nobody maps is free',
    plays: [...thp, munmap(PARENT, 0, 1), splitFolio(PARENT, 1)],
    place: TWO,
    accounts: LAST,
    parent: ['page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'split, both pages unmapped',
    says: 'the block is whole again, and the next fault takes it as one folio',
    plays: [...split, munmap(PARENT, 0, 1), munmap(PARENT, 1, 2), other, write(PARENT, 4)],
    place: ONE,
    accounts: ['anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', RSS, 'NR_ANON_MAPPED 2, NR_ANON_THPS 2'],
    parent: ['pmd[2] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'split, one page unmapped',
    says: 'of a block of which a page is in use, none is given out',
    plays: [...split, munmap(PARENT, 0, 1), other, write(PARENT, 4)],
    place: ONE,
    accounts: ['anon 17: ref 1 pm 1 AE 0', 'anon 18: ref 1 pm 1 AE 0', RSS, MAPPED],
    parent: ['page 1 pfn 17 RW young dirty WB', 'page 4 pfn 18 RW young dirty WB'],
  },
  {
    name: 'split of a file',
    says: 'nobody maps it any more; the page cache has a reference to each page',
    plays: [file, write(PARENT, 0), fork, read(CHILD, 1), splitFolio(CHILD, 0)],
    place: SHMEM,
    accounts: ['shmem 16: ref 1 pm 0', 'shmem 17: ref 1 pm 0'],
  },
  {
    name: 'split of a file, read',
    says: 'a fault finds the small page',
    plays: [file, write(PARENT, 0), splitFolio(PARENT, 0), read(PARENT, 1)],
    place: SHMEM,
    accounts: ['shmem 16: ref 1 pm 0', 'shmem 17: ref 2 pm 1', 'parent: MM_SHMEMPAGES 1', 'NR_FILE_MAPPED 1'],
    parent: ['page 1 pfn 17 RW young dirty WB'],
  },
];

/** Recipe S16: a folio split with one pin. */
const PINNED: readonly Numbered[] = [
  {
    name: 'S16',
    says: 'a pin is a reference that is no mapping: nothing is unmapped',
    plays: [...thp, pin(PARENT, 1, 'write'), splitFolio(PARENT, 0)],
    place: TWO,
    result: 'EAGAIN@4',
    accounts: ['anon 16: ref 2 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', RSS, 'NR_ANON_MAPPED 2, NR_ANON_THPS 2'],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'S16, a pin that comes later',
    says: 'the leaf is PTEs by then, and stays so; every page is exclusive as before',
    plays: [...thp, pin(PARENT, 1, 'write'), migrate(PARENT, 0, 'split')],
    place: TWO,
    result: 'EAGAIN@4',
    accounts: ['anon 16: ref 3 em 0 lm 2 npm 2 parent:2 pm 1 1 AE 0 1', RSS, MAPPED],
    parent: AS_WRITTEN,
  },
  {
    name: 'S16, half of it shared',
    says: 'what was unmapped before the pin was met is mapped again, and exclusive only where it was',
    plays: [...thp, madvise(PARENT, 1, 2, 'DONTFORK'), fork, pin(PARENT, 1, 'write'), migrate(PARENT, 0, 'split')],
    place: TWO,
    result: 'EAGAIN@6',
    accounts: ['anon 16: ref 4 em 0 lm 3 npm 2 parent:2 child:1 S pm 2 1 AE 1', RSS, 'child: MM_ANONPAGES 1', MAPPED],
    parent: ['page 0 pfn 16 RO young dirty WB', 'page 1 pfn 17 RW young dirty WB'],
    child: ['page 0 pfn 16 RO dirty WB'],
  },
  {
    name: 'a split in two steps',
    says: 'as in one',
    plays: [...thp, migrate(PARENT, 0, 'split'), endMigration('split')],
    place: TWO,
    accounts: [...SMALL_PAGES, RSS, MAPPED],
    parent: AS_WRITTEN,
  },
  {
    name: 'a split in two steps, munmap in between',
    says: 'the page that no entry stands for is free',
    plays: [...thp, migrate(PARENT, 0, 'split'), munmap(PARENT, 0, 1), endMigration('split')],
    place: TWO,
    accounts: LAST,
    parent: ['page 1 pfn 17 RW young dirty WB'],
  },
];

/** A THP that PTEs map, since a VMA border went through it. */
const byPtes = [...thp, madvise(PARENT, 1, 2, 'DONTFORK'), madvise(PARENT, 1, 2, 'DOFORK')];
const part = [...thp, munmap(PARENT, 0, 1)];
const DEFERRED: readonly Numbered[] = [
  {
    name: 'deferred',
    says: 'half of it is unmapped: it is queued',
    plays: part,
    place: TWO,
    accounts: [
      'anon 16: ref 1 em 0 lm 1 npm 1 parent:1 pm 0 1 AE 0 1 defer',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'deferred, scan',
    says: 'the half that nobody maps is free',
    plays: [...part, deferredScan],
    place: TWO,
    accounts: LAST,
    parent: ['page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'deferred, pinned, scan',
    says: 'it cannot be split, and stays queued',
    plays: [...thp, pin(PARENT, 1, 'write'), munmap(PARENT, 0, 1), deferredScan],
    place: TWO,
    accounts: [
      'anon 16: ref 2 em 0 lm 1 npm 1 parent:1 pm 0 1 AE 0 1 defer',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'all of it unmapped, and pinned',
    says: 'its PTEs go at once, and it is not queued',
    plays: [...byPtes, pin(PARENT, 1, 'write'), munmap(PARENT, 0, 2)],
    place: TWO,
    accounts: ['anon 16: ref 1 em 0 lm 0 npm 0 pm 0 0 AE 0 1'],
  },
  {
    name: 'all of it unmapped, and pinned, in v6.9',
    says: 'it is queued all the same',
    plays: [...byPtes, pin(PARENT, 1, 'write'), munmap(PARENT, 0, 2)],
    place: TWO,
    toggle: 'deferred-split-queue=any',
    accounts: ['anon 16: ref 1 em 0 lm 0 npm 0 pm 0 0 AE 0 1 defer'],
  },
  {
    name: 'deferred, migration',
    says: 'it is split first, and the page that is mapped moves alone',
    plays: [...part, migrate(PARENT, 1), endMigration('new')],
    place: TWO,
    accounts: ['anon 20: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 1 pfn 20 RW young dirty WB'],
  },
];

const NEW = 'anon 18: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0';
const LEAF = ['pmd[0] leaf pfn 18 RW young dirty WB'];
const BY_LEAF = 'NR_ANON_MAPPED 2, NR_ANON_THPS 2';
const COLLAPSES: readonly Numbered[] = [
  {
    name: 'collapse',
    says: 'a new folio by a leaf, the old pages free, the table in reserve',
    plays: [...split, collapse(PARENT, 0)],
    place: TWO,
    accounts: [NEW, RSS, BY_LEAF],
    parent: LEAF,
  },
  {
    name: 'S15',
    says: 'a page that is shared is copied, and the child keeps it',
    plays: [...split, madvise(PARENT, 1, 2, 'DONTFORK'), fork, madvise(PARENT, 1, 2, 'DOFORK'), collapse(PARENT, 0)],
    place: TWO,
    accounts: ['anon 16: ref 1 pm 1', NEW, RSS, 'child: MM_ANONPAGES 1', 'NR_ANON_MAPPED 3, NR_ANON_THPS 2'],
    parent: LEAF,
    child: ['page 0 pfn 16 RO dirty WB'],
  },
  {
    name: 'collapse of a page and a hole',
    says: 'what was none is counted from now on',
    plays: [...split, madvise(PARENT, 0, 1, 'DONTNEED'), collapse(PARENT, 0)],
    place: TWO,
    accounts: [NEW, RSS, BY_LEAF],
    parent: LEAF,
  },
  {
    name: 'collapse of a large folio that PTEs map',
    says: 'its PTEs go together',
    plays: [...byPtes, collapse(PARENT, 0)],
    place: TWO,
    accounts: [NEW, RSS, BY_LEAF],
    parent: LEAF,
  },
  {
    name: 'collapse with a pin',
    says: 'EAGAIN, and everything as it was',
    plays: [...split, pin(PARENT, 1, 'write'), collapse(PARENT, 0)],
    place: TWO,
    result: 'EAGAIN@5',
    accounts: [...SMALL_PAGES, RSS, MAPPED],
    parent: AS_WRITTEN,
  },
  {
    name: 'collapse without memory',
    says: 'ENOMEM',
    plays: [...split, collapse(PARENT, 0)],
    place: ONE,
    result: 'ENOMEM@4',
    accounts: [...SMALL_PAGES, RSS, MAPPED],
    parent: AS_WRITTEN,
  },
  {
    name: 'collapse of memory that cannot be read',
    says: 'EINVAL, the old table is back, the new folio free',
    plays: [...split, failing(collapse(PARENT, 0), 1)],
    place: TWO,
    result: 'EINVAL@4',
    accounts: [...SMALL_PAGES, RSS, MAPPED],
    parent: AS_WRITTEN,
  },
  {
    name: 'collapse of nothing',
    says: 'EINVAL: there is no table',
    plays: [two, collapse(PARENT, 0)],
    place: TWO,
    result: 'EINVAL@2',
  },
  {
    name: 'collapse of a leaf',
    says: 'is done already',
    plays: [...thp, collapse(PARENT, 0)],
    place: TWO,
    accounts: ['anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0', RSS, BY_LEAF],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'collapse by khugepaged of what is shared',
    says: 'too much of it (max_ptes_shared)',
    plays: [...split, fork, collapse(PARENT, 0, 'khugepaged')],
    place: TWO,
    result: 'EINVAL@5',
    accounts: ['anon 16: ref 2 pm 2', 'anon 17: ref 2 pm 2', RSS, 'child: MM_ANONPAGES 2', MAPPED],
    parent: ['page 0 pfn 16 RO young dirty WB', 'page 1 pfn 17 RO young dirty WB'],
    child: ['page 0 pfn 16 RO dirty WB', 'page 1 pfn 17 RO dirty WB'],
  },
  {
    name: 'collapse by MADV_COLLAPSE of what is shared',
    says: 'a copy for the parent',
    plays: [...split, fork, collapse(PARENT, 0)],
    place: TWO,
    accounts: [
      'anon 16: ref 1 pm 1',
      'anon 17: ref 1 pm 1',
      NEW,
      RSS,
      'child: MM_ANONPAGES 2',
      'NR_ANON_MAPPED 4, NR_ANON_THPS 2',
    ],
    parent: LEAF,
    child: ['page 0 pfn 16 RO dirty WB', 'page 1 pfn 17 RO dirty WB'],
  },
  {
    name: 'collapse by MADV_COLLAPSE of what is shared, before v6.18',
    says: 'it fails, since nothing can be written',
    plays: [...split, fork, collapse(PARENT, 0)],
    place: TWO,
    toggle: 'collapse-read-only=no',
    result: 'EINVAL@5',
    accounts: ['anon 16: ref 2 pm 2', 'anon 17: ref 2 pm 2', RSS, 'child: MM_ANONPAGES 2', MAPPED],
    parent: ['page 0 pfn 16 RO young dirty WB', 'page 1 pfn 17 RO young dirty WB'],
    child: ['page 0 pfn 16 RO dirty WB', 'page 1 pfn 17 RO dirty WB'],
  },
  {
    name: 'collapse by khugepaged of what is given up',
    says: 'is left alone since v7.1',
    plays: [...split, madvise(PARENT, 1, 2, 'FREE'), collapse(PARENT, 0, 'khugepaged')],
    place: TWO,
    result: 'EINVAL@5',
    accounts: [...SMALL_PAGES, RSS, MAPPED],
    parent: ['page 0 pfn 16 RW young dirty WB', 'page 1 pfn 17 RW WB'],
  },
  {
    name: 'collapse by khugepaged of what is given up, before v7.1',
    says: 'it is memory like any other then',
    plays: [...split, madvise(PARENT, 1, 2, 'FREE'), collapse(PARENT, 0, 'khugepaged')],
    place: TWO,
    toggle: 'khugepaged-lazyfree=no',
    accounts: [NEW, RSS, BY_LEAF],
    parent: LEAF,
  },
];

export const FOLIO_SIZES: readonly Numbered[] = [...SPLITS, ...PINNED, ...DEFERRED, ...COLLAPSES];
