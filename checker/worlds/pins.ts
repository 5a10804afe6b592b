/** The worlds of pins: which memory GUP takes, and what a pin keeps from it. */
import { anonMemory, daxDevice, fileMapping, mixedDriver } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { GIB0, PAGE0, PAGE1, RW, SLOT0, THPS, TO_SLOT1 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const PAGE_TO_SLOT1 = { from: 0, to: 2, pages: 1 };
const READ_WRITE = ['read', 'write'] as const;

const ZERO: readonly Block[] = [
  ...blocks('huge zero', 2, 1),
  ...blocks('anon', 2, 1),
  ...blocks('anon', 1, 3),
  ...blocks('zero page', 1, 1),
];
const SHMEM: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 1, 2)];

const anon = anonMemory('anon 2M', { at: 0, pages: 2 });
const onePud = { puds: 1, vmas: 3, pteTables: 6, pins: 1 };

const pinned = { drivers: [anon], writes: [0], reads: [0], pins: [0], pinsFor: READ_WRITE, munmaps: [PAGE0] };
const zero = { drivers: [anon], writes: [0], reads: [0], pins: [0], pinsFor: READ_WRITE, munmaps: [PAGE1] };
const moved = {
  drivers: [anon, anonMemory('anon 2M at 2', { at: 2, pages: 2 })],
  writes: [0],
  pins: [0],
  pinsFor: READ_WRITE,
  uffdMoves: [TO_SLOT1, PAGE_TO_SLOT1],
  fork: false,
};
const shmem = {
  drivers: [fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared')],
  writes: [0],
  pins: [0],
  pinsFor: READ_WRITE,
  munmaps: [PAGE0],
  truncates: [
    { file: 'shmem', from: 0 },
    { file: 'shmem', from: 1 },
  ] as const,
};
const dax = {
  drivers: [daxDevice('dax', { at: 0, pages: 4 })],
  writes: [0],
  reads: [1],
  pins: [1],
  pinsFor: READ_WRITE,
  munmaps: [GIB0],
  clearRefs: true,
};
const mixed = {
  drivers: [
    mixedDriver('driver memory', { at: 0, pages: 2 }),
    mixedDriver('a page of a driver device', { at: 2, pages: 1, pfn: 16 }),
  ],
  writes: [0, 2],
  pins: [0, 2],
  pinsFor: READ_WRITE,
  munmaps: [SLOT0],
  fork: false,
};

/** Frames of a device by leaves of both sizes: special, and yet of a VMA that GUP does not refuse. */
const leaves = {
  drivers: [
    mixedDriver('driver device 1G', { at: 0, pages: 4, pfn: 16 }),
    mixedDriver('driver device 2M', { at: 0, pages: 2, pfn: 16 }),
  ],
  writes: [0],
  pins: [1],
  pinsFor: READ_WRITE,
  munmaps: [GIB0],
};

export const PIN_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'anon-pinned',
    says: 'Does a page that is pinned stay the page of who pinned it?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(pinned, { ...onePud, memory: THPS }, 1),
      scope({ ...pinned, munmaps: [PAGE0, PAGE1] }, { ...onePud, pins: 2, memory: THPS }, 1),
      scope(
        { ...pinned, pins: [0, 1], munmaps: [PAGE0, PAGE1], mremaps: [TO_SLOT1] },
        { ...onePud, pins: 2, memory: THPS },
      ),
    ),
  },
  {
    name: 'zero-pinned',
    says: 'Are pins of the zero page not counted, and pins of the huge zero folio counted, and neither given to a writer?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(zero, { ...onePud, memory: ZERO }, 0),
      scope(zero, { ...onePud, memory: ZERO }, 1),
      scope({ ...zero, mprotects: [SLOT0], prots: RW }, { ...onePud, pins: 2, memory: ZERO }, 1),
    ),
  },
  {
    name: 'uffd-pinned',
    says: 'Does UFFDIO_MOVE leave a page that is pinned where it is?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...moved, munmaps: [PAGE1] }, { ...onePud, memory: THPS }, 0),
      scope({ ...moved, munmaps: [PAGE1], fork: true }, { ...onePud, memory: THPS }, 0),
      scope({ ...moved, munmaps: [PAGE1], fork: true }, { ...onePud, pins: 2, memory: THPS }, 1),
    ),
  },
  {
    name: 'shmem-pinned',
    says: 'Does a pinned folio of a file stay what the file maps, until the file is cut?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(shmem, { ...onePud, memory: SHMEM }, 1),
      scope({ ...shmem, reads: [1], pins: [0, 1] }, { ...onePud, memory: SHMEM }, 1),
      scope({ ...shmem, reads: [1], pins: [0, 1] }, { ...onePud, pins: 2, memory: SHMEM }, 1),
    ),
  },
  {
    name: 'device-pinned',
    says: 'Is a PUD-sized folio of device-dax pinned by any of its pages, by gup-fast and by the slow path?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(dax, { memory: blocks('dax', 4, 1), pins: 1 }, 1),
      scope({ ...dax, pins: [0, 1] }, { memory: blocks('dax', 4, 1), pins: 2 }, 1),
      scope({ ...dax, pins: [0, 1], munmaps: [SLOT0, GIB0] }, { memory: blocks('dax', 4, 1), pins: 2, mms: 3 }, 1),
    ),
  },
  {
    name: 'mixedmap-pinned',
    says: 'Are the folios of a VM_MIXEDMAP driver pinned, and the frames of its device not?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(mixed, { ...onePud, memory: blocks('driver', 2, 1) }, 1),
      scope({ ...mixed, reads: [1] }, { ...onePud, pins: 2, memory: blocks('driver', 2, 1) }, 1),
      scope({ ...mixed, reads: [1], fork: true }, { ...onePud, pins: 2, memory: blocks('driver', 2, 1) }, 1),
    ),
  },
  {
    name: 'mixedmap-pinned-leaf',
    says: 'Are frames of a device not pinned where a leaf in VM_MIXEDMAP maps them? (No driver in the tree has such leaves.)',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(leaves, { pins: 1 }, 1),
      scope({ ...leaves, pins: [0, 1] }, { pins: 1 }, 1),
      scope({ ...leaves, pins: [0, 1], reads: [0] }, { pins: 2 }, 1),
    ),
  },
];
