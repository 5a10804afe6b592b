/** The worlds of reclaim: memory that goes to swap and comes back, and folios that leave the page cache. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

/** Swap on zram: what is swapped out is written at once, and leaves memory at once. */
const ZRAM: Machine = { ...X86_64, syncSwap: true };

const onePud = { puds: 1, vmas: 3, pteTables: 4 };
const SMALL_PAGES: readonly Block[] = blocks('anon', 1, 4);

const one = anonMemory('anon page', { at: 0, pages: 1 });
const two = anonMemory('anon 2M', { at: 0, pages: 2 });
const swapped = {
  drivers: [one],
  writes: [0],
  reads: [0],
  munmaps: [PAGE0],
  mprotects: [PAGE0],
  prots: RW,
  madvises: [PAGE0],
  advice: ['PAGEOUT', 'FREE', 'DONTNEED'] as const,
  reclaims: [0],
  clearRefs: true,
};
const shared = { drivers: [one], writes: [0], reads: [0], munmaps: [PAGE0], reclaims: [0] };
const pagedOut = {
  drivers: [two],
  writes: [0],
  reads: [1],
  munmaps: [PAGE0],
  madvises: [SLOT0, PAGE0],
  advice: ['PAGEOUT', 'COLD'] as const,
  reclaims: [0],
};
/** A pin of the page at 0, and memory that its owner shares with a child. */
const pinned = {
  mms: [0],
  drivers: [one],
  writes: [0],
  reads: [0],
  reclaims: [0],
  pins: [0],
  pinsFor: ['read'] as const,
};
const moved = {
  ...shared,
  drivers: [one, anonMemory('anon page at 2', { at: 2, pages: 1 })],
  mremaps: [{ from: 0, to: 3, pages: 1 }],
  uffdMoves: [{ from: 0, to: 2, pages: 1 }],
};
/** A huge page that goes to swap as a whole, and of which a part is moved. */
const movedPart = {
  ...moved,
  mms: [0],
  drivers: [two, anonMemory('anon page at 2', { at: 2, pages: 1 })],
  reads: [2],
  fork: false,
};
const PARTS: readonly Block[] = [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)];
const migrating = { ...shared, migrations: [{ page: 0, to: 'move' }] as const };

const FILES: readonly Block[] = [...blocks('file', 2, 1), ...blocks('anon', 1, 2)];
const file = {
  drivers: [
    fileMapping('file 2M', { at: 0, pages: 2 }, 'file', 'shared'),
    fileMapping('private file page', { at: 2, pages: 1 }, 'file', 'private'),
  ],
  writes: [0, 2],
  reads: [1],
  munmaps: [PAGE0],
  madvises: [SLOT0],
  advice: ['PAGEOUT'] as const,
  reclaims: [0, 2],
};

