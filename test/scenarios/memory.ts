/**
 * Recipes of folios and their counters, and what all the counters are at the end. Frames of memory begin at 16;
 * ENTIRELY_MAPPED, which a leaf adds to nr_pages_mapped, is 16 where a slot has two pages.
 */
import { anonMemory, shmemFile } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import type { Accounted } from './accounted.ts';
import { fork, madvise, mmap, munmap, pin, type Played, read, reclaim, truncate, unpin, write } from './play.ts';

export const PARENT = 0;
export const CHILD = 1;

export const anon = anonMemory('anon 2M', { at: 0, pages: 2 });
export const shmem = shmemFile('shmem 2M', { at: 0, pages: 2 });

export const THPS = { pins: 2, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 4)] };
export const SMALL_PAGES = { pins: 1, memory: blocks('anon', 1, 4) };
/** Slots of four pages, folios of two: mTHP. */
export const MTHP = { pins: 1, puds: 1, ptrsPerPte: 4, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 4)] };
export const SHMEM = { pins: 1, memory: [...blocks('shmem', 2, 1), ...blocks('anon', 1, 2)] };

const pinned = (access: 'read' | 'write'): readonly Played[] => [
  mmap(anon),
  write(PARENT, 0),
  pin(PARENT, 1, access),
  fork,
  read(CHILD, 0),
  write(PARENT, 1),
];
/** The parent by a leaf, the child by one PTE; the parent unmaps, the file is truncated. */
const sharedFile: readonly Played[] = [
  mmap(shmem),
  write(PARENT, 0),
  fork,
  munmap(CHILD, 1, 2),
  read(CHILD, 0),
  munmap(PARENT, 0, 2),
  truncate('shmem', 0),
];
/** Half of a folio writable in the parent, half shared with the child; one VMA again, given up, written to, reclaimed. */
const lazyfree: readonly Played[] = [
  mmap(anon),
  write(PARENT, 0),
  madvise(PARENT, 0, 1, 'DONTFORK'),
  fork,
  madvise(PARENT, 0, 1, 'DOFORK'),
  madvise(PARENT, 0, 2, 'FREE'),
  write(PARENT, 0),
  reclaim(PARENT, 0),
];
const respectsNothing = { unmap_batch_respects_write: () => () => false };

