/** The worlds of migration: entries that stand in for pages, and the ways in which a migration fails. */
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, RW, SLOT0, THPS, TO_SLOT1 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const MOVE0 = { page: 0, to: 'move' } as const;
const MOVE1 = { page: 1, to: 'move' } as const;
const SPLIT0 = { page: 0, to: 'split' } as const;

const onePud = { puds: 1, vmas: 3, pteTables: 6, migrations: 1 as const };

const anon = anonMemory('anon 2M', { at: 0, pages: 2 });
const migrating = {
  drivers: [anon],
  writes: [0],
  munmaps: [PAGE0],
  mprotects: [SLOT0],
  prots: RW,
  migrations: [MOVE0, SPLIT0],
};

/**
 * A pin is a reference that a migration does not expect. It fails at once, or half-way where a page that others map, or
 * mapped, has its entry already, or at its end where the pinned page is no longer mapped.
 */
const pinned = {
  mms: [0],
  drivers: [anon],
  writes: [0],
  munmaps: [{ from: 1, to: 2 }],
  mprotects: [PAGE0],
  prots: RW,
  pins: [1],
  pinsFor: ['write'] as const,
  migrations: [MOVE0],
};

/** One folio by a leaf and by PTEs, and a small page. */
const fileMaps = [
  fileMapping('file 2M', { at: 0, pages: 2 }, 'file', 'shared'),
  fileMapping('file from its page 1', { at: 2, pages: 2, pfn: 1 }, 'file', 'shared'),
];
const FILE: readonly Block[] = [...blocks('file', 2, 1), ...blocks('file', 1, 1)];
const file = {
  drivers: fileMaps,
  writes: [0, 3],
  reads: [0, 2],
  munmaps: [PAGE0],
  migrations: [MOVE0, { page: 3, to: 'move' } as const],
};

const SHMEM: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 1, 2)];
const shmem = {
  drivers: [
    fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
    fileMapping('private shmem page', { at: 2, pages: 1 }, 'shmem', 'private'),
  ],
  writes: [0, 2],
  reads: [2],
  mprotects: [SLOT0],
  prots: RW,
  migrations: [MOVE0, { page: 2, to: 'move' } as const],
};

export const MIGRATION_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'anon-migration',
    says: 'Do migration entries, of leaves and of PTEs, stand in for what they replaced, whatever happens to them?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(
        { ...migrating, prots: ['R'] },
        { ...onePud, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)] },
        0,
      ),
      scope({ ...migrating, migrations: [MOVE0, MOVE1, SPLIT0] }, { ...onePud, memory: THPS }, 1),
      scope({ ...migrating, mremaps: [TO_SLOT1] }, { ...onePud, memory: THPS }),
    ),
  },
  {
    name: 'migration-pinned',
    says: 'Does a migration fail, and put back what it took, where a page has a reference that it does not expect?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(pinned, { ...onePud, pins: 1, memory: THPS }, 0),
      scope({ ...pinned, pins: [0, 1], migrations: [MOVE0, SPLIT0] }, { ...onePud, pins: 1, memory: THPS }, 0),
      scope({ ...pinned, pins: [0, 1], migrations: [MOVE0, SPLIT0] }, { ...onePud, pins: 2, memory: THPS }, 1),
    ),
  },
  {
    name: 'file-migration',
    says: "Do a leaf and PTEs of a file's folio come back from their migration entries, and is nothing lost of what was written?",
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(file, { ...onePud, memory: FILE }, 0),
      scope(file, { ...onePud, memory: FILE }, 1),
      scope({ ...file, munmaps: [PAGE0, { from: 2, to: 3 }] }, { ...onePud, memory: FILE }, 1),
    ),
  },
  {
    name: 'shmem-migration',
    says: 'Do they where a private mapping takes copies, and mprotect() meets the entries?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(shmem, { ...onePud, memory: SHMEM }, 0),
      scope(shmem, { ...onePud, memory: SHMEM }, 1),
      scope({ ...shmem, munmaps: [PAGE0] }, { ...onePud, memory: SHMEM }, 1),
    ),
  },
];