export const SWAP_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'swap',
    says: 'Does a page that goes to swap come back as it was, whatever is done to its entry meanwhile?',
    machine: X86_64,
    reaches: ['folio in swap cache'],
    sizes: sized(
      scope(
        { ...swapped, drivers: [two], writes: [0, 1], fork: false },
        { ...onePud, memory: SMALL_PAGES, swapSlots: 2 },
        1,
      ),
      scope(
        { ...swapped, drivers: [two], writes: [0, 1], reclaims: [0, 1], munmaps: [PAGE0, PAGE1], fork: false },
        { ...onePud, memory: SMALL_PAGES, swapSlots: 2 },
        1,
      ),
      scope({ ...swapped }, { ...onePud, memory: [...SMALL_PAGES, ...blocks('zero page', 1, 1)], swapSlots: 3 }, 1),
    ),
  },
  {
    name: 'swap-fork',
    says: 'Does a page that parent and child share stay theirs in swap, in the swap cache, and on its way back?',
    machine: X86_64,
    reaches: ['folio in swap cache'],
    sizes: sized(
      scope(shared, { ...onePud, memory: SMALL_PAGES, swapSlots: 2 }, 0),
      scope(shared, { ...onePud, memory: SMALL_PAGES, swapSlots: 3 }, 1),
      scope({ ...shared, drivers: [two], writes: [0, 1] }, { ...onePud, memory: SMALL_PAGES, swapSlots: 3 }, 1),
    ),
  },
  {
    name: 'swap-zram',
    says: 'Does it where what is swapped out leaves memory at once?',
    machine: ZRAM,
    reaches: ['swap slot in use'],
    sizes: sized(
      scope(shared, { ...onePud, memory: SMALL_PAGES, swapSlots: 2 }, 0),
      scope(shared, { ...onePud, memory: SMALL_PAGES, swapSlots: 3 }, 1),
      scope({ ...shared, mms: [0, 1, 2] }, { ...onePud, mms: 3, memory: SMALL_PAGES, swapSlots: 3 }, 1),
    ),
  },
  {
    name: 'pageout-thp',
    says: 'Do huge pages that MADV_PAGEOUT gives to swap as a whole come back page by page, or as they were?',
    machine: X86_64,
    reaches: ['large folio in swap cache'],
    sizes: sized(
      scope(
        { ...pagedOut, mms: [0], munmaps: [], reads: [] },
        { ...onePud, memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 3)], swapSlots: 3 },
        0,
      ),
      scope(pagedOut, { ...onePud, memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 3)], swapSlots: 3 }, 0),
      scope(pagedOut, { ...onePud, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 4)], swapSlots: 4 }, 1),
    ),
  },
  {
    name: 'swap-pinned',
    says: 'Does a page that is pinned stay in memory, and where it is?',
    machine: X86_64,
    reaches: ['folio in swap cache'],
    sizes: sized(
      scope(pinned, { ...onePud, memory: blocks('anon', 1, 3), swapSlots: 2, pins: 1 }, 0),
      scope(
        { ...pinned, mms: [0, 1], munmaps: [PAGE0], pinsFor: ['read', 'write'] },
        { ...onePud, memory: SMALL_PAGES, swapSlots: 2, pins: 1 },
        0,
      ),
      scope({ ...pinned, mms: [0, 1], drivers: [two] }, { ...onePud, memory: SMALL_PAGES, swapSlots: 3, pins: 2 }, 1),
    ),
  },
  {
    name: 'swap-moved',
    says: 'Do swap entries arrive where mremap() and UFFDIO_MOVE take them?',
    machine: X86_64,
    reaches: ['folio in swap cache'],
    sizes: sized(
      scope({ ...moved, fork: false }, { ...onePud, memory: SMALL_PAGES, swapSlots: 2 }, 0),
      scope(moved, { ...onePud, memory: SMALL_PAGES, swapSlots: 2 }, 0),
      scope(moved, { ...onePud, memory: SMALL_PAGES, swapSlots: 3 }, 1),
    ),
  },
  {
    name: 'swap-moved-thp',
    says: 'Do they where the swap cache has a folio of several pages, of which a part moves?',
    machine: X86_64,
    reaches: ['large folio in swap cache'],
    sizes: sized(
      scope(movedPart, { ...onePud, vmas: 4, memory: PARTS, swapSlots: 3 }, 0),
      scope({ ...movedPart, writes: [0, 2] }, { ...onePud, vmas: 4, memory: PARTS, swapSlots: 3 }, 1),
      scope(
        { ...movedPart, writes: [0, 2], reads: [1, 2], madvises: [SLOT0, PAGE0], advice: ['PAGEOUT'] },
        { ...onePud, vmas: 4, memory: PARTS, swapSlots: 4 },
        1,
      ),
    ),
  },
  {
    name: 'swap-migration',
    says: 'Does a folio in the swap cache migrate with its slots, and does a swap-in wait for it?',
    machine: X86_64,
    reaches: ['folio in swap cache'],
    sizes: sized(
      scope(
        { ...migrating, mms: [0], munmaps: [] },
        { ...onePud, memory: blocks('anon', 1, 3), swapSlots: 2, migrations: 1 },
        0,
      ),
      scope(migrating, { ...onePud, memory: SMALL_PAGES, swapSlots: 2, migrations: 1 }, 1),
      scope(
        { ...migrating, pins: [0], pinsFor: ['read'] },
        { ...onePud, memory: SMALL_PAGES, swapSlots: 3, migrations: 1, pins: 1 },
        1,
      ),
    ),
  },
  {
    name: 'file-reclaim',
    says: 'Does reclaim take clean folios of a file from every mapping, and leave what has been written?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...file, fork: false }, { ...onePud, memory: FILES }, 1),
      scope(file, { ...onePud, memory: FILES }, 0),
      scope({ ...file, reads: [0, 1, 2] }, { ...onePud, memory: FILES, swapSlots: 2 }, 1),
    ),
  },
];
