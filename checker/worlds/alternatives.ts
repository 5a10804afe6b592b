/** The worlds of the design alternatives for huge pfnmaps: a small BAR, and what each alternative makes of it. */
import { anonMemory, faultDriver, privateFaultDriver, remapDriver } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import { S390, X86_64 } from '../../model/state/machine.ts';
import { GIB0, PAGE0, PAGE1, RW, SLOT0 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const PAGE3 = { from: 3, to: 4 };

/** A PUD leaf fits; PMD leaves alone, for the frame is aligned to these; PTEs alone; and a neighbour in the same PUD slot. */
const touched = {
  drivers: [
    faultDriver('BAR 1G', { at: 0, pages: 4 }),
    faultDriver('BAR 1G at frame 2', { at: 0, pages: 4, pfn: 2 }),
    faultDriver('BAR 2M at 2', { at: 2, pages: 2, pfn: 6 }),
    faultDriver('a page of a BAR', { at: 0, pages: 1, pfn: 1 }),
  ],
  reads: [0, 1, 3],
  writes: [3],
  munmaps: [PAGE0, GIB0],
};
const parts = {
  drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })],
  writes: [0],
  reads: [3],
  munmaps: [PAGE0, PAGE3],
  mprotects: [SLOT0],
  prots: RW,
};
/** A PMD leaf of a cache mode that a lost, or made-up, PAT bit changes. */
const partsOf2M = {
  drivers: [faultDriver('BAR 2M WC', { at: 0, pages: 2, cache: 1 })],
  writes: [0],
  reads: [1],
  munmaps: [PAGE0, PAGE1],
  mprotects: [PAGE0],
  prots: RW,
  mremaps: [{ from: 0, to: 4, pages: 2 }],
};
const shared = {
  drivers: [
    privateFaultDriver('private BAR 1G', { at: 0, pages: 4 }),
    privateFaultDriver('private BAR 2M', { at: 0, pages: 2 }),
    faultDriver('BAR 2M at 4', { at: 4, pages: 2, pfn: 4 }),
  ],
  writes: [0, 4],
  reads: [1],
  munmaps: [PAGE0],
};
const never = {
  drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 }), anonMemory('anon 2M', { at: 4, pages: 2 })],
  reads: [0, 1, 4],
  writes: [3],
  munmaps: [GIB0],
};
const tracked = {
  drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 }), faultDriver('BAR 2M', { at: 0, pages: 2 })],
  reads: [0],
  writes: [0, 1],
  munmaps: [GIB0],
  clearRefs: true,
  fork: false,
};
const pinned = {
  drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 }), faultDriver('BAR 2M', { at: 0, pages: 2 })],
  reads: [0],
  pins: [0],
  pinsFor: ['read', 'write'] as const,
  munmaps: [GIB0],
};
/** Two threads fault in the same PUD slot; a driver may take its pages back meanwhile. */
const beside = {
  drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 }), faultDriver('BAR 1G at frame 2', { at: 4, pages: 4, pfn: 2 })],
  reads: [0, 5],
  writes: [1],
  munmaps: [GIB0],
  revoke: true,
  halfFaults: [0, 4],
  fork: false,
};
const remapped = {
  drivers: [remapDriver('remapped 2M', { at: 0, pages: 2 }), faultDriver('BAR 2M at 4', { at: 4, pages: 2, pfn: 4 })],
  reads: [0, 4],
  munmaps: [PAGE0, { from: 4, to: 5 }],
  mremaps: [{ from: 0, to: 2, pages: 2 }],
};

/** A leaf, and a PTE; for a guest, for an IOMMU, for another hypervisor, and for a driver that had ->access. */
const lookedUp = {
  mms: [0],
  drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 }), faultDriver('a page of a BAR', { at: 0, pages: 1, pfn: 1 })],
  reads: [0],
  munmaps: [PAGE0, SLOT0],
  revoke: true,
  lookups: [
    { by: 'kvm', page: 0, access: 'read' },
    { by: 'vfio', page: 0, access: 'read' },
    { by: 'acrn', page: 0, access: 'read' },
    { by: 'access', page: 0, access: 'write' },
  ] as const,
  fork: false,
};
const onS390 = {
  ...lookedUp,
  drivers: [faultDriver('a page of a BAR', { at: 0, pages: 1, pfn: 1 })],
  munmaps: [PAGE0],
  mprotects: [PAGE0],
  prots: RW,
  lookups: [
    { by: 's390', page: 0, access: 'read' },
    { by: 's390', page: 0, access: 'write' },
  ] as const,
};
const lookups = { puds: 1, lookups: 1 as const, guestPages: 2, dmaMappings: 1 };

