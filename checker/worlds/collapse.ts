/** The worlds of large folios that are split, and of small pages that are collapsed into one. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0, TO_SLOT1 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const onePud = { puds: 1, vmas: 3, pteTables: 6 };
const anon = anonMemory('anon 2M', { at: 0, pages: 2 });

/** Two huge pages, and two small ones for what is copied. */
const MEMORY: readonly Block[] = [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)];

const splitting = { drivers: [anon], writes: [0], munmaps: [PAGE0], mprotects: [PAGE1], prots: RW, folioSplits: [1] };
const pinned = { ...splitting, pins: [1], pinsFor: ['write'] as const };
const deferred = {
  mms: [0],
  drivers: [anon],
  writes: [0],
  munmaps: [PAGE0],
  pins: [1],
  pinsFor: ['write'] as const,
  migrations: [{ page: 1, to: 'move' } as const],
  deferredScan: true,
};
const collapsing = {
  drivers: [anon],
  writes: [0, 1],
  munmaps: [PAGE0],
  folioSplits: [0],
  collapses: [0],
  collapsers: ['MADV_COLLAPSE'] as const,
};

/** A folio of a file by PTEs, since a VMA border went through it. */
const ofShmem = {
  drivers: [fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared')],
  writes: [1],
  reads: [1],
  mprotects: [PAGE0],
  prots: RW,
  collapses: [0],
  collapsers: ['MADV_COLLAPSE', 'khugepaged'] as const,
};
const privately = {
  ...ofShmem,
  drivers: [...ofShmem.drivers, fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private')],
  writes: [1, 2],
  reads: [1, 3],
  collapses: [0, 1],
};
const SHMEM: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 1, 2)];

/** Holes, zeroes and a pin among what is collapsed, by either. */
const alone = {
  ...collapsing,
  reads: [1],
  madvises: [PAGE0],
  advice: ['DONTNEED', 'FREE'] as const,
  pins: [1],
  pinsFor: ['write'] as const,
  collapsers: ['MADV_COLLAPSE', 'khugepaged'] as const,
  fork: false,
};
const ZEROES: readonly Block[] = [...blocks('anon', 2, 2), ...blocks('anon', 1, 2), ...blocks('zero page', 1, 1)];

/** Small pages that go to swap before they are collapsed. */
const swapped = {
  ...collapsing,
  mms: [0],
  reads: [0],
  munmaps: [],
  reclaims: [0],
  collapsers: ['MADV_COLLAPSE', 'khugepaged'] as const,
  fork: false,
};
const SWAPPING = { ...onePud, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)], swapSlots: 2 };

export const COLLAPSE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'folio-split',
    says: 'Is every page of a large folio mapped, after its split, where it was, as it was?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(splitting, { ...onePud, memory: MEMORY }, 0),
      scope({ ...splitting, munmaps: [PAGE0, SLOT0] }, { ...onePud, memory: MEMORY }, 1),
      scope({ ...splitting, mremaps: [TO_SLOT1] }, { ...onePud, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'folio-split-pinned',
    says: 'Does a pin keep a folio from being split, and does everything stay as it was then?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...pinned, mms: [0] }, { ...onePud, pins: 1, memory: MEMORY }, 0),
      scope({ ...pinned, mms: [0], pins: [0, 1] }, { ...onePud, pins: 2, memory: MEMORY }, 0),
      scope({ ...pinned, pins: [0, 1] }, { ...onePud, pins: 1, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'deferred-split',
    says: 'Is a folio of which a part is unmapped queued, and no other, until it is split, or freed?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(deferred, { ...onePud, pins: 1, migrations: 1, memory: MEMORY }, 0),
      scope({ ...deferred, munmaps: [PAGE0, SLOT0] }, { ...onePud, pins: 1, migrations: 1, memory: MEMORY }, 1),
      scope({ ...deferred, munmaps: [PAGE0, SLOT0] }, { ...onePud, pins: 2, migrations: 1, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'collapse',
    says: 'Is what user space sees the same after a collapse, and is nothing lost or counted twice?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(alone, { ...onePud, pins: 1, memory: ZEROES }, 1),
      scope({ ...alone, mprotects: [PAGE1], prots: RW }, { ...onePud, pins: 1, memory: ZEROES }, 2),
      scope({ ...alone, pins: [0, 1], mprotects: [PAGE1], prots: RW }, { ...onePud, pins: 2, memory: ZEROES }, 2),
    ),
  },
  {
    name: 'collapse-shared',
    says: 'Is a page that fork has shared copied into the collapsed folio, and left to the others?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(collapsing, { ...onePud, memory: MEMORY }, 0),
      scope(collapsing, { ...onePud, memory: MEMORY }, 1),
      scope({ ...collapsing, mprotects: [PAGE1], prots: RW }, { ...onePud, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'collapse-shmem',
    says: 'Does a leaf map what PTEs mapped of a large folio of shmem, private copies excepted, and is nothing lost of what was written?',
    machine: X86_64,
    reaches: ['file leaf'],
    sizes: sized(
      scope({ ...privately, mms: [0], fork: false, folioSplits: [1] }, { ...onePud, vmas: 4, memory: SHMEM }, 0),
      scope({ ...privately, mms: [0], folioSplits: [1] }, { ...onePud, vmas: 4, memory: SHMEM }, 0),
      scope({ ...privately, folioSplits: [1] }, { ...onePud, vmas: 4, memory: SHMEM }, 1),
    ),
  },
  {
    name: 'collapse-swap',
    says: 'Does a collapse bring back what is in swap, and is nothing of it left in the swap cache, or lost if it fails?',
    machine: X86_64,
    reaches: ['folio in swap cache'],
    sizes: sized(
      scope(
        { ...swapped, munmaps: [PAGE0], reclaims: [0, 1], pins: [0], pinsFor: ['read'] },
        { ...SWAPPING, pins: 1 },
        1,
      ),
      scope({ ...swapped, fork: true }, SWAPPING, 1),
      scope({ ...swapped, munmaps: [PAGE0], fork: true, reclaims: [0, 1] }, { ...SWAPPING, swapSlots: 3 }, 1),
    ),
  },
];
