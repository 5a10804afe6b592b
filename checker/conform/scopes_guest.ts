/** A guest whose memory is a BAR that its process maps: what it reads and writes, and what it may not any more. */
import { faultDriver } from '../../model/drivers/driver.ts';
import type { LookingUp } from '../../model/operations/alphabet.ts';
import { type ConformScope, PAGE0, PAGE1, PROTS, scope, SLOT0, UNEVEN } from './scope.ts';
import { LARGE_BAR, MEMORY_BAR } from './vm/machines.ts';

/** By its second stage, or by a look-up of KVM: read and write of each page. */
const guest = (...pages: readonly number[]): readonly LookingUp[] =>
  pages.flatMap((page) => (['read', 'write'] as const).map((access) => ({ by: 'kvm', page, access }) as const));

const OF = { machines: ['pfnmap'], needs: ['kvm'] } as const;
const OF_SMALL = { ...OF, cuts: UNEVEN, device: { bdf: MEMORY_BAR, bar: 0, keeps: true } } as const;
const bar4M = faultDriver('BAR 4M', { at: 0, pages: 4 });

export const GUEST_SCOPES: readonly ConformScope[] = [
  scope(
    { ...OF_SMALL, name: 'guest', says: 'a guest of a process that maps a BAR by vfio-pci: leaves of 2 MiB, and PTEs' },
    {
      drivers: [bar4M],
      reads: [0],
      munmaps: [PAGE1],
      mprotects: [PAGE0, SLOT0],
      prots: PROTS,
      mremaps: [
        { from: 0, to: 4, pages: 2 },
        { from: 4, to: 0, pages: 2 },
      ],
      lookups: guest(0, 1, 3, 4),
    },
    { puds: 1, ptrsPerPmd: 3, memory: [], lookups: 1, guestPages: 6 },
  ),
  scope(
    { ...OF_SMALL, name: 'guest-off', says: 'and its memory is turned off and on, and a child maps it, too' },
    {
      drivers: [bar4M],
      writes: [0],
      mprotects: [PAGE0],
      prots: ['R', 'RW'],
      madvises: [PAGE1],
      advice: ['DONTFORK'],
      memoryEnable: true,
      lookups: guest(0, 1),
    },
    { puds: 1, ptrsPerPmd: 3, memory: [], lookups: 1, guestPages: 6 },
  ),
  scope(
    {
      ...OF,
      name: 'guest-1G',
      says: 'a guest of a process that maps leaves of 1 GiB of a BAR by vfio-pci',
      device: { bdf: LARGE_BAR, bar: 2 },
      scale: 'PUD',
    },
    {
      drivers: [faultDriver('BAR 2G', { at: 0, pages: 4 })],
      reads: [0],
      mprotects: [{ from: 0, to: 4 }],
      prots: ['R', 'RW'],
      memoryEnable: true,
      lookups: guest(0, 3, 4),
    },
    { puds: 2, memory: [], lookups: 1, guestPages: 8 },
  ),
];
