/** Peer-to-peer memory of a PCI device, on v7.1, step by step. Pages 1 and 2 of a mapping lie in two tables. */
import { p2pMemory } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { CHILD, type Numbered, PARENT } from './numbered.ts';
import { exit, failing, fork, gup, madvise, mmap, mprotect, munmap, read, type Stage, unpin, write } from './play.ts';

const BAR: Geometry = { ...SMALL, pins: 1, memory: blocks('p2pdma', 1, 3) };
const PLACE: Stage = { geometry: BAR };
const two = mmap(p2pMemory('two pages', { at: 1, pages: 2 }));
const more = mmap(p2pMemory('two more', { at: 4, pages: 2 }));

/** What `two` comes to. */
const TWO_MAPPED: readonly string[] = [
  'p2pdma 16: ref 1 pm 1',
  'p2pdma 17: ref 1 pm 1',
  'pgmap: ref 2',
  'parent: MM_FILEPAGES 2',
  'NR_FILE_MAPPED 2',
];

export const PEERS: readonly Numbered[] = [
  {
    name: 'mmap',
    says: 'the first pages of the pool, by writable entries',
    plays: [two],
    place: PLACE,
    accounts: TWO_MAPPED,
    parent: ['page 1 pfn 16 RW young WB', 'page 2 pfn 17 RW young WB'],
  },
  {
    name: 'mmap of more than there is',
    says: 'ENOMEM',
    plays: [two, more, munmap(PARENT, 1, 3)],
    place: PLACE,
    result: 'ENOMEM@2',
  },
  {
    name: 'mmap that fails half-way',
    says: 'all pages are in the pool again',
    plays: [failing(two, 3)],
    place: PLACE,
    result: 'ENOMEM@1',
  },
  {
    name: 'mmap that fails half-way, until v6.18',
    says: 'a reference to the pgmap leaks',
    plays: [failing(two, 3)],
    place: PLACE,
    toggle: 'p2pdma-failed-pgmap=kept',
    result: 'ENOMEM@1',
    accounts: ['pgmap: ref 1'],
  },
  {
    name: 'fork, and munmap of one page',
    says: 'the child has it still',
    plays: [two, fork, munmap(PARENT, 1, 2)],
    place: PLACE,
    accounts: [
      'p2pdma 16: ref 1 pm 1',
      'p2pdma 17: ref 2 pm 2',
      'pgmap: ref 2',
      'parent: MM_FILEPAGES 1',
      'child: MM_FILEPAGES 2',
      'NR_FILE_MAPPED 2',
    ],
    parent: ['page 2 pfn 17 RW young WB'],
    child: ['page 1 pfn 16 RW WB', 'page 2 pfn 17 RW WB'],
  },
  {
    name: 'fork, exit of both',
    says: 'nothing is left',
    plays: [two, fork, exit(CHILD), exit(PARENT)],
    place: PLACE,
  },
  {
    name: 'MADV_DONTNEED',
    says: 'SIGBUS: there is no ->fault',
    plays: [two, madvise(PARENT, 1, 2, 'DONTNEED'), read(PARENT, 1)],
    place: PLACE,
    result: 'SIGBUS@3',
    accounts: ['p2pdma 17: ref 1 pm 1', 'pgmap: ref 1', 'parent: MM_FILEPAGES 1', 'NR_FILE_MAPPED 1'],
    parent: ['page 2 pfn 17 RW young WB'],
  },
  {
    name: 'a pin',
    says: 'EREMOTEIO',
    plays: [two, gup(PARENT, 1, 'pin', 'write'), munmap(PARENT, 1, 3)],
    place: PLACE,
    result: 'EREMOTEIO@2',
  },
  {
    name: 'a pin of who knows P2PDMA, and munmap',
    says: 'the page is not in the pool',
    plays: [two, gup(PARENT, 1, 'P2PDMA pin', 'write'), munmap(PARENT, 1, 3)],
    place: PLACE,
    accounts: ['p2pdma 16: ref 0 pm 0', 'pgmap: ref 1'],
  },
  {
    name: 'a pin of who knows P2PDMA, munmap, unpin',
    says: 'now it is',
    plays: [two, gup(PARENT, 1, 'P2PDMA pin', 'write'), munmap(PARENT, 1, 3), unpin(0)],
    place: PLACE,
  },
  {
    name: 'a write, read-only for a while, a write',
    says: 'the entry is dirty, and mprotect() makes it writable',
    plays: [
      two,
      write(PARENT, 1),
      mprotect(PARENT, 1, 3, 'R'),
      mprotect(PARENT, 1, 3, 'RW'),
      write(PARENT, 1),
      munmap(PARENT, 1, 3),
    ],
    place: PLACE,
  },
  {
    name: 'read-only for a while, a write',
    says: 'faults without end: ->page_mkwrite of kernfs',
    plays: [two, mprotect(PARENT, 1, 3, 'R'), mprotect(PARENT, 1, 3, 'RW'), write(PARENT, 1)],
    place: PLACE,
    result: 'fault-loop@4',
    accounts: TWO_MAPPED,
    parent: ['page 1 pfn 16 RO young WB', 'page 2 pfn 17 RO young WB'],
  },
];
