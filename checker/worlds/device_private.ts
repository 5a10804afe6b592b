/** The worlds of memory that only a device reaches: a driver takes pages there, and whoever accesses them brings them back. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, SLOT0 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const onePud = { puds: 1, vmas: 3, pteTables: 4 };
const one = anonMemory('anon page', { at: 0, pages: 1 });
const two = anonMemory('anon 2M', { at: 0, pages: 2 });

const DEVICE: readonly Block[] = [...blocks('anon', 1, 3), ...blocks('private', 1, 2)];

const moved = {
  drivers: [two],
  reads: [0],
  writes: [0],
  deviceMoves: [0],
  munmaps: [PAGE0],
  madvises: [PAGE0],
  advice: ['DONTNEED'] as const,
  mprotects: [PAGE0],
  prots: ['R', 'RW'] as const,
  mremaps: [{ from: 0, to: 2, pages: 1 }],
  fork: false,
};
const shared = {
  drivers: [one],
  reads: [0],
  writes: [0],
  deviceMoves: [0],
  munmaps: [PAGE0],
};
/** A page that reclaim has had, and that is in the swap cache while it is mapped again. */
const swapped = { ...shared, reclaims: [0], fork: false };
const halves = { ...shared, deviceMoves: [], halfDeviceMoves: [0] };
const givenUp = {
  ...shared,
  deviceWrites: [0],
  madvises: [PAGE0],
  advice: ['FREE'] as const,
  reclaims: [0],
};
const pinned = {
  ...shared,
  mms: [0],
  pins: [0],
  pinsFor: ['read', 'write'] as const,
  gups: [PAGE0],
  gupAs: ['reference'] as const,
};

export const DEVICE_PRIVATE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'device-private',
    says: 'Does a page that a driver takes to its device come back as it was, and is the page of the device free then?',
    machine: X86_64,
    reaches: ['page on a device'],
    sizes: sized(
      scope({ ...moved, procReads: ['smaps'], mincores: [SLOT0] }, { ...onePud, memory: DEVICE }, 1),
      scope(
        { ...moved, deviceMoves: [0, 1], writes: [0, 1], munmaps: [PAGE0, PAGE1], madvises: [PAGE0, SLOT0] },
        { ...onePud, memory: [...DEVICE, ...blocks('zero page', 1, 1)] },
        1,
      ),
      scope(
        { ...moved, deviceMoves: [0, 1], writes: [0, 1], advice: ['DONTNEED', 'FREE'], reclaims: [0], fork: true },
        { ...onePud, memory: [...DEVICE, ...blocks('zero page', 1, 1)] },
        1,
      ),
    ),
  },
  {
    name: 'device-private-fork',
    says: 'Do parent and child that share a page keep sharing it on the device, and on its way there and back?',
    machine: X86_64,
    reaches: ['page on a device'],
    sizes: sized(
      scope(shared, { ...onePud, memory: DEVICE }, 0),
      scope(shared, { ...onePud, memory: DEVICE }, 1),
      scope({ ...shared, drivers: [two], deviceMoves: [0, 1], writes: [0, 1] }, { ...onePud, memory: DEVICE }, 1),
    ),
  },
  {
    name: 'device-private-pinned',
    says: 'Does a page that is pinned stay where it is, and does one of the device come back before it is pinned?',
    machine: X86_64,
    reaches: ['page on a device'],
    sizes: sized(
      scope(pinned, { ...onePud, pins: 1, memory: DEVICE }, 0),
      scope({ ...pinned, mms: [0, 1] }, { ...onePud, pins: 1, memory: DEVICE }, 0),
      scope({ ...pinned, mms: [0, 1] }, { ...onePud, pins: 2, memory: DEVICE }, 1),
    ),
  },
  {
    name: 'device-private-swap',
    says: 'Does a page that is in the swap cache leave it where a driver takes it to its device, and are its references right?',
    machine: X86_64,
    reaches: ['folio in swap cache', 'page on a device'],
    sizes: sized(
      scope(swapped, { ...onePud, swapSlots: 2, memory: DEVICE }, 0),
      scope({ ...swapped, fork: true }, { ...onePud, swapSlots: 2, memory: DEVICE }, 0),
      scope({ ...swapped, fork: true }, { ...onePud, swapSlots: 3, memory: [...DEVICE, ...blocks('anon', 1, 1)] }, 1),
    ),
  },
  {
    name: 'device-private-halves',
    says: 'What if the page is forked, unmapped or protected between the two halves of its migration to the device, or back?',
    machine: X86_64,
    reaches: ['page on a device'],
    sizes: sized(
      scope(halves, { ...onePud, migrations: 1, memory: DEVICE }, 0),
      scope({ ...halves, mprotects: [PAGE0], prots: ['R', 'RW'] }, { ...onePud, migrations: 1, memory: DEVICE }, 0),
      scope(
        { ...halves, mprotects: [PAGE0], prots: ['R', 'RW'], pins: [0], pinsFor: ['read'] },
        { ...onePud, migrations: 1, pins: 1, memory: DEVICE },
        1,
      ),
    ),
  },
  {
    name: 'device-private-given-up',
    says: 'Is what a device writes to a page that MADV_FREE gave up still there when the page is back?',
    machine: X86_64,
    reaches: ['page on a device'],
    sizes: sized(
      scope({ ...givenUp, fork: false }, { ...onePud, memory: DEVICE }, 0),
      scope(givenUp, { ...onePud, memory: DEVICE }, 0),
      scope(givenUp, { ...onePud, memory: DEVICE }, 1),
    ),
  },
];
