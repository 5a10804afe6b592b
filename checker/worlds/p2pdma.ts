/** The worlds of peer-to-peer memory of a PCI device: pages of a pool, which user space has until nobody uses them. */
import { p2pMemory } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE1, RW } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

const MIDDLE = { from: 1, to: 3 };
/** Two mappings for which the pool has not enough; the first lies in two tables. */
const BAR: readonly Block[] = blocks('p2pdma', 1, 3);
const peer = {
  drivers: [p2pMemory('p2pmem of 2 pages', { at: 1, pages: 2 }), p2pMemory('p2pmem of 2 more', { at: 4, pages: 2 })],
  writes: [1],
  reads: [2],
  munmaps: [PAGE1, MIDDLE],
  mprotects: [MIDDLE],
  prots: RW,
  madvises: [PAGE1],
  advice: ['DONTNEED'] as const,
};

const ONE: readonly Block[] = blocks('p2pdma', 1, 2);
const pinned = {
  drivers: [p2pMemory('p2pmem of 2 pages', { at: 1, pages: 2 })],
  writes: [1],
  gups: [PAGE1],
  gupAs: ['pin', 'P2PDMA pin'] as const,
  pinsFor: ['read', 'write'] as const,
  munmaps: [PAGE1, MIDDLE],
};

export const P2PDMA_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'p2pdma',
    says: 'Does a page of a PCI BAR go back to the pool of its driver with its last mapping, also where mmap() fails half-way?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(peer, { memory: BAR, vmas: 3, pteTables: 6 }, 1),
      scope({ ...peer, prots: ALL_PROTS, mremaps: [{ from: 1, to: 6, pages: 1 }] }, { memory: BAR, pteTables: 6 }, 1),
      scope({ ...peer, prots: ALL_PROTS, madvises: [PAGE1, MIDDLE] }, { memory: BAR, mms: 3, pteTables: 9 }, 2),
    ),
  },
  {
    name: 'p2pdma-pinned',
    says: 'Is a page of a PCI BAR taken only by who can have one (FOLL_PCI_P2PDMA), and kept from the pool as long as it is pinned?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(pinned, { memory: ONE, puds: 1, pteTables: 4, pins: 1 }, 1),
      scope(pinned, { memory: ONE, puds: 1, pteTables: 4, pins: 2 }, 1),
      scope(
        { ...pinned, gups: [PAGE1, MIDDLE], remotes: [1] },
        { memory: blocks('p2pdma', 1, 3), puds: 1, pteTables: 6, pins: 2, mms: 3 },
        1,
      ),
    ),
  },
];
