/** The worlds of frames that are looked up: by a hypervisor for its guest, for an IOMMU, and to access a device. */
import { faultDriver } from '../../model/drivers/driver.ts';
import { X86_64 } from '../../model/state/machine.ts';
import type { LookingUp } from '../../model/operations/alphabet.ts';
import { GIB0, PAGE0, RW, SLOT0, TO_SLOT1 } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

const bar2M = faultDriver('BAR 2M', { at: 0, pages: 2 });
const bar1G = faultDriver('BAR 1G', { at: 0, pages: 4 });

const lookups = (by: LookingUp['by'], access: readonly LookingUp['access'][], at: readonly number[], pages = 1) =>
  at.flatMap((page) => access.map((one) => ({ by, page, pages, access: one })));

const small = { puds: 1, vmas: 3, pteTables: 6, lookups: 1 as const };

const guest = {
  mms: [0],
  drivers: [bar2M],
  writes: [0],
  munmaps: [PAGE0],
  mprotects: [SLOT0],
  prots: RW,
  memoryEnable: true,
  lookups: lookups('kvm', ['read', 'write'], [0, 1]),
};
const guest1G = {
  ...guest,
  drivers: [bar1G],
  munmaps: [GIB0],
  mprotects: [GIB0],
  lookups: lookups('kvm', ['write'], [1]),
};

export const LOOKUP_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'second-stage',
    says: 'Does a guest map only what its process maps, whatever happens between the look-up of a frame and its use?',
    machine: X86_64,
    reaches: ['stale look-up', 'guest leaf'],
    sizes: sized(
      scope(guest, { ...small, guestPages: 2 }, 0),
      scope({ ...guest, mremaps: [TO_SLOT1] }, { ...small, guestPages: 4 }, 0),
      scope(
        { ...guest, mprotects: [PAGE0, SLOT0], prots: ALL_PROTS, mremaps: [TO_SLOT1] },
        { ...small, guestPages: 4 },
        1,
      ),
    ),
  },
  {
    name: 'second-stage-pud',
    says: 'And where a PUD leaf maps the device?',
    machine: X86_64,
    reaches: ['stale look-up', 'guest leaf'],
    sizes: sized(
      scope(guest1G, { ...small, guestPages: 4 }, 0),
      scope({ ...guest1G, lookups: lookups('kvm', ['read', 'write'], [1, 2]) }, { ...small, guestPages: 4 }, 0),
      scope({ ...guest1G, lookups: lookups('kvm', ['read', 'write'], [1, 2]) }, { ...small, guestPages: 3 }, 1),
    ),
  },
];
