/** The worlds of frames that are looked up: by a hypervisor for its guest, for an IOMMU, and to access a device. */
import { faultDriver, privateDriver, remapDriver } from '../../model/drivers/driver.ts';
import { ARM64, S390, X86_64 } from '../../model/state/machine.ts';
import { blocks } from '../../model/state/geometry.ts';
import type { Alphabet, LookingUp } from '../../model/operations/alphabet.ts';
import { GIB0, PAGE0, RW, SLOT0, TO_SLOT1 } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, type Scope, scope, sized } from './scope.ts';

const bar2M = faultDriver('BAR 2M', { at: 0, pages: 2 });
const bar1G = faultDriver('BAR 1G', { at: 0, pages: 4 });
const barPage = faultDriver('a page of a BAR', { at: 0, pages: 1 });
const remapped = remapDriver('registers', { at: 0, pages: 2 });
const privately = privateDriver('private registers', { at: 0, pages: 2 });

const READ = ['read'] as const;
const WRITE = ['write'] as const;
const BOTH = ['read', 'write'] as const;

const lookups = (by: LookingUp['by'], access: readonly LookingUp['access'][], at: readonly number[], pages = 1) =>
  at.flatMap((page) => access.map((one) => ({ by, page, pages, access: one })));

const small = { puds: 1, vmas: 3, pteTables: 6, lookups: 1 as const };
const ofGuest = (alphabet: Partial<Alphabet>, guestPages: number, failures = 0, mms = 2): Scope =>
  scope(alphabet, { ...small, guestPages, mms }, failures);

const guest = {
  mms: [0],
  drivers: [bar2M],
  writes: [0],
  munmaps: [PAGE0],
  mprotects: [SLOT0],
  prots: RW,
  memoryEnable: true,
  lookups: lookups('kvm', BOTH, [0, 1]),
};
/** Reading smaps splits a PUD leaf, and does nothing else. */
const guest1G = {
  ...guest,
  procReads: ['smaps'] as const,
  drivers: [bar1G],
  munmaps: [GIB0],
  mprotects: [GIB0],
  lookups: lookups('kvm', WRITE, [1]),
};

/** A leaf of 4 pages, of which the memory slot has 3. */
const smallSlot = {
  ...guest,
  drivers: [bar1G],
  munmaps: [GIB0],
  mprotects: [],
  lookups: lookups('kvm', WRITE, [1, 2]),
};

/** Copies of a private mapping are memory, and its frames are not. */
const MEMORY = blocks('anon', 1, 2);
const privateGuest = { ...guest, drivers: [privately], memoryEnable: false, fork: true };

/** A border of a VMA inside a PMD leaf splits that, and unmaps nothing else. */
const onArm64 = { drivers: [privately, bar2M, barPage], madvises: [PAGE0], advice: ['DONTFORK'] as const };

const iommu = {
  ...guest,
  prots: ALL_PROTS,
  drivers: [bar2M, privately],
  lookups: [...lookups('vfio', WRITE, [0], 2), ...lookups('vfio', READ, [1])],
};
const ofDevices = (alphabet: Partial<Alphabet>, failures = 0): Scope =>
  scope(alphabet, { ...small, dmaMappings: 1, memory: MEMORY }, failures);

const debugger_ = {
  mms: [0],
  drivers: [remapped, privately],
  writes: [1],
  munmaps: [PAGE0],
  mprotects: [SLOT0],
  prots: RW,
  lookups: [...lookups('access', BOTH, [0], 2), ...lookups('access', BOTH, [1])],
};
const leaves = {
  ...debugger_,
  drivers: [
    faultDriver('registers 2M', { at: 0, pages: 2, cache: 1 }),
    faultDriver('registers 1G', { at: 0, pages: 4, cache: 1 }),
  ],
  mprotects: [GIB0],
  munmaps: [GIB0],
  writes: [0],
  revoke: true,
};
/** Page by page, over the end of a PMD slot, and where a leaf maps them: acrn does not fault. */
const acrn = {
  ...debugger_,
  drivers: [remapped, privateDriver('private registers', { at: 0, pages: 4 }), bar2M],
  writes: [1, 2],
  lookups: [...lookups('acrn', BOTH, [0], 2), ...lookups('acrn', READ, [1], 2)],
};
const inMemory = (alphabet: Partial<Alphabet>, failures = 0): Scope =>
  scope(alphabet, { ...small, memory: MEMORY }, failures);

/** Registers of another driver, too: until v6.15 vfio maps no BAR here. */
const s390 = {
  ...guest,
  drivers: [bar2M, remapped],
  clearRefs: true,
  lookups: lookups('s390', BOTH, [0, 1]),
};

