/** Migration of a folio with something in between, on v7.1. A PMD leaf has 2 pages, in one place 4. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import { endMigration, exit, fork, migrate, mmap, mprotect, mremap, munmap, type Stage, read, write } from './play.ts';

const WITH_MIGRATION: Geometry = { ...SMALL, migrations: 1 };
const TWO: Stage = { geometry: { ...WITH_MIGRATION, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)] } };
const FOUR: Stage = {
  geometry: { ...WITH_MIGRATION, puds: 1, ptrsPerPte: 4, memory: [...blocks('anon', 4, 2), ...blocks('anon', 1, 2)] },
};
const SHMEM: Stage = { geometry: { ...WITH_MIGRATION, memory: blocks('shmem', 2, 1) } };

const two = mmap(anonMemory('a leaf of 2 pages', { at: 0, pages: 2 }));
const other = mmap(anonMemory('another place', { at: 4, pages: 2 }));
const four = mmap(anonMemory('a leaf of 4 pages', { at: 0, pages: 4 }));
const one = mmap(anonMemory('1 page', { at: 0, pages: 1 }));
const file = mmap(fileMapping('a shmem file', { at: 0, pages: 2 }, 'shmem', 'shared'));

const UNMAPPED = 'anon 16: ref 1 em 0 lm 0 npm 0 pm 0 0';
const THP = 'anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0';
const MOVED = THP.replace('16', '18');
const RSS = 'parent: MM_ANONPAGES 2';
const BOTH = [RSS, 'child: MM_ANONPAGES 2'];
const STAT = 'NR_ANON_MAPPED 2, NR_ANON_THPS 2';
const READABLE = ['page 0 readable migration entry pfn 16', 'page 1 readable migration entry pfn 17'];

const readOnly = [two, write(PARENT, 0), migrate(PARENT, 0), mprotect(PARENT, 0, 2, 'R')];
const ANON: readonly Numbered[] = [
  {
    name: 'begin',
    says: 'unmapped, but in rss; what is left is the reference of the migration',
    plays: [two, write(PARENT, 0), migrate(PARENT, 1)],
    place: TWO,
    accounts: [UNMAPPED, RSS],
    parent: ['pmd[0] writable migration entry pfn 16'],
  },
  {
    name: 'same folio',
    says: 'exclusive and writable again',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0), endMigration('same')],
    place: TWO,
    accounts: [THP, RSS, STAT],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'new folio',
    says: 'the old one is free',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0), endMigration('new')],
    place: TWO,
    accounts: [MOVED, RSS, STAT],
    parent: ['pmd[0] leaf pfn 18 RW young dirty WB'],
  },
  {
    name: 'no new folio',
    says: 'none is free, and the old one is mapped again',
    plays: [two, other, write(PARENT, 0), write(PARENT, 4), migrate(PARENT, 0), endMigration('new')],
    place: TWO,
    result: 'ENOMEM@6',
    accounts: [THP, MOVED, 'parent: MM_ANONPAGES 4', 'NR_ANON_MAPPED 4, NR_ANON_THPS 4'],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB', 'pmd[2] leaf pfn 18 RW young dirty WB'],
  },
  {
    name: 'after fork',
    says: 'the leaves of both processes move',
    plays: [two, write(PARENT, 0), fork, migrate(CHILD, 1), endMigration('new')],
    place: TWO,
    accounts: ['anon 18: ref 2 em 2 lm 2 npm E parent:1 child:1 S pm 0 0', ...BOTH, STAT],
    parent: ['pmd[0] leaf pfn 18 RO young dirty WB'],
    child: ['pmd[0] leaf pfn 18 RO dirty WB'],
  },
  {
    name: 'fork in between',
    says: 'the entry is copied, readable on both sides, and in rss of both',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0), fork],
    place: TWO,
    accounts: [UNMAPPED, ...BOTH],
    parent: ['pmd[0] readable migration entry pfn 16'],
    child: ['pmd[0] readable migration entry pfn 16'],
  },
  {
    name: 'fork in between, end',
    says: 'shared then, and exclusive to nobody',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0), fork, endMigration('new')],
    place: TWO,
    accounts: ['anon 18: ref 2 em 2 lm 2 npm E parent:1 child:1 S pm 0 0', ...BOTH, STAT],
    parent: ['pmd[0] leaf pfn 18 RO young dirty WB'],
    child: ['pmd[0] leaf pfn 18 RO young dirty WB'],
  },
  {
    name: 'fork and exit in between, end',
    says: 'the child maps it alone',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0), fork, exit(PARENT), endMigration('same')],
    place: TWO,
    accounts: ['anon 16: ref 1 em 1 lm 1 npm E child:1 pm 0 0', 'child: MM_ANONPAGES 2', STAT],
    child: ['pmd[0] leaf pfn 16 RO young dirty WB'],
  },
  {
    name: 'mprotect in between',
    says: 'a writable entry becomes readable, still exclusive',
    plays: readOnly,
    place: TWO,
    accounts: [UNMAPPED, RSS],
    parent: ['pmd[0] readable exclusive migration entry pfn 16'],
  },
  {
    name: 'mprotect in between, end, and back',
    says: 'exclusive, so that mprotect gives the right to write back',
    plays: [...readOnly, endMigration('same'), mprotect(PARENT, 0, 2, 'RW')],
    place: TWO,
    accounts: [THP, RSS, STAT],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'mremap in between',
    says: 'the entry moves with its deposit',
    plays: [
      two,
      write(PARENT, 0),
      migrate(PARENT, 0),
      mremap(PARENT, 0, 4, 2),
      endMigration('new'),
      munmap(PARENT, 4, 5),
    ],
    place: TWO,
    accounts: [
      'anon 18: ref 1 em 0 lm 1 npm 1 parent:1 pm 0 1 AE 0 1 defer',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 5 pfn 19 RW young dirty WB'],
  },
  {
    name: 'munmap in between, end',
    says: 'nothing is left, neither of the old folio nor of the new one',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0), munmap(PARENT, 0, 2), endMigration('new')],
    place: TWO,
  },
  {
    name: 'munmap of a part in between',
    says: 'the entry is split: rss alone moves',
    plays: [four, write(PARENT, 0), migrate(PARENT, 0), munmap(PARENT, 0, 1)],
    place: FOUR,
    accounts: ['anon 16: ref 1 em 0 lm 0 npm 0 pm 0 0 0 0', 'parent: MM_ANONPAGES 3'],
    parent: [1, 2, 3].map((i) => `page ${i} writable migration entry pfn ${16 + i}`),
  },
  {
    name: 'munmap of a part in between, end',
    says: 'the pages that are left are mapped by PTEs',
    plays: [four, write(PARENT, 0), migrate(PARENT, 0), munmap(PARENT, 0, 1), endMigration('new')],
    place: FOUR,
    accounts: [
      'anon 20: ref 3 em 0 lm 3 npm 3 parent:3 pm 0 1 1 1 AE 1 2 3',
      'parent: MM_ANONPAGES 3',
      'NR_ANON_MAPPED 3',
    ],
    parent: [1, 2, 3].map((i) => `page ${i} pfn ${20 + i} RW young dirty WB`),
  },
  {
    name: 'a small page, fork in between, write',
    says: 'a page for each',
    plays: [one, write(PARENT, 0), migrate(PARENT, 0), fork, endMigration('new'), write(PARENT, 0)],
    place: TWO,
    accounts: [
      'anon 20: ref 1 pm 1 AE 0',
      'anon 21: ref 1 pm 1',
      'parent: MM_ANONPAGES 1',
      'child: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 2',
    ],
    parent: ['page 0 pfn 20 RW young dirty WB'],
    child: ['page 0 pfn 21 RO young dirty WB'],
  },
];

const SPLIT: readonly Numbered[] = [
  {
    name: 'for a split',
    says: 'every leaf is split into migration entries',
    plays: [two, write(PARENT, 0), fork, migrate(PARENT, 0, 'split')],
    place: TWO,
    accounts: [UNMAPPED, ...BOTH],
    parent: READABLE,
    child: READABLE,
  },
  {
    name: 'for a split, before v7.0',
    says: 'the walk ends at the first leaf, the folio stays mapped, and the PTEs come back',
    plays: [two, write(PARENT, 0), fork, migrate(PARENT, 0, 'split')],
    place: TWO,
    toggle: 'migrate-split-walk=ends',
    result: 'EAGAIN@4',
    accounts: ['anon 16: ref 3 em 1 lm 3 npm E+2 parent:2 child:1 S pm 1 1', ...BOTH, STAT],
    parent: ['page 0 pfn 16 RO young dirty WB', 'page 1 pfn 17 RO young dirty WB'],
    child: ['pmd[0] leaf pfn 16 RO dirty WB'],
  },
  {
    name: 'for a split of what one process has, before v7.0',
    says: 'nothing else maps the folio, so it makes no difference',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0, 'split')],
    place: TWO,
    toggle: 'migrate-split-walk=ends',
    accounts: [UNMAPPED, RSS],
    parent: ['page 0 writable migration entry pfn 16', 'page 1 writable migration entry pfn 17'],
  },
  {
    name: 'for a split, given up',
    says: 'PTEs, every page exclusive',
    plays: [two, write(PARENT, 0), migrate(PARENT, 0, 'split'), endMigration('same')],
    place: TWO,
    accounts: ['anon 16: ref 2 em 0 lm 2 npm 2 parent:2 pm 1 1 AE 0 1', RSS, 'NR_ANON_MAPPED 2'],
    parent: ['page 0 pfn 16 RW young dirty WB', 'page 1 pfn 17 RW young dirty WB'],
  },
];

const mapped = [file, write(PARENT, 0), fork, read(CHILD, 1), migrate(PARENT, 0)];
const FILES: readonly Numbered[] = [
  {
    name: 'file',
    says: 'two references of the page cache, and one of the migration',
    plays: mapped,
    place: SHMEM,
    accounts: ['shmem 16: ref 3 em 0 lm 0 npm 0 pm 0 0', 'parent: MM_SHMEMPAGES 2', 'child: MM_SHMEMPAGES 2'],
    parent: ['pmd[0] writable migration entry pfn 16'],
    child: ['pmd[0] writable migration entry pfn 16'],
  },
  {
    name: 'file, munmap of a part in between',
    says: 'the entry goes, and with it what was in rss',
    plays: [...mapped, munmap(PARENT, 0, 1)],
    place: SHMEM,
    accounts: ['shmem 16: ref 3 em 0 lm 0 npm 0 pm 0 0', 'child: MM_SHMEMPAGES 2'],
    child: ['pmd[0] writable migration entry pfn 16'],
  },
  {
    name: 'file, munmap of a part in between, before v5.13',
    says: 'the entry is taken for a leaf, and a mapping uncounted that is not there',
    plays: [...mapped, munmap(PARENT, 0, 1)],
    place: SHMEM,
    toggle: 'split-file-migration=leaf',
    result: 'bad-page-map@6',
    accounts: ['shmem 16: ref 3 em 0 lm 0 npm 0 pm 0 0', 'parent: MM_SHMEMPAGES 2', 'child: MM_SHMEMPAGES 2'],
    child: ['pmd[0] writable migration entry pfn 16'],
  },
  {
    name: 'file, munmap of a part in between, end',
    says: 'the child has its leaf again, the parent faults',
    plays: [...mapped, munmap(PARENT, 0, 1), endMigration('same'), read(PARENT, 1)],
    place: SHMEM,
    accounts: [
      'shmem 16: ref 4 em 1 lm 2 npm E+1 child:1 parent:1 S pm 0 1',
      'parent: MM_SHMEMPAGES 1',
      'child: MM_SHMEMPAGES 2',
      'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
    ],
    parent: ['page 1 pfn 17 RW young dirty WB'],
    child: ['pmd[0] leaf pfn 16 RW young WB'],
  },
];

export const TWO_STEPS: readonly Numbered[] = [...ANON, ...SPLIT, ...FILES];
