/**
 * The worlds of remap_pfn_range(): each asks one question, and says in words how far its answer reaches.
 */
import {
  anonMemory,
  type Driver,
  faultDriver,
  lateOpsDriver,
  privateDriver,
  remapAndFaultDriver,
  remapDriver,
  shmemFile,
  triesAgainDriver,
  twoRemapsDriver,
} from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { POWERPC_HASH, X86_64 } from '../../model/state/machine.ts';
import { Prot } from '../../model/state/mm_types.ts';
import { PAGE0, PAGE1, SLOT0, THPS } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

/** From slot 0: another slot of the same PMD table, a slot of the other one, a place that is not aligned. */
const SAME_TABLE = { from: 0, to: 2, pages: 2 };
const OTHER_TABLE = { from: 0, to: 4, pages: 2 };
const UNALIGNED = { from: 0, to: 5, pages: 2 };
const AND_BACK = { from: 4, to: 0, pages: 2 };

const COPIES: readonly Block[] = blocks('anon', 1, 3);
const SHMEM: readonly Block[] = blocks('shmem', 2, 1);

const oneLeaf: readonly Driver[] = [remapDriver('2M', { at: 0, pages: 2 })];

const pfnmap: MmWorldEntry = {
  name: 'pfnmap',
  says: 'Does a PMD leaf of remap_pfn_range() survive what system calls do to it, with its deposit, frames and permissions?',
  machine: X86_64,
  reaches: ['both map by leaf', 'leaf moved', 'device leaf split', 'orphan'],
  sizes: {
    quick: scope({
      drivers: oneLeaf,
      reads: [0],
      writes: [0],
      munmaps: [PAGE0, SLOT0],
      mprotects: [PAGE0, SLOT0],
      prots: ['R', 'RW'],
      mremaps: [SAME_TABLE, OTHER_TABLE],
    }),
    standard: scope({
      drivers: oneLeaf,
      reads: [0, 1],
      writes: [0],
      munmaps: [PAGE0, PAGE1, SLOT0],
      mprotects: [PAGE0, SLOT0],
      prots: ALL_PROTS,
      mremaps: [SAME_TABLE, OTHER_TABLE],
    }),
    deep: scope(
      {
        drivers: [
          ...oneLeaf,
          remapDriver('4M', { at: 0, pages: 4 }),
          remapDriver('2M at an odd frame', { at: 0, pages: 2, pfn: 1 }),
          remapDriver('2M at an odd page', { at: 1, pages: 2 }),
        ],
        reads: [0],
        writes: [0],
        munmaps: [PAGE0, PAGE1, SLOT0, { from: 1, to: 3 }],
        mprotects: [PAGE0, SLOT0],
        prots: ALL_PROTS,
        mremaps: [SAME_TABLE, OTHER_TABLE, UNALIGNED],
      },
      { vmas: 4, pteTables: 10 },
    ),
  },
};

const INSTALLS: readonly Driver[] = [
  remapDriver('4M', { at: 0, pages: 4 }),
  remapDriver('2M at an odd frame', { at: 0, pages: 2, pfn: 1 }),
  remapDriver('2M at an odd page', { at: 1, pages: 2 }),
  twoRemapsDriver('4M by two remaps', { at: 0, pages: 4 }, 2),
  twoRemapsDriver('2M by two halves', { at: 0, pages: 2 }, 1),
  triesAgainDriver('4M, tried again', { at: 0, pages: 4 }),
];
const installs = {
  drivers: INSTALLS,
  munmaps: [PAGE0, SLOT0, { from: 0, to: 4 }],
  fork: false,
};

const moves = { drivers: oneLeaf, munmaps: [PAGE0], mremaps: [SAME_TABLE, OTHER_TABLE, UNALIGNED, AND_BACK] };

const HANDLERS: readonly Driver[] = [
  faultDriver('huge_fault 2M', { at: 0, pages: 2 }),
  remapAndFaultDriver('remap 2M and huge_fault 2M', { at: 0, pages: 4 }, 2),
  lateOpsDriver('remap 2M, then vm_ops', { at: 0, pages: 2 }),
];
const handlers = {
  drivers: HANDLERS,
  writes: [0],
  reads: [2],
  munmaps: [PAGE0, { from: 0, to: 4 }],
  mremaps: [OTHER_TABLE],
  revoke: true,
};

