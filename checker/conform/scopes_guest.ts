/** A guest whose memory is a BAR that its process maps: what it reads and writes, and what it may not any more. */
import { faultDriver } from '../../model/drivers/driver.ts';
import type { LookingUp } from '../../model/operations/alphabet.ts';
import { type ConformScope, PAGE0, PAGE1, PROTS, scope, SLOT0 } from './scope.ts';
import { LARGE_BAR, SMALL_BAR } from './vm/machines.ts';

/** By its second stage, or by a look-up of KVM: read and write of each page. */
const guest = (...pages: readonly number[]): readonly LookingUp[] =>
  pages.flatMap((page) => (['read', 'write'] as const).map((access) => ({ by: 'kvm', page, access }) as const));

const OF = { machines: ['pfnmap'], needs: ['kvm'] } as const;

export const GUEST_SCOPES: readonly ConformScope[] = [
  scope(
    {
      ...OF,
      name: 'guest',
      says: 'a guest of a process that maps a BAR by vfio-pci, by leaves of 2 MiB and by PTEs',
      device: { bdf: SMALL_BAR, bar: 2 },
    },
    {
      drivers: [faultDriver('BAR 4M', { at: 0, pages: 4 })],
      reads: [0],
      writes: [3],
      munmaps: [PAGE1, SLOT0],
      mprotects: [PAGE0, SLOT0],
      prots: PROTS,
      madvises: [SLOT0],
      advice: ['DONTNEED', 'DONTFORK'],
      mremaps: [{ from: 0, to: 4, pages: 2 }],
      memoryEnable: true,
      lookups: guest(0, 1, 3, 4),
    },
    { puds: 1, ptrsPerPmd: 3, memory: [], lookups: 1, guestPages: 6 },
  ),
  scope(
    {
      ...OF,
      name: 'guest-1G',
      says: 'and by leaves of 1 GiB',
      device: { bdf: LARGE_BAR, bar: 2 },
      scale: 'PUD',
    },
    {
      drivers: [faultDriver('BAR 2G', { at: 0, pages: 4 })],
      reads: [0],
      writes: [3],
      mprotects: [{ from: 0, to: 4 }],
      prots: ['R', 'RW'],
      munmaps: [{ from: 0, to: 4 }],
      memoryEnable: true,
      lookups: guest(0, 3, 4),
    },
    { puds: 2, memory: [], lookups: 1, guestPages: 8 },
  ),
];
