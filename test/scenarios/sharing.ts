/**
 * What fork, CoW, soft-dirty tracking and UFFDIO_MOVE make of memory that is counted, on v7.1. Where a number of pages
 * matters a PMD leaf has 4, else 2.
 */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import { clearRefs, exit, fork, mmap, mprotect, munmap, type Stage, read, uffdMove, write } from './play.ts';

const FOUR: Stage = {
  geometry: { ...SMALL, puds: 1, ptrsPerPte: 4, memory: [...blocks('anon', 4, 2), ...blocks('anon', 1, 4)] },
};
const ANON: Geometry = { ...SMALL, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)] };
const TWO: Stage = { geometry: ANON };
const ZERO: Stage = {
  geometry: { ...SMALL, memory: [...blocks('huge zero', 2, 1), ...blocks('zero page', 1, 2), ...ANON.memory] },
};
const SHMEM: Stage = { geometry: { ...SMALL, memory: blocks('shmem', 2, 1) } };
const SMALL_PAGES: Stage = { geometry: { ...SMALL, memory: blocks('anon', 1, 3) } };
const NO_HUGE = { ...X86_64, pmdLeaves: false, pudLeaves: false };

const four = mmap(anonMemory('a leaf of 4 pages', { at: 0, pages: 4 }));
const two = mmap(anonMemory('a leaf of 2 pages', { at: 0, pages: 2 }));
const other = mmap(anonMemory('another place', { at: 4, pages: 2 }));
const one = mmap(anonMemory('1 page', { at: 0, pages: 1 }));
const file = mmap(fileMapping('a shmem file', { at: 0, pages: 2 }, 'shmem', 'shared'));

const RSS4 = ['parent: MM_ANONPAGES 4', 'child: MM_ANONPAGES 4'];
const THP = 'anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 AE 0';
const THP_COUNTS = ['parent: MM_ANONPAGES 2', 'NR_ANON_MAPPED 2, NR_ANON_THPS 2'];
const FILE = [
  'shmem 16: ref 3 em 1 lm 1 npm E parent:1 pm 0 0',
  'parent: MM_SHMEMPAGES 2',
  'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
];
const ZEROS = ['zero page 18: ref 1 pm 0', 'zero page 19: ref 1 pm 0'];
const hugeZero = (refs: number): string => `huge zero 16: ref ${refs} em 0 lm 0 npm 0 pm 0 0`;
const ZERO_LEAF = 'leaf pfn 16 RO young special WB';
const ofFolio = (from: number): readonly string[] =>
  [1, 2, 3].slice(from).map((i) => `page ${i} pfn ${16 + i} RO young dirty WB`);

/** Fork of a THP, and a write by the parent, step by step. */
const FORK: readonly Numbered[] = [
  {
    name: 'THP fault',
    says: 'one entire mapping, all pages mapped',
    plays: [four, write(PARENT, 0)],
    place: FOUR,
    accounts: [
      'anon 16: ref 1 em 1 lm 1 npm E parent:1 pm 0 0 0 0 AE 0',
      'parent: MM_ANONPAGES 4',
      'NR_ANON_MAPPED 4, NR_ANON_THPS 4',
    ],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'THP fork',
    says: 'shared, and nobody is exclusive',
    plays: [four, write(PARENT, 0), fork],
    place: FOUR,
    accounts: [
      'anon 16: ref 2 em 2 lm 2 npm E parent:1 child:1 S pm 0 0 0 0',
      ...RSS4,
      'NR_ANON_MAPPED 4, NR_ANON_THPS 4',
    ],
    parent: ['pmd[0] leaf pfn 16 RO young dirty WB'],
    child: ['pmd[0] leaf pfn 16 RO dirty WB'],
  },
  {
    name: 'THP fork, split',
    says: 'the leaf of the parent becomes 4 PTEs: 3 references more, and no statistic moves',
    plays: [four, write(PARENT, 0), fork, mprotect(PARENT, 0, 1, 'R')],
    place: FOUR,
    accounts: [
      'anon 16: ref 5 em 1 lm 5 npm E+4 parent:4 child:1 S pm 1 1 1 1',
      ...RSS4,
      'NR_ANON_MAPPED 4, NR_ANON_THPS 4',
    ],
    parent: ['page 0 pfn 16 RO young dirty WB', ...ofFolio(0)],
    child: ['pmd[0] leaf pfn 16 RO dirty WB'],
  },
  {
    name: 'THP fork, write',
    says: 'split, and one page copied',
    plays: [four, write(PARENT, 0), fork, write(PARENT, 0)],
    place: FOUR,
    accounts: [
      'anon 16: ref 4 em 1 lm 4 npm E+3 parent:3 child:1 S pm 0 1 1 1',
      'anon 24: ref 1 pm 1 AE 0',
      ...RSS4,
      'NR_ANON_MAPPED 5, NR_ANON_THPS 4',
    ],
    parent: ['page 0 pfn 24 RW young dirty WB', ...ofFolio(0)],
    child: ['pmd[0] leaf pfn 16 RO dirty WB'],
  },
  {
    name: 'THP fork, write, exit of the child',
    says: 'partially mapped from now on, and of the parent alone',
    plays: [four, write(PARENT, 0), fork, write(PARENT, 0), exit(CHILD)],
    place: FOUR,
    accounts: [
      'anon 16: ref 3 em 0 lm 3 npm 3 parent:3 pm 0 1 1 1 defer',
      'anon 24: ref 1 pm 1 AE 0',
      'parent: MM_ANONPAGES 4',
      'NR_ANON_MAPPED 4',
    ],
    parent: ['page 0 pfn 24 RW young dirty WB', ...ofFolio(0)],
  },
  {
    name: 'THP fork, write, exit of the child, write',
    says: 'so the second write reuses its page',
    plays: [four, write(PARENT, 0), fork, write(PARENT, 0), exit(CHILD), write(PARENT, 1)],
    place: FOUR,
    accounts: [
      'anon 16: ref 3 em 0 lm 3 npm 3 parent:3 pm 0 1 1 1 AE 1 defer',
      'anon 24: ref 1 pm 1 AE 0',
      'parent: MM_ANONPAGES 4',
      'NR_ANON_MAPPED 4',
    ],
    parent: ['page 0 pfn 24 RW young dirty WB', 'page 1 pfn 17 RW young dirty WB', ...ofFolio(1)],
  },
  {
    name: 'the same without owners',
    says: 'without CONFIG_MM_ID the second write copies',
    plays: [four, write(PARENT, 0), fork, write(PARENT, 0), exit(CHILD), write(PARENT, 1)],
    place: { ...FOUR, machine: { ...X86_64, mmId: false } },
    accounts: [
      'anon 16: ref 2 em 0 lm 2 npm 2 pm 0 0 1 1 defer',
      'anon 24: ref 1 pm 1 AE 0',
      'anon 25: ref 1 pm 1 AE 0',
      'parent: MM_ANONPAGES 4',
      'NR_ANON_MAPPED 4',
    ],
    parent: ['page 0 pfn 24 RW young dirty WB', 'page 1 pfn 25 RW young dirty WB', ...ofFolio(1)],
  },
];

