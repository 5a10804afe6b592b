/** The worlds of those who read page tables, and of what is no use of memory but has to look for it. */
import { anonMemory, daxDevice, faultDriver, mixedDriver } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { GIB0, PAGE0, PAGE1, RW, SLOT0, THPS } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const ALL_FILES = ['smaps', 'numa_maps', 'pagemap'] as const;
const READERS = { procReads: ALL_FILES, mincores: [GIB0], pageStats: [0] };

/** A BAR by a PUD leaf, and one by PMD leaves and PTEs. */
const bar = {
  drivers: [
    faultDriver('BAR 1G', { at: 0, pages: 4 }),
    faultDriver('BAR from frame 2 on', { at: 0, pages: 3, pfn: 2 }),
  ],
  writes: [0],
  reads: [1],
  munmaps: [GIB0],
  mprotects: [GIB0],
  prots: RW,
  ...READERS,
};

const dax = {
  drivers: [daxDevice('dax 1G', { at: 0, pages: 4 })],
  writes: [0],
  reads: [1],
  munmaps: [GIB0],
  ...READERS,
};

/** Frames of a device by leaves of both sizes, and by a PTE. */
const mixed = {
  drivers: [
    mixedDriver('a page of a driver device', { at: 0, pages: 1, pfn: 16 }),
    mixedDriver('driver device 2M', { at: 0, pages: 2, pfn: 16 }),
    mixedDriver('driver device 1G', { at: 0, pages: 4, pfn: 16 }),
  ],
  writes: [0],
  reads: [1],
  munmaps: [GIB0],
  ...READERS,
  fork: false,
};

const anon = {
  drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
  writes: [0],
  reads: [1],
  munmaps: [PAGE1],
  migrations: [{ page: 0, to: 'move' } as const],
  procReads: ALL_FILES,
  mincores: [SLOT0],
  pageStats: [0],
};

/** A read brings zeroes, by a leaf or by a PTE. */
const FEW: readonly Block[] = [
  ...blocks('huge zero', 2, 1),
  ...blocks('anon', 2, 2),
  ...blocks('anon', 1, 2),
  ...blocks('zero page', 1, 1),
];

const HERE = { nodes: 'here', strict: true } as const;
const ELSEWHERE = { nodes: 'elsewhere', strict: true } as const;
const LAZILY = { nodes: 'elsewhere', strict: false } as const;
const DEFAULT = { nodes: 'default', strict: false } as const;
const policies = {
  drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
  writes: [0],
  munmaps: [PAGE1],
  mprotects: [PAGE0],
  prots: RW,
  mbinds: [PAGE0, SLOT0],
  policies: [ELSEWHERE, LAZILY, DEFAULT],
};
const SLOT2 = { from: 4, to: 6 };
const barPolicies = {
  drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 }), faultDriver('BAR 2M', { at: 4, pages: 2 })],
  writes: [0, 4],
  mbinds: [GIB0, SLOT2],
  munmaps: [GIB0, SLOT2],
  policies: [HERE, DEFAULT],
  fork: false,
};

/** Memory with struct pages that a driver maps as if it had none; and a BAR, which has none. */
const RAM: readonly Block[] = blocks('driver', 1, 4);
const poison = {
  drivers: [
    faultDriver('RAM 1G', { at: 0, pages: 4, pfn: 16 }),
    faultDriver('RAM 2M', { at: 0, pages: 2, pfn: 16 }),
    faultDriver('BAR 2M', { at: 0, pages: 2 }),
  ],
  writes: [0],
  munmaps: [GIB0],
  poisons: [0],
};

const THP_PUD = { puds: 1, vmas: 3, pteTables: 6, memory: THPS };
const DAX: readonly Block[] = blocks('dax', 4, 1);

export const READER_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'readers-pfnmap',
    says: 'Does a BAR stay mapped as it was while files under /proc are read, and mincore() and move_pages() asked?',
    machine: X86_64,
    reaches: [],
    sizes: sized(scope(bar, {}, 1), scope({ ...bar, munmaps: [PAGE0, GIB0] }, {}, 1), scope(bar, { mms: 3 }, 1)),
  },
  {
    name: 'readers-dax',
    says: 'Does memory of device-dax?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(dax, { memory: DAX }, 1),
      scope({ ...dax, mprotects: [GIB0], prots: RW }, { memory: DAX }, 1),
      scope({ ...dax, mprotects: [GIB0], prots: RW }, { memory: DAX, mms: 3 }, 1),
    ),
  },
  {
    name: 'mbind',
    says: 'Does a memory policy split and merge VMAs, and leave what they map?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...policies, fork: false }, { ...THP_PUD, policies: 1 }, 0),
      scope({ ...policies, fork: false, policies: [...policies.policies, HERE] }, { ...THP_PUD, policies: 1 }, 1),
      scope(policies, { ...THP_PUD, policies: 1 }, 0),
    ),
  },
  {
    name: 'mbind-pfnmap',
    says: 'What does mbind() with MPOL_MF_STRICT make of a BAR, whose frames are on no node?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(barPolicies, { policies: 1 }, 0),
      scope({ ...barPolicies, policies: [HERE, ELSEWHERE, DEFAULT] }, { policies: 1 }, 0),
      scope({ ...barPolicies, policies: [HERE, ELSEWHERE, DEFAULT], fork: true }, { policies: 1 }, 1),
    ),
  },
  {
    name: 'hwpoison-pfnmap',
    says: 'Is a process told that memory is broken which VM_PFNMAP maps, or does it read it again and again?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(poison, { memory: RAM, poison: 1 }, 0),
      scope({ ...poison, poisons: [0, 1] }, { memory: RAM, poison: 1 }, 1),
      scope({ ...poison, poisons: [0, 1], reads: [1] }, { memory: RAM, poison: 1, mms: 3 }, 1),
    ),
  },
  {
    name: 'readers-mixedmap',
    says: 'Do readers tell frames of a device from pages where leaves in VM_MIXEDMAP map them? (No driver in the tree has such leaves.)',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(mixed, {}, 1),
      scope({ ...mixed, fork: true }, {}, 1),
      scope({ ...mixed, reads: [0, 1], fork: true }, { mms: 3 }, 1),
    ),
  },
  {
    name: 'readers-anon',
    says: 'Do readers leave anonymous memory alone, under migration as well?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...anon, fork: false }, { puds: 1, pteTables: 4, migrations: 1, memory: FEW }, 1),
      scope({ ...anon, munmaps: [PAGE0, PAGE1] }, { puds: 1, pteTables: 6, migrations: 1, memory: THPS }, 0),
      scope({ ...anon, munmaps: [PAGE0, PAGE1] }, { puds: 1, pteTables: 6, migrations: 1, memory: THPS }, 1),
    ),
  },
];
