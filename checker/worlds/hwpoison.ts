/** The worlds of anonymous memory that breaks: it is taken from everybody, and from the allocator. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, SLOT0, THPS } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

/** As distributions build it: nobody looks at what is allocated. */
const PLAIN: Machine = { ...X86_64, debugVm: false };

const onePud = { puds: 1, vmas: 3, pteTables: 4, poison: 1 as const };
const one = anonMemory('anon page', { at: 0, pages: 1 });
const two = anonMemory('anon 2M', { at: 0, pages: 2 });

const broken = { drivers: [two], writes: [0], poisons: [1], munmaps: [PAGE0] };
/** A pin keeps a huge page from being split, and so from being isolated. */
const pinned = {
  mms: [0],
  drivers: [two],
  writes: [0],
  poisons: [1],
  pins: [0],
  pinsFor: ['write'] as const,
  munmaps: [SLOT0],
  fork: false,
};
const ONE_THP: readonly Block[] = [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)];
const swapped = {
  drivers: [one],
  writes: [0],
  poisons: [0],
  reclaims: [0],
  munmaps: [PAGE0],
};
const moving = {
  mms: [0],
  drivers: [two],
  writes: [0],
  mprotects: [PAGE0],
  prots: ['R'] as const,
  munmaps: [PAGE1],
  pins: [0],
  pinsFor: ['write'] as const,
  poisons: [0],
  migrations: [{ page: 0, to: 'move' } as const],
  fork: false,
};

export const HWPOISON_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'hwpoison-anon',
    says: 'Is a page that breaks taken from all who map it, and nothing else of its huge page, and never given out again?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(broken, { ...onePud, memory: THPS }, 0),
      scope({ ...broken, poisons: [0, 1] }, { ...onePud, memory: THPS }, 0),
      scope(
        { ...broken, poisons: [0, 1], madvises: [SLOT0], advice: ['FREE', 'DONTNEED'] },
        { ...onePud, memory: THPS },
        1,
      ),
    ),
  },
  {
    name: 'hwpoison-pinned',
    says: 'What becomes of a huge page that breaks while it is pinned, once nobody needs it any more?',
    machine: PLAIN,
    reaches: [],
    sizes: sized(
      scope(pinned, { ...onePud, pins: 1, memory: ONE_THP }, 0),
      scope({ ...pinned, poisons: [0, 1], pins: [0, 1] }, { ...onePud, pins: 1, memory: ONE_THP }, 0),
      scope({ ...pinned, mms: [0, 1], fork: true, poisons: [0, 1] }, { ...onePud, pins: 1, memory: THPS }, 1),
    ),
  },
  {
    name: 'hwpoison-swap',
    says: 'Is a page that breaks in the swap cache read in again, if its slot has what it had, and else kept from all?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...swapped, reads: [0], fork: false }, { ...onePud, memory: blocks('anon', 1, 3), swapSlots: 2 }, 0),
      scope({ ...swapped, reads: [0] }, { ...onePud, memory: blocks('anon', 1, 4), swapSlots: 2 }, 0),
      scope({ ...swapped, reads: [0] }, { ...onePud, memory: blocks('anon', 1, 4), swapSlots: 3 }, 1),
    ),
  },
  {
    name: 'hwpoison-migration',
    says: 'Does a huge page of which a page is broken leave it behind, where it is moved by PTEs?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(moving, { ...onePud, pins: 1, migrations: 1, memory: THPS }, 0),
      scope({ ...moving, poisons: [0, 1] }, { ...onePud, pins: 1, migrations: 1, memory: THPS }, 0),
      scope(
        { ...moving, mms: [0, 1], fork: true, poisons: [0, 1] },
        { ...onePud, pins: 1, migrations: 1, memory: THPS },
        0,
      ),
    ),
  },
];