const neighbours = {
  drivers: [...oneLeaf, anonMemory('anon 2M', { at: 2, pages: 2 })],
  writes: [2],
  munmaps: [PAGE0, { from: 2, to: 3 }],
};

const cow = {
  drivers: [
    privateDriver('private 2M', { at: 0, pages: 2 }),
    privateDriver('private 2M, read-only', { at: 4, pages: 2, prot: Prot.R }),
  ],
  reads: [0],
  writes: [0],
  munmaps: [PAGE0],
  mprotects: [SLOT0, { from: 4, to: 6 }],
  prots: ['R', 'RW'] as const,
};

const shmem = {
  drivers: [shmemFile('shmem 2M', { at: 0, pages: 2 })],
  writes: [1],
  munmaps: [PAGE0, SLOT0],
  mremaps: [OTHER_TABLE],
};

const CACHES = ['WB', 'WC', 'UC-', 'UC', undefined, 'WP', undefined, 'WT'] as const;
const caches = {
  drivers: CACHES.flatMap((mode, cache) =>
    mode === undefined ? [] : [remapDriver(`2M ${mode}`, { at: 0, pages: 2, cache })],
  ),
  munmaps: [PAGE0],
  mprotects: [PAGE0, SLOT0],
  prots: ['R', 'RW'] as const,
  mremaps: [OTHER_TABLE],
};

const L1TF_DRIVERS: readonly Driver[] = [
  remapDriver('2M high, PROT_NONE', { at: 0, pages: 2, pfn: 8, prot: Prot.NONE }),
  remapDriver('2M high', { at: 0, pages: 2, pfn: 8 }),
  remapDriver('2M low', { at: 4, pages: 2 }),
];
/** What is mapped by a fault, and what is high in its second half only. */
const L1TF_MORE: readonly Driver[] = [
  ...L1TF_DRIVERS,
  faultDriver('huge_fault 2M, high', { at: 0, pages: 2, pfn: 8 }),
  remapDriver('4M, half of it high', { at: 0, pages: 4, pfn: 6 }),
];
const l1tf = {
  drivers: L1TF_DRIVERS,
  reads: [4],
  munmaps: [PAGE0, { from: 4, to: 5 }],
  mprotects: [SLOT0, { from: 4, to: 6 }],
  prots: ALL_PROTS,
};

const small = { drivers: oneLeaf, writes: [0], munmaps: [PAGE0], mremaps: [SAME_TABLE, OTHER_TABLE] };

const byHash = { ...small, drivers: [...oneLeaf, faultDriver('huge_fault 2M', { at: 0, pages: 2 })] };