const readZero = [two, other, read(PARENT, 0)];
const HUGE_ZERO: readonly Numbered[] = [
  {
    name: 'huge zero, fork, write, UFFDIO_MOVE',
    says: 'only the write is in rss; the zero leaf stays special, and each mm has one reference besides the shrinker',
    plays: [...readZero, fork, write(CHILD, 0), uffdMove(PARENT, 0, 4, 2)],
    place: ZERO,
    accounts: [
      hugeZero(3),
      ...ZEROS,
      'anon 20: ref 1 em 1 lm 1 npm E child:1 pm 0 0 AE 0',
      'child: MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    parent: [`pmd[2] ${ZERO_LEAF}`],
    child: ['pmd[0] leaf pfn 20 RW young dirty WB'],
  },
  {
    name: 'huge zero, UFFDIO_MOVE, munmap',
    says: 'nothing is uncounted that was not counted',
    plays: [...readZero, uffdMove(PARENT, 0, 4, 2), munmap(PARENT, 4, 6)],
    place: ZERO,
    accounts: [hugeZero(2), ...ZEROS],
  },
  {
    name: 'huge zero, UFFDIO_MOVE, munmap, before v7.0',
    says: 'without its special bit the leaf is taken for one of a counted folio',
    toggle: 'uffd-move-zero=no-folio',
    plays: [...readZero, uffdMove(PARENT, 0, 4, 2), munmap(PARENT, 4, 6)],
    place: ZERO,
    result: 'rmap-sanity@5',
    accounts: [hugeZero(2), ...ZEROS],
  },
  {
    name: 'huge zero, UFFDIO_MOVE of a page',
    says: 'the leaf is split into zero pages, one of which moves',
    plays: [...readZero, uffdMove(PARENT, 0, 5, 1)],
    place: ZERO,
    accounts: [hugeZero(2), ...ZEROS],
    parent: ['page 1 pfn 18 RO young special WB', 'page 5 pfn 18 RO young special WB'],
  },
];

const MOVES: readonly Numbered[] = [
  {
    name: 'UFFDIO_MOVE of a leaf',
    says: 'its deposit, which lies in another PMD table then, goes with it',
    plays: [two, other, write(PARENT, 0), uffdMove(PARENT, 0, 4, 2), munmap(PARENT, 5, 6)],
    place: TWO,
    accounts: [
      'anon 16: ref 1 em 0 lm 1 npm 1 parent:1 pm 1 0 AE 0 1 defer',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 4 pfn 16 RW young dirty WB'],
  },
  {
    name: 'UFFDIO_MOVE of a shared leaf',
    says: 'busy',
    plays: [two, other, write(PARENT, 0), fork, uffdMove(PARENT, 0, 4, 2)],
    place: TWO,
    result: 'EBUSY@5',
    accounts: [
      'anon 16: ref 2 em 2 lm 2 npm E parent:1 child:1 S pm 0 0',
      'parent: MM_ANONPAGES 2',
      'child: MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    parent: ['pmd[0] leaf pfn 16 RO young dirty WB'],
    child: ['pmd[0] leaf pfn 16 RO dirty WB'],
  },
  {
    name: 'UFFDIO_MOVE onto a leaf',
    says: 'the place is taken',
    plays: [two, other, write(PARENT, 0), write(PARENT, 4), uffdMove(PARENT, 0, 4, 2)],
    place: TWO,
    result: 'EEXIST@5',
    accounts: [THP, THP.replace('16', '18'), 'parent: MM_ANONPAGES 4', 'NR_ANON_MAPPED 4, NR_ANON_THPS 4'],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB', 'pmd[2] leaf pfn 18 RW young dirty WB'],
  },
  {
    name: 'UFFDIO_MOVE of a page',
    says: 'still exclusive, dirty and writable at the other place',
    plays: [one, other, write(PARENT, 0), uffdMove(PARENT, 0, 5, 1)],
    place: SMALL_PAGES,
    accounts: ['anon 16: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 5 pfn 16 RW young dirty WB'],
  },
  {
    name: 'UFFDIO_MOVE half-way',
    says: 'a page, then a hole',
    plays: [two, other, write(PARENT, 0), uffdMove(PARENT, 0, 4, 2)],
    place: SMALL_PAGES,
    result: 'EAGAIN@4',
    accounts: ['anon 16: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 4 pfn 16 RW young dirty WB'],
  },
  {
    name: 'UFFDIO_MOVE of nothing',
    says: 'a hole',
    plays: [two, other, uffdMove(PARENT, 0, 4, 2)],
    place: TWO,
    result: 'ENOENT@3',
  },
  {
    name: 'UFFDIO_MOVE of a read-only VMA',
    says: 'both must be writable',
    plays: [two, other, write(PARENT, 0), mprotect(PARENT, 0, 2, 'R'), uffdMove(PARENT, 0, 4, 2)],
    place: TWO,
    result: 'EINVAL@5',
    accounts: [THP, ...THP_COUNTS],
    parent: ['pmd[0] leaf pfn 16 RO young WB'],
  },
];

const SOFT_DIRTY: readonly Numbered[] = [
  {
    name: 'clear_refs of a THP',
    says: 'read-only, still exclusive',
    plays: [two, write(PARENT, 0), clearRefs(PARENT)],
    place: TWO,
    accounts: [THP, ...THP_COUNTS],
    parent: ['pmd[0] leaf pfn 16 RO young dirty WB'],
  },
  {
    name: 'clear_refs of a THP, write',
    says: 'reused',
    plays: [two, write(PARENT, 0), clearRefs(PARENT), write(PARENT, 1)],
    place: TWO,
    accounts: [THP, ...THP_COUNTS],
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
  {
    name: 'clear_refs of a page',
    says: 'read-only, still exclusive',
    plays: [one, write(PARENT, 0), clearRefs(PARENT)],
    place: SMALL_PAGES,
    accounts: ['anon 16: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 16 RO young dirty WB'],
  },
  {
    name: 'clear_refs of a file',
    says: 'read-only',
    plays: [file, write(PARENT, 0), clearRefs(PARENT)],
    place: SHMEM,
    accounts: FILE,
    parent: ['pmd[0] leaf pfn 16 RO young dirty WB'],
  },
  {
    name: 'clear_refs of a file, write',
    says: 'the leaf is split, and mapped anew',
    plays: [file, write(PARENT, 0), clearRefs(PARENT), write(PARENT, 1)],
    place: SHMEM,
    accounts: FILE,
    parent: ['pmd[0] leaf pfn 16 RW young dirty WB'],
  },
];

const OFF: readonly Numbered[] = [
  {
    name: 'off, THP',
    says: 'THP off: a small page',
    plays: [two, write(PARENT, 0)],
    place: { ...TWO, machine: NO_HUGE },
    accounts: ['anon 20: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 20 RW young dirty WB'],
  },
  {
    name: 'off, file',
    says: 'THP off: the whole folio by PTEs',
    plays: [file, write(PARENT, 0)],
    place: { ...SHMEM, machine: NO_HUGE },
    accounts: ['shmem 16: ref 4 em 0 lm 2 npm 2 parent:2 pm 1 1', 'parent: MM_SHMEMPAGES 2', 'NR_FILE_MAPPED 2'],
    parent: ['page 0 pfn 16 RW young dirty WB', 'page 1 pfn 17 RW young dirty WB'],
  },
];

export const SHARING: readonly Numbered[] = [...FORK, ...HUGE_ZERO, ...MOVES, ...SOFT_DIRTY, ...OFF];
