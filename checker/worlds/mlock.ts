/** The worlds of locked memory: what mlock() marks, what it keeps in memory, and where it does nothing. */
import { anonMemory, daxDevice, faultDriver, fileMapping, mixedDriver } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { GIB0, PAGE0, PAGE1, RW, SLOT0 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const onePud = { puds: 1, vmas: 3, pteTables: 4, locks: 1 as const };
const BOTH = ['now', 'on fault'] as const;

const one = anonMemory('anon page', { at: 0, pages: 1 });
const two = anonMemory('anon 2M', { at: 0, pages: 2 });

const THP: readonly Block[] = [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)];
const huge = {
  drivers: [two],
  writes: [0],
  munmaps: [PAGE1],
  mlocks: [SLOT0, PAGE0],
  munlocks: [PAGE0],
};

const SMALL_PAGES: readonly Block[] = blocks('anon', 1, 3);
const swapped = {
  drivers: [one],
  writes: [0],
  mlocks: [PAGE0],
  mlockHow: BOTH,
  munlocks: [PAGE0],
  reclaims: [0],
  madvises: [PAGE0],
  advice: ['PAGEOUT', 'DONTNEED'] as const,
};

/** One folio of shmem by a leaf, and a page of it privately: the one is locked as it is, the other copied. */
const SHMEM: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 1, 2)];
const shmem = {
  drivers: [
    fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
    fileMapping('private shmem page', { at: 2, pages: 1 }, 'shmem', 'private'),
  ],
  writes: [0],
  reads: [2],
  mlocks: [SLOT0, { from: 2, to: 3 }],
  munlocks: [PAGE0],
  truncates: [{ file: 'shmem', from: 1 } as const],
};

const FILE: readonly Block[] = blocks('file', 2, 1);
/** A clean folio, by a leaf and by a PTE: reclaim may have it where nobody has locked it. */
const file = {
  drivers: [
    fileMapping('file 2M', { at: 0, pages: 2 }, 'file', 'shared'),
    fileMapping('a page of it', { at: 2, pages: 1 }, 'file', 'shared'),
  ],
  reads: [0],
  mlocks: [SLOT0, { from: 2, to: 3 }],
  munlocks: [SLOT0],
  munmaps: [{ from: 2, to: 3 }],
  reclaims: [0],
};

const migrating = {
  mms: [0],
  drivers: [two],
  writes: [0],
  munmaps: [PAGE1],
  mlocks: [SLOT0],
  munlocks: [PAGE0],
  migrations: [{ page: 0, to: 'move' } as const, { page: 0, to: 'split' } as const],
  fork: false,
};

/** Small pages of shmem that become one folio, mapped twice and locked once; the page cache is a table. */
const collapsing = {
  mms: [0],
  drivers: [
    fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
    fileMapping('the same again', { at: 2, pages: 2 }, 'shmem', 'shared'),
  ],
  writes: [0],
  reads: [3],
  munmaps: [{ from: 2, to: 4 }],
  mlocks: [SLOT0],
  munlocks: [PAGE0],
  collapses: [0, 1],
  collapsers: ['MADV_COLLAPSE', 'khugepaged'] as const,
  fork: false,
};
const OF_TABLE: readonly Block[] = [...blocks('shmem', 2, 2), ...blocks('shmem', 1, 2)];
const table = {
  ...onePud,
  vmas: 4,
  memory: OF_TABLE,
  pageCache: { use: 'shmem', pages: 2, largeFolios: true },
} as const;

/** A BAR by leaves and PTEs, memory of a driver, and a DAX device: none of them is ever locked. */
const device = {
  drivers: [
    faultDriver('BAR 1G', { at: 0, pages: 4 }),
    daxDevice('dax', { at: 0, pages: 4 }),
    mixedDriver('a page of a driver device', { at: 0, pages: 1, pfn: 16 }),
    mixedDriver('driver memory', { at: 2, pages: 2 }),
  ],
  reads: [0],
  munmaps: [GIB0],
  mlocks: [PAGE0, GIB0],
  munlocks: [GIB0],
};
/** A leaf of frames where GUP does not expect one: mlock() only populates it. */
const mixed = {
  drivers: [mixedDriver('driver device 2M', { at: 0, pages: 2, pfn: 16 })],
  reads: [0],
  munmaps: [SLOT0],
  mlocks: [SLOT0],
  fork: false,
};
const DEVICE: readonly Block[] = [...blocks('dax', 4, 1), ...blocks('driver', 2, 2)];

