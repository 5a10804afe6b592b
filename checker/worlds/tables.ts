/** The worlds of page tables: tables that move, tables that are freed, and entries that lose a right. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0, TO_NEXT_GIB } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const PAGE2 = { from: 2, to: 3 };
const UNALIGNED = { from: 0, to: 5, pages: 2 };
const AND_BACK = { from: 4, to: 0, pages: 4 };

const onePud = { puds: 1, vmas: 3, pteTables: 6 };

/** A THP in slot 0, and small pages in slot 1 once the huge ones are used up. */
const GIB: readonly Block[] = [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)];
const gib = {
  drivers: [anonMemory('anon 1G', { at: 0, pages: 4 })],
  writes: [0, 2],
  mremaps: [TO_NEXT_GIB, AND_BACK, UNALIGNED],
  munmaps: [PAGE0],
  fork: false,
};

/** Four pages a PTE table: two are more than one, and less than a table. */
const PART = { puds: 1, ptrsPerPmd: 2, ptrsPerPte: 4, vmas: 3, pteTables: 4, memory: blocks('anon', 1, 3) };
const part = {
  drivers: [anonMemory('anon 12K', { at: 0, pages: 3 })],
  writes: [0, 1, 2],
  mremaps: [
    { from: 0, to: 5, pages: 2 },
    { from: 1, to: 3, pages: 2 },
  ],
  fork: false,
};

/** Pages 0 and 1 in one PTE table, page 2 in another one of the same PMD table. */
const neighbours = {
  drivers: [
    anonMemory('page 0', { at: 0, pages: 1 }),
    anonMemory('page 1', { at: 1, pages: 1 }),
    anonMemory('page 2', { at: 2, pages: 1 }),
  ],
  writes: [0, 1, 2],
  munmaps: [PAGE0, PAGE1, PAGE2],
  fork: false,
};

/** A THP, and a page of a file. */
const tracked = {
  drivers: [
    anonMemory('anon 2M', { at: 0, pages: 2 }),
    fileMapping('file page', { at: 2, pages: 1 }, 'file', 'shared'),
  ],
  writes: [0, 2],
  reads: [2],
  munmaps: [PAGE1],
  pins: [0],
  pinsFor: ['write'] as const,
  mprotects: [PAGE2],
  prots: RW,
  clearRefs: true,
};
const TRACKED: readonly Block[] = [...blocks('anon', 2, 1), ...blocks('anon', 1, 2), ...blocks('file', 1, 1)];

/** MADV_FREE and reclaim, and references that keep reclaim from it. */
const given = {
  drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
  writes: [0],
  reads: [1],
  madvises: [SLOT0],
  advice: ['FREE'] as const,
  pins: [0],
  pinsFor: ['read'] as const,
  reclaims: [0],
};
const THPS: readonly Block[] = [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)];

export const TABLE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'anon-move-gib',
    says: 'Does a PMD table that mremap() moves as a whole take along its leaves, its PTE tables and its deposits?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(gib, { memory: GIB }, 1),
      scope({ ...gib, munmaps: [PAGE0, PAGE2] }, { memory: GIB }, 1),
      scope({ ...gib, munmaps: [PAGE0, PAGE2], fork: true }, { memory: GIB }, 1),
    ),
  },
  {
    name: 'anon-move-part',
    says: 'Does every page arrive where mremap() moves a part of a PTE table?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(part, PART, 1),
      scope({ ...part, munmaps: [PAGE0] }, PART, 1),
      scope({ ...part, munmaps: [PAGE0], fork: true }, { ...PART, memory: blocks('anon', 1, 5) }, 1),
    ),
  },
  {
    name: 'tables-freed',
    says: 'Does munmap() free the tables that it leaves empty, and none that a neighbour below or above still needs?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(neighbours, { ...onePud, memory: blocks('anon', 1, 3) }, 1),
      scope(
        {
          ...neighbours,
          drivers: [...neighbours.drivers, anonMemory('page 4', { at: 4, pages: 1 })],
          writes: [0, 1, 2, 4],
        },
        { ...onePud, puds: 2, vmas: 4, memory: blocks('anon', 1, 4) },
        1,
      ),
      scope({ ...neighbours, fork: true }, { ...onePud, memory: blocks('anon', 1, 5) }, 1),
    ),
  },
  {
    name: 'memory-soft-dirty',
    says: 'Is a write seen by soft-dirty tracking without a copy too many, of a THP, of its pages, and of a page of a file?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...tracked, fork: false }, { ...onePud, pins: 1, memory: TRACKED }, 1),
      scope({ ...tracked, mms: [0] }, { ...onePud, pins: 1, memory: TRACKED }, 0),
      scope({ ...tracked, reads: [1, 2] }, { ...onePud, pins: 1, memory: TRACKED }, 1),
    ),
  },
  {
    name: 'anon-reclaim',
    says: 'Is a THP that MADV_FREE has given up dropped as a whole, and only if nobody else has a reference?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...given, mms: [0] }, { ...onePud, pins: 1, memory: THPS }, 0),
      scope(given, { ...onePud, pins: 1, memory: THPS }, 1),
      scope({ ...given, munmaps: [PAGE0] }, { ...onePud, pins: 1, memory: THPS }, 1),
    ),
  },
];
