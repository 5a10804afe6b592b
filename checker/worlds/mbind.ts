/** The worlds of mbind() with MPOL_MF_MOVE: what moves, and what is no memory that could. */
import { anonMemory, faultDriver, mixedDriver } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, SLOT0 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const MOVE = { nodes: 'elsewhere', strict: false, move: true } as const;
const MOVE_STRICT = { nodes: 'elsewhere', strict: true, move: true } as const;
const DEFAULT = { nodes: 'default', strict: false } as const;
/** MPOL_DEFAULT moves whatever it finds, and never says that it could not. */
const MOVE_DEFAULT = { nodes: 'default', strict: true, move: true } as const;

const onePud = { puds: 1, vmas: 3, pteTables: 6, policies: 1 as const, migrations: 1 as const };
const MEMORY: readonly Block[] = [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)];

const anon = {
  drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })],
  writes: [0],
  munmaps: [PAGE1],
  mbinds: [SLOT0, PAGE0],
  policies: [MOVE_STRICT],
};
const pinned = {
  ...anon,
  mms: [0],
  policies: [MOVE_STRICT, MOVE_DEFAULT],
  pins: [0],
  pinsFor: ['write'] as const,
  fork: false,
};

/** A BAR by a leaf, and frames of a device where the VMA does not tell. */
const bar = {
  drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 }), mixedDriver('driver device 2M', { at: 0, pages: 2, pfn: 16 })],
  reads: [0],
  mbinds: [SLOT0],
  policies: [MOVE],
  munmaps: [SLOT0],
  fork: false,
};

export const MBIND_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'mbind-move',
    says: 'Does mbind() with MPOL_MF_MOVE move what its process alone maps, as a leaf or by PTEs, and leave what others map?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(anon, { ...onePud, memory: MEMORY }, 0),
      scope({ ...anon, policies: [MOVE, MOVE_STRICT, DEFAULT, MOVE_DEFAULT] }, { ...onePud, memory: MEMORY }, 0),
      scope({ ...anon, policies: [MOVE, MOVE_STRICT, DEFAULT, MOVE_DEFAULT] }, { ...onePud, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'mbind-move-pinned',
    says: 'Does it leave what is pinned where it is, and say so (MPOL_MF_STRICT)?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(pinned, { ...onePud, pins: 1, memory: MEMORY }, 0),
      scope(
        { ...pinned, pins: [0, 1], policies: [MOVE, MOVE_STRICT, MOVE_DEFAULT] },
        { ...onePud, pins: 1, memory: MEMORY },
        1,
      ),
      scope({ ...pinned, mms: [0, 1], fork: true }, { ...onePud, pins: 1, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'mbind-move-pfnmap',
    says: 'Does it leave a BAR alone; and frames of a device in VM_MIXEDMAP? (No driver in the tree has leaves of such.)',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(bar, onePud, 0),
      scope({ ...bar, policies: [MOVE, MOVE_STRICT] }, onePud, 0),
      scope({ ...bar, policies: [MOVE, MOVE_STRICT], fork: true }, onePud, 1),
    ),
  },
];