export const PFNMAP_WORLDS: readonly MmWorldEntry[] = [
  pfnmap,
  {
    name: 'pfnmap-install',
    says: 'Is what remap_pfn_range() leaves behind whole, whatever it is asked for and whichever allocation fails?',
    machine: X86_64,
    reaches: ['two deposits'],
    sizes: sized(
      scope(installs, { vmas: 2 }, 3),
      scope({ ...installs, fork: true }, { vmas: 3 }, 3),
      scope({ ...installs, fork: true, mremaps: [SAME_TABLE, OTHER_TABLE] }, { vmas: 4, pteTables: 10 }, 4),
    ),
  },
  {
    name: 'pfnmap-move',
    says: 'Does a leaf arrive whole wherever mremap() takes it: same PMD table, other one, unaligned, and back?',
    machine: X86_64,
    reaches: ['leaf moved', 'orphan'],
    sizes: sized(
      scope(moves),
      scope({ ...moves, munmaps: [PAGE0, PAGE1, SLOT0], reads: [0] }),
      scope({
        ...moves,
        munmaps: [PAGE0, PAGE1, SLOT0],
        reads: [0],
        mprotects: [PAGE0],
        prots: ['R', 'RW'],
      }),
    ),
  },
  {
    name: 'pfnmap-fault',
    says: 'Are leaves of ->huge_fault and leaves of remap_pfn_range() told apart for as long as they live?',
    machine: X86_64,
    reaches: ['both map by leaf', 'orphan'],
    sizes: sized(
      scope(handlers),
      scope({ ...handlers, mprotects: [PAGE0], prots: ['R', 'RW'] }),
      scope({ ...handlers, mprotects: [PAGE0, SLOT0], prots: ALL_PROTS }, { vmas: 4, pteTables: 10 }),
    ),
  },
  {
    name: 'pfnmap-thp',
    says: 'Does a pfnmap leaf keep its hands off the deposit of an anonymous THP in the same PMD table?',
    machine: X86_64,
    reaches: ['anon and device leaf in one PMD table', 'two deposits', 'orphan'],
    sizes: sized(
      scope(neighbours, { memory: THPS }),
      scope({ ...neighbours, mremaps: [OTHER_TABLE] }, { memory: THPS }),
      scope(
        {
          ...neighbours,
          mremaps: [OTHER_TABLE, { from: 2, to: 6, pages: 2 }],
          mprotects: [{ from: 2, to: 3 }],
          prots: ['R', 'RW'],
        },
        { memory: THPS },
      ),
    ),
  },
  {
    name: 'pfnmap-cow',
    says: 'Is a leaf in a private mapping never writable, and are its copies told from the device?',
    machine: X86_64,
    reaches: ['copied page', 'device leaf split', 'orphan'],
    sizes: sized(
      scope(cow, { memory: COPIES }),
      scope({ ...cow, munmaps: [PAGE0, SLOT0], mremaps: [SAME_TABLE] }, { memory: COPIES }),
      scope(
        {
          ...cow,
          munmaps: [PAGE0, SLOT0],
          mremaps: [SAME_TABLE],
          mprotects: [PAGE0, SLOT0],
          prots: ALL_PROTS,
        },
        { memory: COPIES },
      ),
    ),
  },
  {
    name: 'shmem-thp',
    says: 'Do file leaves come and go with the deposits that the architecture asks for, and no others?',
    machine: X86_64,
    reaches: ['file leaf'],
    sizes: sized(
      scope(shmem, { pteTables: 5, memory: SHMEM }, 1),
      scope({ ...shmem, mprotects: [PAGE0], prots: ['R', 'RW'] }, { pteTables: 5, memory: SHMEM }),
      scope({ ...shmem, reads: [0], mprotects: [PAGE0], prots: ['R', 'RW'] }, { memory: SHMEM }),
    ),
  },
  {
    name: 'pfnmap-cache',
    says: 'Does a device page keep its cache mode through install, split, mprotect and mremap?',
    machine: X86_64,
    reaches: ['device leaf split', 'leaf moved'],
    sizes: sized(
      scope(caches),
      scope({ ...caches, munmaps: [PAGE0, PAGE1] }),
      scope({
        ...caches,
        munmaps: [PAGE0, PAGE1],
        prots: ALL_PROTS,
        mremaps: [OTHER_TABLE, UNALIGNED],
      }),
    ),
  },
  {
    name: 'pfnmap-l1tf',
    says: 'On a CPU with L1TF, is PROT_NONE refused for high frames, and does mprotect(PROT_NONE) keep what it walks?',
    machine: { ...X86_64, l1tf: true },
    arch: 'x86_64 with L1TF',
    reaches: ['both map by leaf', 'orphan'],
    sizes: sized(
      scope(l1tf),
      scope({ ...l1tf, drivers: L1TF_MORE, reads: [0, 4] }),
      scope({ ...l1tf, drivers: L1TF_MORE, reads: [0, 4], mremaps: [SAME_TABLE] }),
    ),
  },
  {
    name: 'pfnmap-no-leaves',
    says: 'Does a CPU without PMD leaves get none?',
    machine: { ...X86_64, pmdLeaves: false },
    arch: 'x86_64 without PSE',
    reaches: ['orphan'],
    sizes: sized(scope(small), scope(small), scope(small)),
  },
  {
    name: 'pfnmap-one-lock',
    says: 'Do deposits balance where one list serves the whole mm (no split PMD locks)?',
    machine: { ...X86_64, depositsPer: 'mm' },
    arch: 'x86_64 without split PMD locks',
    reaches: ['two deposits', 'orphan'],
    sizes: sized(scope(small), scope(small), scope(small)),
  },
  {
    name: 'pfnmap-hash',
    says: "Has every leaf its own table before it can be seen, as powerpc's hash MMU needs it?",
    machine: POWERPC_HASH,
    arch: 'powerpc hash MMU',
    reaches: ['both map by leaf', 'orphan'],
    sizes: sized(
      scope(byHash),
      scope({ ...byHash, munmaps: [PAGE0, SLOT0] }),
      scope({
        ...byHash,
        munmaps: [PAGE0, SLOT0],
        mprotects: [PAGE0],
        prots: ['R', 'RW'],
      }),
    ),
  },
];
