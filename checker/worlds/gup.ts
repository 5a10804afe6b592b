/** The worlds of GUP: several pages at a time, references, long-term pins, and access from without. */
import { anonMemory, fileMapping, mixedDriver, trackingDriver } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0, THPS } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

const READ_WRITE = ['read', 'write'] as const;

/** A pin counts as 3 references, so that a mapping and two references look like a pin. */
const SMALL_BIAS = { puds: 1, vmas: 3, pteTables: 4, pinBias: 3 };
const SMALLS: readonly Block[] = blocks('anon', 1, 5);
const several = {
  drivers: [anonMemory('anon 2 pages', { at: 1, pages: 2 })],
  writes: [1],
  reads: [2],
  gups: [{ from: 1, to: 3 }],
  gupAs: ['reference', 'pin'] as const,
  pinsFor: READ_WRITE,
  munmaps: [PAGE1],
};

const thp = {
  drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
  writes: [0],
  gups: [SLOT0],
  gupAs: ['reference', 'pin'] as const,
  pinsFor: READ_WRITE,
  munmaps: [PAGE0],
};

const FILES: readonly Block[] = [...blocks('shmem', 1, 1), ...blocks('file', 1, 1), ...blocks('anon', 1, 2)];
const longterm = {
  drivers: [
    fileMapping('a shared file', { at: 0, pages: 1 }, 'file', 'shared'),
    fileMapping('a private file', { at: 1, pages: 1 }, 'file', 'private'),
    fileMapping('a shared shmem file', { at: 2, pages: 1 }, 'shmem', 'shared'),
  ],
  writes: [0, 1, 2],
  gups: [PAGE0, PAGE1, { from: 2, to: 3 }],
  gupAs: ['long-term pin'] as const,
  pinsFor: READ_WRITE,
  munmaps: [],
  fork: false,
};

/** A private mapping of a file by a leaf, which a pin for reading on long term has to leave. */
const longtermLeaf = {
  drivers: [fileMapping('a private shmem 2M', { at: 0, pages: 2 }, 'shmem', 'private')],
  reads: [0],
  writes: [0],
  gups: [PAGE0],
  gupAs: ['long-term pin'] as const,
  pinsFor: READ_WRITE,
  munmaps: [],
  fork: false,
};
const LEAF: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 1, 3)];

const remote = {
  drivers: [
    anonMemory('anon 2M', { at: 0, pages: 2 }),
    fileMapping('a private file', { at: 2, pages: 1 }, 'shmem', 'private'),
  ],
  writes: [0],
  mprotects: [SLOT0, { from: 2, to: 3 }],
  prots: RW,
  remotes: [0, 2],
  munmaps: [PAGE1],
};
const REMOTE: readonly Block[] = [...blocks('anon', 2, 1), ...blocks('shmem', 1, 1), ...blocks('anon', 1, 3)];

const bar = {
  drivers: [trackingDriver('tracked page', { at: 0, pages: 1 })],
  reads: [0],
  writes: [0],
  gups: [PAGE0],
  gupAs: ['reference', 'pin', 'long-term pin'] as const,
  pinsFor: READ_WRITE,
  munmaps: [PAGE0],
  remotes: [0],
};

/** Frames of a device by a PMD leaf, in a VMA that GUP does not refuse; asked by who comes through /proc/PID/mem, too. */
const mixed = {
  drivers: [
    mixedDriver('driver device 2M', { at: 0, pages: 2, pfn: 16 }),
    mixedDriver('a page of it', { at: 2, pages: 1, pfn: 16 }),
  ],
  reads: [0, 2],
  gups: [SLOT0],
  gupAs: ['reference'] as const,
  pinsFor: ['read'] as const,
  remotes: [0, 2],
  munmaps: [SLOT0],
};

export const GUP_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'gup',
    says: 'Are pages that GUP takes together each counted once, and do references that look like a pin do no harm?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(
        {
          ...several,
          drivers: [anonMemory('a page', { at: 1, pages: 1 })],
          gups: [PAGE1],
          reads: [],
          munmaps: [],
          pinsFor: ['write'],
        },
        { ...SMALL_BIAS, pins: 2, memory: blocks('anon', 1, 2) },
        0,
      ),
      scope(several, { ...SMALL_BIAS, pins: 3, memory: SMALLS }, 0),
      scope({ ...several, gups: [...several.gups, PAGE1] }, { ...SMALL_BIAS, pins: 4, memory: SMALLS }, 1),
    ),
  },
  {
    name: 'gup-thp',
    says: 'Are both pages of a huge page counted, by references and by pins, when one leaf, or what is left of it, maps them?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...thp, fork: false }, { puds: 1, vmas: 3, pteTables: 6, pins: 2, memory: THPS }, 1),
      scope(thp, { puds: 1, vmas: 3, pteTables: 6, pins: 2, memory: THPS }, 0),
      scope(thp, { puds: 1, vmas: 3, pteTables: 6, pins: 4, memory: THPS }, 0),
    ),
  },
  {
    name: 'gup-longterm',
    says: 'Is a page of a file that is written back not pinned for writing on long term, and every other page?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(longterm, { puds: 1, pteTables: 4, pins: 1, memory: FILES }, 1),
      scope({ ...longterm, gupAs: ['pin', 'long-term pin'] }, { puds: 1, pteTables: 4, pins: 1, memory: FILES }, 1),
      scope({ ...longterm, fork: true }, { puds: 1, pteTables: 6, pins: 2, memory: FILES }, 0),
    ),
  },
  {
    name: 'gup-longterm-leaf',
    says: 'Does a long-term pin for reading of a page that a leaf maps, of a private file, end, and with a copy?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(longtermLeaf, { puds: 1, pteTables: 4, pins: 1, memory: LEAF }, 1),
      scope({ ...longtermLeaf, gupAs: ['pin', 'long-term pin'] }, { puds: 1, pteTables: 4, pins: 1, memory: LEAF }, 1),
      scope({ ...longtermLeaf, fork: true }, { puds: 1, pteTables: 6, pins: 2, memory: LEAF }, 1),
    ),
  },
  {
    name: 'gup-remote',
    says: 'Does who writes through /proc/PID/mem where the process may not write leave the file, and the right, as they are?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...remote, fork: false }, { puds: 1, pteTables: 4, memory: REMOTE }, 0),
      scope(remote, { puds: 1, pteTables: 6, memory: REMOTE }, 0),
      scope({ ...remote, prots: ALL_PROTS }, { puds: 1, pteTables: 6, memory: REMOTE }, 1),
    ),
  },
  {
    name: 'gup-mixedmap',
    says: 'Are frames of a device not taken, by references or through /proc/PID/mem, where VM_MIXEDMAP maps them? (No driver in the tree has such leaves.)',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...mixed, fork: false }, { puds: 1, pins: 2 }, 1),
      scope(mixed, { puds: 1, pins: 2 }, 1),
      scope({ ...mixed, pinsFor: READ_WRITE, writes: [0] }, { puds: 1, pins: 2, mms: 3 }, 1),
    ),
  },
  {
    name: 'gup-pfnmap',
    says: 'Does GUP of any kind leave a page of a device alone, its accessed and dirty bits included?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(bar, { puds: 1, pins: 1, trackedFrames: 1 }, 1),
      scope({ ...bar, mprotects: [PAGE0], prots: RW }, { puds: 1, pins: 1, trackedFrames: 1 }, 1),
      scope({ ...bar, mprotects: [PAGE0], prots: ALL_PROTS }, { puds: 1, pins: 2, trackedFrames: 1, mms: 3 }, 1),
    ),
  },
];
