/** What leaves the swap cache because nobody maps it any more, on v7.1. A PMD leaf has 2 pages; swap is no zram. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import { exit, fork, madvise, mmap, munmap, read, reclaim, reference, type Stage, write } from './play.ts';

const SWAP: Geometry = { ...SMALL, swapSlots: 4, pins: 1, memory: blocks('anon', 1, 4) };
const DISK: Stage = { geometry: SWAP };
const HUGE: Stage = { geometry: { ...SWAP, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)] } };
const FULL: Stage = { geometry: { ...SWAP, swapSlots: 2 } };

const one = mmap(anonMemory('1 page', { at: 0, pages: 1 }));
const two = mmap(anonMemory('2 pages', { at: 0, pages: 2 }));
const out = [one, write(PARENT, 0), reclaim(PARENT, 0)];
const both = [one, write(PARENT, 0), fork, reclaim(PARENT, 0)];
const hugeOut = [two, write(PARENT, 0), madvise(PARENT, 0, 2, 'PAGEOUT')];

export const SWAP_FREED: readonly Numbered[] = [
  {
    name: 'out, read, munmap',
    says: 'nobody maps it any more, and no entry names its slot: all is free',
    plays: [...out, read(PARENT, 0), munmap(PARENT, 0, 1)],
    place: DISK,
  },
  {
    name: 'out, read, munmap of a leaf',
    says: 'page by page, each of which had its slot',
    plays: [...hugeOut, read(PARENT, 1), munmap(PARENT, 0, 2)],
    place: HUGE,
  },
  {
    name: 'shared, out, read by both, exit of one',
    says: 'the other maps it: it stays in the swap cache',
    plays: [...both, read(PARENT, 0), read(CHILD, 0), exit(CHILD)],
    place: DISK,
    accounts: [
      'anon 16: ref 2 pm 1',
      'slot 0: count 0, in the swap cache as page 16, written',
      'parent: MM_ANONPAGES 1',
      'NR_ANON_MAPPED 1',
    ],
    parent: ['page 0 pfn 16 RO young WB'],
  },
  {
    name: 'shared, out, read by one, munmap',
    says: 'nobody maps it, but the parent has an entry: it stays in the swap cache',
    plays: [...both, read(CHILD, 0), munmap(CHILD, 0, 1)],
    place: DISK,
    accounts: [
      'anon 16: ref 1 pm 0',
      'slot 0: count 1, in the swap cache as page 16, written',
      'parent: MM_SWAPENTS 1',
    ],
    parent: ['page 0 swap entry of slot 0'],
  },
  {
    name: 'shared, out, read, referenced, write',
    says: 'a copy, because of the reference; nobody maps the original, and it leaves the swap cache',
    plays: [...both, exit(CHILD), read(PARENT, 0), reference(PARENT, 0), write(PARENT, 0)],
    place: DISK,
    accounts: ['anon 16: ref 1 pm 0', 'anon 17: ref 1 pm 1 AE 0', 'parent: MM_ANONPAGES 1', 'NR_ANON_MAPPED 1'],
    parent: ['page 0 pfn 17 RW young dirty WB'],
  },
  {
    name: 'swap full, exit',
    says: "the entries go first: a page that the parent maps leaves the swap cache, while that of the child's own page is still taken",
    plays: [
      two,
      write(PARENT, 0),
      write(PARENT, 1),
      fork,
      write(CHILD, 0),
      reclaim(CHILD, 0),
      read(CHILD, 0),
      reclaim(PARENT, 1),
      read(PARENT, 1),
      exit(CHILD),
    ],
    place: FULL,
    accounts: ['anon 16: ref 1 pm 1', 'anon 17: ref 1 pm 1', 'parent: MM_ANONPAGES 2', 'NR_ANON_MAPPED 2'],
    parent: ['page 0 pfn 16 RO young dirty WB', 'page 1 pfn 17 RO young WB'],
  },
];