export const LOOKUP_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'second-stage',
    says: 'Does a guest map only what its process maps, whatever happens between the look-up of a frame and its use?',
    machine: X86_64,
    reaches: ['stale look-up', 'guest leaf'],
    sizes: sized(
      ofGuest({ ...guest, prots: ALL_PROTS }, 2),
      ofGuest({ ...guest, prots: ALL_PROTS, mremaps: [TO_SLOT1] }, 4),
      ofGuest({ ...guest, mprotects: [PAGE0, SLOT0], prots: ALL_PROTS, mremaps: [TO_SLOT1] }, 4, 1),
    ),
  },
  {
    name: 'second-stage-pud',
    says: 'And where a PUD leaf maps the device?',
    machine: X86_64,
    reaches: ['stale look-up', 'guest leaf'],
    sizes: sized(
      ofGuest(guest1G, 4),
      ofGuest({ ...guest1G, munmaps: [PAGE0, GIB0], lookups: lookups('kvm', BOTH, [1, 2]) }, 4),
      ofGuest({ ...guest1G, munmaps: [PAGE0, GIB0], lookups: lookups('kvm', BOTH, [1, 2]) }, 3, 1),
    ),
  },
  {
    name: 'second-stage-slot',
    says: 'And where the memory slot of the guest ends inside that leaf?',
    machine: X86_64,
    reaches: ['stale look-up', 'guest leaf'],
    sizes: sized(
      ofGuest({ ...smallSlot, fork: false }, 3),
      ofGuest({ ...smallSlot, munmaps: [PAGE0, GIB0] }, 3),
      ofGuest({ ...smallSlot, munmaps: [PAGE0, GIB0], mprotects: [GIB0] }, 3, 1),
    ),
  },
  {
    name: 'second-stage-private',
    says: 'And where the mapping is private, so that a page may be a copy?',
    machine: X86_64,
    reaches: ['stale look-up'],
    sizes: sized(
      scope({ ...privateGuest, fork: false }, { ...small, guestPages: 2, memory: MEMORY, mms: 1 }, 0),
      scope(privateGuest, { ...small, guestPages: 2, memory: MEMORY }, 0),
      scope(privateGuest, { ...small, guestPages: 2, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'second-stage-arm64',
    says: 'And on arm64, where KVM once took the size of a block from the VMA?',
    machine: ARM64,
    arch: 'arm64',
    reaches: ['stale look-up'],
    sizes: sized(
      scope({ ...privateGuest, ...onArm64, fork: false }, { ...small, guestPages: 2, memory: MEMORY, mms: 1 }, 0),
      scope({ ...privateGuest, ...onArm64 }, { ...small, guestPages: 2, memory: MEMORY }, 0),
      scope({ ...privateGuest, ...onArm64 }, { ...small, guestPages: 4, memory: MEMORY }, 1),
    ),
  },
  {
    name: 'vfio-dma',
    says: 'Does VFIO_IOMMU_MAP_DMA of a BAR take the frames that its look-up vouches for, and no more rights than it found?',
    machine: X86_64,
    reaches: ['stale look-up', 'device mapping outlives its entry'],
    sizes: sized(
      ofDevices(iommu),
      ofDevices({
        ...iommu,
        drivers: [...iommu.drivers, bar1G],
        munmaps: [PAGE0, GIB0],
        lookups: [...iommu.lookups, ...lookups('vfio', WRITE, [1], 3)],
        madvises: [SLOT0],
        advice: ['DONTFORK', 'DOFORK'],
      }),
      ofDevices(
        {
          ...iommu,
          drivers: [...iommu.drivers, bar1G],
          munmaps: [PAGE0, GIB0],
          lookups: [...iommu.lookups, ...lookups('vfio', WRITE, [1], 3)],
        },
        1,
      ),
    ),
  },
  {
    name: 'acrn-map',
    says: 'And a memory segment of an ACRN guest, of registers, of a private mapping of them, or of a BAR?',
    machine: X86_64,
    reaches: ['stale look-up', 'device mapping outlives its entry'],
    sizes: sized(
      ofDevices({ ...acrn, prots: ALL_PROTS, fork: false }),
      ofDevices({ ...acrn, prots: ALL_PROTS }),
      ofDevices({ ...acrn, lookups: lookups('acrn', BOTH, [0, 1], 2), prots: ALL_PROTS }, 1),
    ),
  },
  {
    name: 'phys-access',
    says: 'Does a debugger reach the registers that a process maps, with their cache mode, and nothing else?',
    machine: X86_64,
    reaches: ['stale look-up'],
    sizes: sized(
      inMemory({ ...debugger_, fork: false }),
      inMemory(debugger_),
      inMemory({ ...debugger_, prots: ALL_PROTS, mprotects: [PAGE0, SLOT0], mremaps: [TO_SLOT1] }, 1),
    ),
  },
  {
    name: 'phys-access-leaf',
    says: 'And if leaves map them? No driver that was read has both ->huge_fault and ->access.',
    machine: X86_64,
    reaches: ['stale look-up'],
    sizes: sized(
      inMemory({ ...leaves, fork: false }),
      inMemory({ ...leaves, memoryEnable: true }),
      inMemory({ ...leaves, memoryEnable: true, prots: ALL_PROTS }, 1),
    ),
  },
  {
    name: 's390-mmio',
    says: 'Do s390_pci_mmio_read() and _write() access the frame that the page translates to?',
    machine: S390,
    arch: 's390',
    reaches: [],
    sizes: sized(
      inMemory(s390),
      inMemory({ ...s390, revoke: true, prots: ALL_PROTS }),
      inMemory({ ...s390, revoke: true, prots: ALL_PROTS, mremaps: [TO_SLOT1] }, 1),
    ),
  },
];