export const MLOCK_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'mlock',
    says: 'Is a huge page marked as locked as long as it is locked as a whole, whatever becomes of its leaf?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(huge, { ...onePud, memory: THP }, 0),
      scope({ ...huge, munlocks: [PAGE0, SLOT0], mprotects: [PAGE0], prots: RW }, { ...onePud, memory: THP }, 0),
      scope(
        { ...huge, munlocks: [PAGE0, SLOT0], mlockHow: BOTH, collapses: [0], collapsers: ['MADV_COLLAPSE'] },
        { ...onePud, memory: THP },
        1,
      ),
    ),
  },
  {
    name: 'mlock-swap',
    says: 'Does memory that is locked come back from swap, and stay?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...swapped, fork: false }, { ...onePud, memory: SMALL_PAGES, swapSlots: 2 }, 0),
      scope({ ...swapped, reads: [0], munmaps: [PAGE0] }, { ...onePud, memory: SMALL_PAGES, swapSlots: 2 }, 0),
      scope(
        { ...swapped, drivers: [two], writes: [0, 1], mlocks: [PAGE0, SLOT0] },
        { ...onePud, memory: [...blocks('anon', 2, 1), ...SMALL_PAGES], swapSlots: 3 },
        1,
      ),
    ),
  },
  {
    name: 'mlock-shmem',
    says: 'Is a leaf of a file marked where it is locked, and a private mapping locked by its copy?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...shmem, fork: false }, { ...onePud, memory: SHMEM }, 0),
      scope(shmem, { ...onePud, memory: SHMEM }, 0),
      scope({ ...shmem, reads: [1, 2], mprotects: [{ from: 2, to: 3 }], prots: RW }, { ...onePud, memory: SHMEM }, 1),
    ),
  },
  {
    name: 'mlock-file',
    says: 'Does reclaim leave a clean file in memory that anybody has locked, by a leaf or by a PTE?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...file, fork: false }, { ...onePud, memory: FILE }, 0),
      scope(file, { ...onePud, memory: FILE }, 0),
      scope({ ...file, writes: [0], munlocks: [SLOT0, PAGE1] }, { ...onePud, memory: FILE }, 1),
    ),
  },
  {
    name: 'mlock-migration',
    says: 'Is what is locked marked again, once it has been moved or split?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(migrating, { ...onePud, migrations: 1, memory: THP }, 0),
      scope({ ...migrating, munlocks: [PAGE0, SLOT0], writes: [0, 1] }, { ...onePud, migrations: 1, memory: THP }, 1),
      scope(
        { ...migrating, munlocks: [PAGE0, SLOT0], pins: [0], pinsFor: ['write'] },
        { ...onePud, migrations: 1, pins: 1, memory: THP },
        1,
      ),
    ),
  },
  {
    name: 'mlock-collapse',
    says: 'Does a collapse of a file take what is locked as well, and is the new folio marked wherever it is mapped and locked?',
    machine: X86_64,
    reaches: ['collapsed file', 'file leaf'],
    sizes: sized(
      scope(collapsing, table, 1),
      scope({ ...collapsing, mlocks: [SLOT0, { from: 2, to: 4 }], munlocks: [PAGE0, SLOT0] }, table, 1),
      scope({ ...collapsing, mlockHow: BOTH, truncates: [{ file: 'shmem', from: 1 }], fork: true }, table, 1),
    ),
  },
  {
    name: 'mlock-device',
    says: "Is nothing of a device ever locked: a BAR left as it is, a driver's memory and a DAX device only populated?",
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...device, fork: false }, { ...onePud, memory: DEVICE }, 0),
      scope(device, { ...onePud, memory: DEVICE }, 0),
      scope({ ...device, writes: [0] }, { ...onePud, memory: DEVICE }, 1),
    ),
  },
  {
    name: 'mlock-mixedmap',
    says: 'Does mlock() leave the frames of a device alone that a leaf in VM_MIXEDMAP maps? (No driver in the tree has such leaves.)',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(mixed, onePud, 0),
      scope({ ...mixed, writes: [0], mlocks: [PAGE0, SLOT0] }, onePud, 1),
      scope({ ...mixed, writes: [0], mlocks: [PAGE0, SLOT0], fork: true }, onePud, 1),
    ),
  },
];
