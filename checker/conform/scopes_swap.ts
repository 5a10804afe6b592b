/** Memory that MADV_PAGEOUT gives to swap, which is zram in the virtual machine: written at once, and out of memory then. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { anon2M, type ConformScope, PAGE0, PAGE1, scope, SINGLE, SLOT0, UNEVEN } from './scope.ts';

/** Nothing is read but what is asked for: no neighbours in swap. */
const ONE_BY_ONE = [{ path: '/proc/sys/vm/page-cluster', value: '0' }] as const;
const OF = { machines: ['plain'], needs: ['thp', 'swap'], knobs: ONE_BY_ONE } as const;
const ADVICE = ['PAGEOUT', 'COLD', 'FREE', 'DONTNEED'] as const;

export const SWAP_SCOPES: readonly ConformScope[] = [
  scope(
    { ...OF, name: 'swap', says: 'a THP that MADV_PAGEOUT gives to swap, as a whole and in part', cuts: UNEVEN },
    {
      drivers: [anon2M],
      reads: [0, 1],
      writes: [0, 1],
      munmaps: [PAGE0, SLOT0],
      mprotects: [SLOT0],
      prots: ['R', 'RW'],
      madvises: [SLOT0, PAGE1],
      advice: ADVICE,
    },
    { puds: 1, ptrsPerPmd: 1, swapSlots: 32 },
  ),
  scope(
    { ...OF, name: 'swap-pages', says: 'small pages that MADV_PAGEOUT gives to swap, with and without fork' },
    {
      drivers: [anonMemory('anon page', { at: 0, pages: 1 })],
      mms: [0, 1, 2],
      reads: [0],
      writes: [0],
      munmaps: [PAGE0],
      mprotects: [PAGE0],
      prots: ['R', 'RW'],
      madvises: [PAGE0],
      advice: ADVICE,
    },
    { puds: 1, ptrsPerPmd: 1, mms: 3, swapSlots: 32 },
  ),
  scope(
    {
      ...OF,
      name: 'swap-moved',
      says: 'swap entries that mremap and UFFDIO_MOVE take along',
      needs: ['thp', 'swap', 'uffd'],
    },
    {
      drivers: [anon2M, anonMemory('anon 2M at 2', { at: 2, pages: 2 })],
      reads: [0, 2],
      writes: [0, 1, 3],
      munmaps: [PAGE0],
      madvises: [SLOT0, { from: 2, to: 4 }],
      advice: ['PAGEOUT', 'DONTNEED'],
      mremaps: [{ from: 0, to: 4, pages: 2 }],
      uffdMoves: [
        { from: 0, to: 2, pages: 2 },
        { from: 0, to: 3, pages: 1 },
      ],
    },
    { puds: 1, ptrsPerPmd: 3, swapSlots: 32 },
  ),
  scope(
    {
      ...OF,
      name: 'swap-pins',
      says: 'what is pinned is not given to swap',
      cuts: SINGLE,
      needs: ['thp', 'swap', 'uring'],
    },
    {
      drivers: [anon2M],
      reads: [1],
      writes: [0, 1],
      munmaps: [PAGE0],
      madvises: [SLOT0, PAGE1],
      advice: ['PAGEOUT', 'FREE'],
      pins: [0, 1],
      pinsFor: ['write'],
    },
    { puds: 1, ptrsPerPmd: 1, pins: 2, swapSlots: 32 },
  ),
];