export const RECIPES: readonly Accounted[] = [
  {
    name: 'S2',
    says: 'a THP is pinned for writing; fork splits it, the child gets copies, the parent writes in place',
    plays: pinned('write'),
    geometry: THPS,
    counts: [
      '16: refcount 3, mapcount 1, pincount 1, large mapcount 2, nr_pages_mapped 2',
      '17: mapcount 1',
      '20: refcount 1, mapcount 1',
      '21: refcount 1, mapcount 1',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 4',
    ],
    has: [
      'table 0 pte[1] pfn 17 RW young dirty WB',
      'table 1 pte[1] pfn 21 RW young dirty WB',
      'pin 0 frame 17, for writing, by parent at page 1',
      'page 17 anon tail AnonExclusive',
    ],
  },
  {
    name: 'S2 read',
    says: 'the same for reading',
    plays: pinned('read'),
    geometry: THPS,
    counts: [
      '16: refcount 3, mapcount 1, pincount 1, large mapcount 2, nr_pages_mapped 2',
      '17: mapcount 1',
      '20: refcount 1, mapcount 1',
      '21: refcount 1, mapcount 1',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 4',
    ],
    has: [
      'table 0 pte[1] pfn 17 RW young dirty WB',
      'table 1 pte[1] pfn 21 RW young dirty WB',
      'pin 0 frame 17, for reading, by parent at page 1',
      'page 17 anon tail AnonExclusive',
    ],
  },
  {
    name: 'S2 unpin',
    says: 'a pin that is gone by the time of the fork: the leaf is shared',
    plays: [mmap(anon), write(PARENT, 0), pin(PARENT, 1, 'write'), unpin(0), fork],
    geometry: THPS,
    counts: [
      '16: refcount 2, entire mapcount 2, large mapcount 2, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2, NR_ANON_THPS 2',
    ],
    has: [
      'parent pmd[0] leaf pfn 16 RO young dirty WB',
      'child pmd[0] leaf pfn 16 RO dirty WB',
      'page 16 anon head referenced',
    ],
  },
  {
    name: 'S4 V7',
    says: 'a shmem THP, mapped by a leaf',
    plays: sharedFile.slice(0, 2),
    geometry: SHMEM,
    counts: [
      '16: refcount 3, entire mapcount 1, large mapcount 1, nr_pages_mapped ENTIRELY_MAPPED',
      'parent MM_SHMEMPAGES 2',
      'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
    ],
    has: ['parent pmd[0] leaf pfn 16 RW young dirty WB', 'page 16 shmem head dirty in the page cache'],
  },
  {
    name: 'S4 V8',
    says: 'and by a PTE of the child',
    plays: sharedFile.slice(0, 5),
    geometry: SHMEM,
    counts: [
      '16: refcount 4, mapcount 1, entire mapcount 1, large mapcount 2, nr_pages_mapped ENTIRELY_MAPPED + 1',
      'parent MM_SHMEMPAGES 2, child MM_SHMEMPAGES 1',
      'NR_FILE_MAPPED 2, NR_SHMEM_PMDMAPPED 2',
    ],
    has: ['table 0 pte[0] pfn 16 RW young dirty WB'],
  },
  {
    name: 'S4 V9',
    says: 'the leaf goes',
    plays: sharedFile.slice(0, 6),
    geometry: SHMEM,
    counts: [
      '16: refcount 3, mapcount 1, large mapcount 1, nr_pages_mapped 1',
      'child MM_SHMEMPAGES 1',
      'NR_FILE_MAPPED 1',
    ],
    has: ['table 0 pte[0] pfn 16 RW young dirty WB'],
  },
  {
    name: 'S4 V10',
    says: 'the file is truncated: unmapped, out of the page cache, freed',
    plays: sharedFile,
    geometry: SHMEM,
    counts: [],
    has: ['child alive, 2 page-table pages'],
  },
  {
    name: 'S5',
    says: 'half of a shmem THP is unmapped: the split leaves nothing',
    plays: [mmap(shmem), write(PARENT, 0), munmap(PARENT, 0, 1)],
    geometry: SHMEM,
    counts: ['16: refcount 2'],
    has: ['page 16 shmem head dirty referenced in the page cache'],
  },
  {
    name: 'S5 read',
    says: 'and the other half comes back by a PTE',
    plays: [mmap(shmem), write(PARENT, 0), munmap(PARENT, 0, 1), read(PARENT, 1)],
    geometry: SHMEM,
    counts: [
      '16: refcount 3, large mapcount 1, nr_pages_mapped 1',
      '17: mapcount 1',
      'parent MM_SHMEMPAGES 1',
      'NR_FILE_MAPPED 1',
    ],
    has: ['table 0 pte[1] pfn 17 RW young dirty WB'],
  },
  {
    name: 'S14',
    says: 'the batch ends where the right to write does: the shared page stays read-only',
    plays: lazyfree,
    geometry: MTHP,
    counts: [
      '16: refcount 3, mapcount 1, large mapcount 3, nr_pages_mapped 2',
      '17: mapcount 2',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 1',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'table 0 pte[1] pfn 17 RO WB',
      'table 1 pte[1] pfn 17 RO dirty WB',
      'page 16 anon head AnonExclusive dirty',
      'page 17 anon tail',
    ],
  },
  {
    name: 'S14, v6.15',
    says: 'the batch is restored with the first write bit: a page that the child maps, too, is writable',
    plays: lazyfree,
    geometry: MTHP,
    patch: respectsNothing,
    outcome: 'I-EXCL@8',
    counts: [
      '16: refcount 3, mapcount 1, large mapcount 3, nr_pages_mapped 2',
      '17: mapcount 2',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 1',
      'NR_ANON_MAPPED 2',
    ],
    has: [
      'table 0 pte[0] pfn 16 RW young dirty WB',
      'table 0 pte[1] pfn 17 RW young dirty WB',
      'table 1 pte[1] pfn 17 RO dirty WB',
      'page 16 anon head AnonExclusive dirty',
      'page 17 anon tail',
    ],
  },
  {
    name: 'S14 pin, v6.15',
    says: 'and can be pinned: what the kernel asserts of pins is content with a head that is exclusive',
    plays: [...lazyfree, pin(PARENT, 1, 'write')],
    geometry: MTHP,
    patch: respectsNothing,
    outcome: 'I-EXCL@8 I-PIN@9',
    counts: [
      '16: refcount 4, mapcount 1, pincount 1, large mapcount 3, nr_pages_mapped 2',
      '17: mapcount 2',
      'parent MM_ANONPAGES 2, child MM_ANONPAGES 1',
      'NR_ANON_MAPPED 2',
    ],
    has: ['page 17 anon tail'],
  },
];