export const ALTERNATIVE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'rfc-touch',
    says: 'Is a BAR mapped alike in whichever order its pages are touched, by the largest leaves that fit?',
    machine: X86_64,
    reaches: [],
    asksLeaves: true,
    sizes: sized(
      scope({ ...touched, fork: false }, {}, 1),
      scope({ ...touched, reads: [0, 1, 2, 3], writes: [0, 3] }, {}, 1),
      scope({ ...touched, reads: [0, 1, 2, 3], writes: [0, 3], mprotects: [GIB0], prots: RW }, {}, 1),
    ),
  },
  {
    name: 'rfc-parts',
    says: 'What becomes of the rest of a leaf when a part of it is unmapped or protected?',
    machine: X86_64,
    reaches: [],
    asksLeaves: true,
    sizes: sized(
      scope({ ...parts, fork: false }, {}, 1),
      scope({ ...parts, mprotects: [PAGE0, SLOT0] }, { vmas: 4 }, 1),
      scope({ ...parts, mprotects: [PAGE0, SLOT0], reads: [1, 3] }, { vmas: 4 }),
    ),
  },
  {
    name: 'rfc-parts-2m',
    says: 'And of a PMD leaf that is mapped write-combined, when it is moved, too?',
    machine: X86_64,
    reaches: ['orphan'],
    asksLeaves: true,
    sizes: sized(
      scope({ ...partsOf2M, reads: [], munmaps: [PAGE0] }, {}, 1),
      scope({ ...partsOf2M, mprotects: [PAGE0, SLOT0] }, { vmas: 4 }, 1),
      scope({ ...partsOf2M, mprotects: [PAGE0, SLOT0], reads: [0, 1] }, { vmas: 4 }),
    ),
  },
  {
    name: 'rfc-private',
    says: 'Is a BAR that is mapped private, where that is possible, written to by nobody, and copied page by page?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(shared, { memory: blocks('anon', 1, 3) }, 1),
      scope({ ...shared, reads: [0, 1], munmaps: [PAGE0, SLOT0] }, { memory: blocks('anon', 1, 3) }, 1),
      scope({ ...shared, mprotects: [GIB0], prots: RW }, { memory: blocks('anon', 1, 3) }),
    ),
  },
  {
    name: 'rfc-thp-never',
    says: 'Does what sysfs says of transparent huge pages decide how a BAR is mapped, or whether?',
    machine: { ...X86_64, thp: 'never' },
    arch: 'x86_64 with transparent_hugepage=never',
    reaches: [],
    asksLeaves: true,
    sizes: sized(
      scope({ ...never, fork: false }, { memory: blocks('anon', 1, 3) }, 1),
      scope({ ...never, reads: [0, 1, 2, 4] }, { memory: blocks('anon', 1, 3) }, 1),
      scope({ ...never, reads: [0, 1, 2, 4], writes: [3, 4] }, { memory: blocks('anon', 1, 3) }),
    ),
  },
  {
    name: 'rfc-soft-dirty',
    says: 'Does a write to a leaf that soft-dirty tracking has made read-only come to an end?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(tracked, {}, 1),
      scope({ ...tracked, munmaps: [PAGE0, GIB0] }, {}, 1),
      scope({ ...tracked, munmaps: [PAGE0, GIB0], fork: true }, {}, 1),
    ),
  },
  {
    name: 'rfc-pinned',
    says: 'Does GUP keep its hands off the frames of a BAR?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(pinned, { pins: 1 }, 1),
      scope({ ...pinned, pins: [0, 1] }, { pins: 1 }, 1),
      scope({ ...pinned, pins: [0, 1] }, { pins: 2 }, 1),
    ),
  },
  {
    name: 'rfc-beside',
    says: 'Does a page table that a fault of another thread has found stay where it is until that fault has ended?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(beside, { halfFaults: 1 }, 1),
      scope({ ...beside, halfFaults: [0, 3, 4] }, { halfFaults: 1 }, 1),
      scope({ ...beside, halfFaults: [0, 3, 4], fork: true }, { halfFaults: 1 }, 1),
    ),
  },
  {
    name: 'rfc-remapped',
    says: 'Does what remap_pfn_range() has mapped at mmap time, which no fault brings back, outlive what is done to a part of it?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(remapped, {}, 1),
      scope({ ...remapped, mprotects: [SLOT0], prots: RW }, {}, 1),
      scope({ ...remapped, mprotects: [PAGE0, SLOT0], prots: RW }, {}),
    ),
  },
  {
    name: 'rfc-lookup',
    says: 'Is what somebody has looked up of a BAR what it maps, as long as that is used?',
    machine: X86_64,
    reaches: ['stale look-up'],
    sizes: sized(
      scope(lookedUp, lookups, 0),
      scope({ ...lookedUp, mprotects: [SLOT0], prots: RW, writes: [0] }, lookups, 0),
      scope({ ...lookedUp, mprotects: [PAGE0, SLOT0], prots: RW, writes: [0], fork: true }, lookups, 1),
    ),
  },
  {
    name: 'rfc-lookup-s390',
    says: 'And what a system call of s390 accesses a device by?',
    machine: S390,
    arch: 's390',
    reaches: [],
    sizes: sized(
      scope(onS390, lookups, 0),
      scope({ ...onS390, writes: [0] }, lookups, 0),
      scope({ ...onS390, writes: [0], fork: true }, lookups, 1),
    ),
  },
];
