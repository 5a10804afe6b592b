/** Reclaim to swap and back, on v7.1, step by step. A PMD leaf has 2 pages; with zram the folio leaves memory at once. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import {
  endMigration,
  exit,
  fork,
  madvise,
  migrate,
  mmap,
  munmap,
  pin,
  read,
  reclaim,
  type Stage,
  uffdMove,
  write,
} from './play.ts';

const SWAP: Geometry = { ...SMALL, swapSlots: 4, pins: 1, migrations: 1, memory: blocks('anon', 1, 4) };
const DISK: Stage = { geometry: SWAP };
const ZRAM: Stage = { geometry: SWAP, machine: { ...X86_64, syncSwap: true } };
const HUGE: Stage = { geometry: { ...SWAP, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)] } };
const SHORT: Stage = {
  geometry: { ...SWAP, swapSlots: 1, memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 1)] },
};
const FILES: Stage = { geometry: { ...SMALL, memory: blocks('file', 2, 1) } };

const one = mmap(anonMemory('1 page', { at: 0, pages: 1 }));
const there = mmap(anonMemory('another', { at: 2, pages: 1 }));
const two = mmap(anonMemory('a leaf of 2 pages', { at: 0, pages: 2 }));
const file = mmap(fileMapping('a file', { at: 0, pages: 2 }, 'file', 'shared'));

const out = [one, write(PARENT, 0), reclaim(PARENT, 0)];
const both = [one, write(PARENT, 0), fork, reclaim(PARENT, 0)];
const hugeOut = [two, write(PARENT, 0), madvise(PARENT, 0, 2, 'PAGEOUT')];

export const SWAPPED: readonly Numbered[] = [
  {
    name: 'out',
    says: 'in the swap cache, clean, one reference, that of the cache',
    plays: [...out],
    place: DISK,
    accounts: [
      'anon 16: ref 1 pm 0',
      'slot 0: count 1, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
    ],
    parent: ['page 0 exclusive swap entry of slot 0'],
  },
  {
    name: 'out, twice',
    says: 'memory is free, the slot has it',
    plays: [...out, reclaim(PARENT, 0)],
    place: DISK,
    accounts: ['slot 0: count 1, written', 'parent: MM_SWAPENTS 1'],
    parent: ['page 0 exclusive swap entry of slot 0'],
  },
  {
    name: 'out to zram',
    says: 'the folio is free at once',
    plays: [...out],
    place: ZRAM,
    accounts: ['slot 0: count 1, written', 'parent: MM_SWAPENTS 1'],
    parent: ['page 0 exclusive swap entry of slot 0'],
  },
  {
    name: 'out, read',
    says: 'the same page, exclusive and writable by its entry; it stays in the swap cache',
    plays: [...out, read(PARENT, 0)],
    place: DISK,
    accounts: [
      'anon 16: ref 2 pm 1 AE 0',
      'slot 0: count 0, in the swap cache as page 16, written',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 pfn 16 RW young WB'],
  },
  {
    name: 'out, write',
    says: 'v7.1 leaves it in the swap cache, and the slot is out of date',
    plays: [...out, write(PARENT, 0)],
    place: DISK,
    accounts: [
      'anon 16: ref 2 pm 1 AE 0',
      'slot 0: count 0, in the swap cache as page 16, out of date',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 pfn 16 RW young dirty WB'],
  },
  {
    name: 'out, write, until v6.18',
    says: 'a write takes it out of the swap cache, which frees the slot',
    plays: [...out, write(PARENT, 0)],
    place: DISK,
    toggle: 'swapin-order=first',
    accounts: ['anon 16: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 16 RW young dirty WB'],
  },
  {
    name: 'out, write, out again',
    says: 'written anew to the same slot',
    plays: [...out, write(PARENT, 0), reclaim(PARENT, 0), reclaim(PARENT, 0)],
    place: DISK,
    accounts: ['slot 0: count 1, written', 'parent: MM_SWAPENTS 1'],
    parent: ['page 0 exclusive swap entry of slot 0'],
  },
  {
    name: 'out to zram, read',
    says: 'a new page; the slot is free',
    plays: [...out, read(PARENT, 0)],
    place: ZRAM,
    accounts: ['anon 16: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 16 RW young WB'],
  },
  {
    name: 'shared, out',
    says: 'two entries, neither exclusive',
    plays: [...both],
    place: DISK,
    accounts: [
      'anon 16: ref 1 pm 0',
      'slot 0: count 2, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
      'child: MM_SWAPENTS 1',
    ],
    parent: ['page 0 swap entry of slot 0'],
    child: ['page 0 swap entry of slot 0'],
  },
  {
    name: 'shared, out, read by one',
    says: "read-only, nobody's own: the parent has an entry",
    plays: [...both, read(CHILD, 0)],
    place: DISK,
    accounts: [
      'anon 16: ref 2 pm 1',
      'slot 0: count 1, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
      'child: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 swap entry of slot 0'],
    child: ['page 0 pfn 16 RO young WB'],
  },
  {
    name: 'shared, out, write by one',
    says: 'a copy; the original stays in the swap cache for the parent',
    plays: [...both, write(CHILD, 0)],
    place: DISK,
    accounts: [
      'anon 16: ref 1 pm 0',
      'anon 17: ref 1 pm 1 AE 0',
      'slot 0: count 1, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
      'child: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 swap entry of slot 0'],
    child: ['page 0 pfn 17 RW young dirty WB'],
  },
  {
    name: 'out, fork',
    says: "the parent's entry is not exclusive any more",
    plays: [...out, fork],
    place: DISK,
    accounts: [
      'anon 16: ref 1 pm 0',
      'slot 0: count 2, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
      'child: MM_SWAPENTS 1',
    ],
    parent: ['page 0 swap entry of slot 0'],
    child: ['page 0 swap entry of slot 0'],
  },
  {
    name: 'out, fork, exit, read',
    says: 'the mark is lost: read-only, until a write',
    plays: [...out, fork, exit(CHILD), read(PARENT, 0)],
    place: ZRAM,
    accounts: ['anon 16: ref 1 pm 1', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 16 RO young WB'],
  },
  {
    name: 'out, fork, exit, read, until v6.18',
    says: 'one entry, so the page is its own',
    plays: [...out, fork, exit(CHILD), read(PARENT, 0)],
    place: ZRAM,
    toggle: 'swapin-cache=skipped',
    accounts: ['anon 16: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 16 RW young WB'],
  },
  {
    name: 'out, munmap',
    says: 'with its last entry the page leaves the swap cache, and all is free',
    plays: [...out, munmap(PARENT, 0, 1)],
    place: DISK,
  },
  {
    name: 'out, UFFDIO_MOVE',
    says: 'the entry moves',
    plays: [one, there, write(PARENT, 0), reclaim(PARENT, 0), uffdMove(PARENT, 0, 2, 1)],
    place: DISK,
    accounts: [
      'anon 16: ref 1 pm 0',
      'slot 0: count 1, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
    ],
    parent: ['page 2 exclusive swap entry of slot 0'],
  },
  {
    name: 'shared, out, UFFDIO_MOVE',
    says: 'EBUSY: it is not exclusive',
    plays: [one, there, write(PARENT, 0), fork, reclaim(PARENT, 0), uffdMove(PARENT, 0, 2, 1)],
    place: DISK,
    result: 'EBUSY@6',
    accounts: [
      'anon 16: ref 1 pm 0',
      'slot 0: count 2, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
      'child: MM_SWAPENTS 1',
    ],
    parent: ['page 0 swap entry of slot 0'],
    child: ['page 0 swap entry of slot 0'],
  },
  {
    name: 'pinned',
    says: 'gets no slot',
    plays: [one, write(PARENT, 0), pin(PARENT, 0, 'write'), reclaim(PARENT, 0)],
    place: DISK,
    accounts: ['anon 16: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 16 RW young dirty WB'],
  },
  {
    name: 'pinned in the swap cache',
    says: 'stays mapped: its exclusive mark cannot go',
    plays: [...out, read(PARENT, 0), pin(PARENT, 0, 'write'), reclaim(PARENT, 0)],
    place: DISK,
    accounts: [
      'anon 16: ref 2 pm 1 AE 0',
      'slot 0: count 0, in the swap cache as page 16, written',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 pfn 16 RW young WB'],
  },
  {
    name: 'migrated in the swap cache',
    says: 'the slot follows',
    plays: [...both, read(CHILD, 0), migrate(CHILD, 0), endMigration('new')],
    place: DISK,
    accounts: [
      'anon 17: ref 2 pm 1',
      'slot 0: count 1, in the swap cache as page 17, written',
      'parent: MM_SWAPENTS 1',
      'child: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 swap entry of slot 0'],
    child: ['page 0 pfn 17 RO young WB'],
  },
  {
    name: 'a huge page, out',
    says: 'two slots in a row, PTEs where the leaf was',
    plays: [...hugeOut],
    place: HUGE,
    accounts: [
      'anon 16: ref 2 em 0 lm 0 npm 0 pm 0 0',
      'slot 0: count 1, in the swap cache as page 16, written',
      'slot 1: count 1, in the swap cache as page 17, written',
      'parent: MM_SWAPENTS 2',
    ],
    parent: ['page 0 exclusive swap entry of slot 0', 'page 1 exclusive swap entry of slot 1'],
  },
  {
    name: 'a huge page, out, read',
    says: 'all of it comes back from the swap cache',
    plays: [...hugeOut, read(PARENT, 1)],
    place: HUGE,
    accounts: [
      'anon 16: ref 4 em 0 lm 2 npm 2 parent:2 pm 1 1 AE 0 1',
      'slot 0: count 0, in the swap cache as page 16, written',
      'slot 1: count 0, in the swap cache as page 17, written',
      'parent: MM_ANONPAGES 2',
      'NR_ANON_MAPPED 2',
    ],
    parent: ['page 0 pfn 16 RW young WB', 'page 1 pfn 17 RW young WB'],
  },
  {
    name: 'a huge page, out twice, read',
    says: 'one page comes back alone',
    plays: [...hugeOut, reclaim(PARENT, 0), read(PARENT, 1)],
    place: HUGE,
    accounts: [
      'anon 20: ref 2 pm 1 AE 0',
      'slot 0: count 1, written',
      'slot 1: count 0, in the swap cache as page 20, written',
      'parent: MM_ANONPAGES 1 MM_SWAPENTS 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 exclusive swap entry of slot 0', 'page 1 pfn 20 RW young WB'],
  },
  {
    name: 'a part of a huge page',
    says: 'it is split, and the part goes',
    plays: [two, write(PARENT, 0), madvise(PARENT, 0, 1, 'PAGEOUT')],
    place: HUGE,
    accounts: [
      'anon 16: ref 1 pm 0',
      'anon 17: ref 1 pm 1 AE 0',
      'slot 0: count 1, in the swap cache as page 16, written',
      'parent: MM_ANONPAGES 1 MM_SWAPENTS 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 exclusive swap entry of slot 0', 'page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'a huge page, one slot',
    says: 'it is split, and what finds a slot goes',
    plays: [...hugeOut],
    place: SHORT,
    accounts: [
      'anon 16: ref 1 pm 0',
      'anon 17: ref 1 pm 1 AE 0',
      'slot 0: count 1, in the swap cache as page 16, written',
      'parent: MM_ANONPAGES 1 MM_SWAPENTS 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 exclusive swap entry of slot 0', 'page 1 pfn 17 RW young dirty WB'],
  },
  {
    name: 'a shared huge page, MADV_PAGEOUT',
    says: 'others map it: stays',
    plays: [two, write(PARENT, 0), fork, madvise(PARENT, 0, 2, 'PAGEOUT')],
    place: HUGE,
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
    name: 'a clean file',
    says: 'leaves the page cache',
    plays: [file, read(PARENT, 0), reclaim(PARENT, 0)],
    place: FILES,
  },
  {
    name: 'a dirty file',
    says: 'is unmapped, and stays in the page cache',
    plays: [file, write(PARENT, 0), reclaim(PARENT, 0)],
    place: FILES,
    accounts: ['file 16: ref 2 em 0 lm 0 npm 0 pm 0 0'],
  },
];
