/** The worlds of device memory at three levels: BARs, and drivers with VM_MIXEDMAP or ->pfn_mkwrite. */
import {
  anonMemory,
  daxDevice,
  faultDriver,
  mixedDriver,
  trackingDriver,
  trackingLeavesDriver,
  trackingReaderDriver,
} from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { GIB0, PAGE0, RW, TO_NEXT_GIB } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

const HALF0 = { from: 0, to: 2 };

const bar = [faultDriver('BAR 1G', { at: 0, pages: 4 })];
const twoGib = [faultDriver('BAR 2G', { at: 0, pages: 8 })];
const vfio = {
  drivers: bar,
  writes: [0],
  reads: [1],
  munmaps: [GIB0],
  mprotects: [GIB0],
  prots: RW,
  memoryEnable: true,
};
const parts = { ...vfio, munmaps: [PAGE0, HALF0], mprotects: [HALF0, GIB0] };
const softDirty = {
  drivers: bar,
  writes: [0],
  reads: [0],
  munmaps: [GIB0],
  mprotects: [GIB0],
  prots: RW,
  clearRefs: true,
  fork: false,
};

/** A BAR, a driver with leaves in VM_PFNMAP (until 2021), frames of a driver in VM_MIXEDMAP, and the huge zero folio. */
const NO_SPECIAL: readonly Block[] = [
  ...blocks('huge zero', 2, 1),
  ...blocks('anon', 2, 1),
  ...blocks('driver', 2, 1),
  ...blocks('zero page', 1, 1),
];
const noSpecial = {
  drivers: [
    faultDriver('BAR 2M', { at: 0, pages: 2 }),
    trackingLeavesDriver('tracked 2M', { at: 0, pages: 2 }),
    mixedDriver('driver device 2M', { at: 0, pages: 2, pfn: 16 }),
    mixedDriver('driver memory 2M', { at: 0, pages: 2 }),
    anonMemory('anon 2M', { at: 0, pages: 2 }),
  ],
  writes: [0],
  reads: [1],
  munmaps: [HALF0],
  mprotects: [HALF0],
  prots: RW,
};
const noSpecialMachine = { memory: NO_SPECIAL, trackedFrames: 2 };

const noFork = { ...vfio, madvises: [HALF0], advice: ['DONTFORK', 'DOFORK'] as const };
const pinnedBar = { ...vfio, pins: [0], pinsFor: ['read', 'write'] as const, munmaps: [HALF0] };

/** A frame that is aligned to a PMD leaf only, one that is aligned to none, and a VMA that begins inside a PUD slot. */
const unaligned = {
  drivers: [
    faultDriver('BAR at frame 2', { at: 0, pages: 4, pfn: 2 }),
    faultDriver('BAR at frame 1', { at: 0, pages: 4, pfn: 1 }),
    faultDriver('BAR from page 2 on', { at: 2, pages: 4, pfn: 2 }),
  ],
  reads: [0, 1, 2],
  munmaps: [GIB0],
};

const DAX_PUD: readonly Block[] = blocks('dax', 4, 1);

/** The driver's folio. */
const MIXED_PMD: readonly Block[] = blocks('driver', 2, 1);
const MIXED_PUD: readonly Block[] = blocks('driver', 4, 1);
const mixed = {
  drivers: [
    mixedDriver('driver memory', { at: 0, pages: 2 }),
    mixedDriver('driver device', { at: 4, pages: 2, pfn: 16 }),
  ],
  writes: [0, 4],
  reads: [1],
  munmaps: [PAGE0, HALF0],
};
/** Frames of the device alone, by a PUD leaf, a PMD leaf, or a PTE. */
const mixedSoftDirty = {
  drivers: [
    mixedDriver('driver device 1G', { at: 0, pages: 4, pfn: 16 }),
    mixedDriver('driver device 2M', { at: 0, pages: 2, pfn: 16 }),
    mixedDriver('a page of a driver device', { at: 0, pages: 1, pfn: 16 }),
  ],
  writes: [0],
  reads: [0],
  munmaps: [GIB0],
  clearRefs: true,
};
/** Memory of which the driver tracks dirty pages: by PTEs, with leaves for reading, and mapped by a second file, too. */
const tracked = {
  drivers: [trackingDriver('tracked 2M', { at: 0, pages: 2 })],
  writes: [0],
  reads: [0, 1],
  munmaps: [PAGE0],
  mprotects: [HALF0],
  prots: RW,
  dirtyScan: true,
};
const trackedLeaves = {
  ...tracked,
  drivers: [trackingLeavesDriver('tracked 1G', { at: 0, pages: 4 })],
  reads: [1],
  munmaps: [GIB0],
  mprotects: [GIB0],
};
/** PMD leaves only: the first frame is not aligned to a PUD leaf. Parts may be unmapped then. */
const trackedParts = {
  ...tracked,
  drivers: [trackingLeavesDriver('tracked from frame 2 on', { at: 0, pages: 4, pfn: 2 })],
  reads: [1],
  munmaps: [PAGE0, HALF0],
  mprotects: [GIB0],
};
const trackedReader = {
  ...tracked,
  drivers: [
    trackingDriver('tracked page 1', { at: 0, pages: 1, pfn: 1 }),
    trackingReaderDriver('read-only 2M', { at: 2, pages: 2 }),
  ],
  reads: [2],
  munmaps: [PAGE0],
  mprotects: [],
};

const small = { writes: [0], reads: [1], munmaps: [HALF0, GIB0] };

export const DEVICE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'vfio-bar',
    says: 'Is a BAR that PUD leaves map mapped right, and not at all while its memory is off?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(vfio, {}, 1),
      scope({ ...vfio, drivers: twoGib, reads: [1, 5] }, { mms: 3 }, 1),
      scope(
        { ...vfio, drivers: twoGib, reads: [1, 5], prots: ALL_PROTS, munmaps: [GIB0, { from: 4, to: 8 }] },
        { mms: 3 },
      ),
    ),
  },
  {
    name: 'vfio-align',
    says: 'Is a leaf only made where frame and address are aligned to its size?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(unaligned, {}, 1),
      scope({ ...unaligned, reads: [0, 1, 2, 3] }, {}, 1),
      scope({ ...unaligned, reads: [0, 1, 2, 3], mprotects: [GIB0], prots: RW }, {}, 1),
    ),
  },
  {
    name: 'vfio-parts',
    says: 'What becomes of a PUD leaf when a part of it is unmapped, protected, or left out of fork?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(parts, {}, 1),
      scope({ ...parts, munmaps: [PAGE0, HALF0, GIB0] }, { mms: 3 }, 1),
      scope({ ...parts, munmaps: [PAGE0, HALF0, GIB0], prots: ALL_PROTS }, { mms: 3 }),
    ),
  },
  {
    name: 'vfio-parts-nodebug',
    says: 'What becomes of the same leaves without CONFIG_DEBUG_VM?',
    machine: { ...X86_64, debugVm: false },
    arch: 'x86_64 without CONFIG_DEBUG_VM',
    reaches: [],
    sizes: sized(scope(parts, {}, 1), scope(parts, { mms: 3 }, 1), scope({ ...parts, prots: ALL_PROTS }, { mms: 3 })),
  },
  {
    name: 'vfio-dontfork',
    says: 'What does a child get of a PUD leaf of which fork is to leave out a half?',
    machine: { ...X86_64, debugVm: false },
    arch: 'x86_64 without CONFIG_DEBUG_VM',
    reaches: ['orphan'],
    sizes: sized(
      scope(noFork, {}, 1),
      scope({ ...noFork, munmaps: [HALF0] }, { mms: 3 }, 1),
      scope({ ...noFork, munmaps: [HALF0, PAGE0] }, { mms: 3 }),
    ),
  },
  {
    name: 'vfio-pinned',
    says: 'Does GUP keep its hands off a BAR?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...pinnedBar, munmaps: [] }, { pins: 1 }, 1),
      scope({ ...pinnedBar, munmaps: [] }, { pins: 1, mms: 3 }, 1),
      scope({ ...pinnedBar, munmaps: [], prots: ALL_PROTS }, { pins: 2, mms: 3 }),
    ),
  },
  {
    name: 'vfio-move',
    says: 'What becomes of a PUD leaf that mremap() moves?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...vfio, mremaps: [TO_NEXT_GIB] }, {}, 1),
      scope({ ...vfio, mremaps: [TO_NEXT_GIB, { from: 0, to: 6, pages: 2 }] }, { mms: 3 }, 1),
      scope({ ...vfio, mremaps: [TO_NEXT_GIB, { from: 0, to: 6, pages: 2 }], prots: ALL_PROTS }, { mms: 3 }),
    ),
  },
  {
    name: 'vfio-soft-dirty',
    says: 'Does a write to a BAR come to an end while soft-dirty tracking wants to see it?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(softDirty, {}, 1),
      scope(softDirty, {}),
      scope({ ...softDirty, prots: ALL_PROTS, fork: true }, {}),
    ),
  },
  {
    name: 'vfio-no-special',
    says: 'Where PMD and PUD entries have no special bit: is a BAR mapped by PTEs alone, and are leaves of other drivers told from memory by their VMA?',
    machine: { ...X86_64, pmdSpecial: false, pudSpecial: false },
    arch: 'without ARCH_SUPPORTS_HUGE_PFNMAP',
    reaches: [],
    sizes: sized(
      scope({ ...noSpecial, fork: false }, noSpecialMachine, 1),
      scope({ ...noSpecial, drivers: [...noSpecial.drivers, ...bar], fork: false }, noSpecialMachine, 1),
      scope({ ...noSpecial, prots: ALL_PROTS }, noSpecialMachine, 1),
    ),
  },
  {
    name: 'device-no-pud',
    says: 'Is no code for PUD leaves reached where the architecture has none?',
    machine: { ...X86_64, pudLeaves: false },
    arch: 'x86_64 without HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD',
    reaches: [],
    sizes: sized(
      scope(
        { ...small, drivers: [...bar, daxDevice('dax 1G', { at: 4, pages: 4 })], writes: [0, 4] },
        { memory: DAX_PUD },
        1,
      ),
      scope(
        { ...vfio, drivers: [...bar, daxDevice('dax 1G', { at: 4, pages: 4 })], writes: [0, 4] },
        { memory: DAX_PUD },
        1,
      ),
      scope(
        { ...vfio, drivers: [...bar, daxDevice('dax 1G', { at: 4, pages: 4 })], writes: [0, 4], prots: ALL_PROTS },
        { memory: DAX_PUD },
      ),
    ),
  },
  {
    name: 'mixedmap',
    says: 'Are the folios of a VM_MIXEDMAP driver counted beside frames of its device that are not? (No driver in the tree has such leaves.)',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      // What leaks multiplies states; one process is enough to see it.
      scope({ ...mixed, fork: false }, { memory: MIXED_PMD, pteTables: 6 }, 1),
      scope(mixed, { memory: MIXED_PMD, pteTables: 6 }, 0),
      scope({ ...mixed, mprotects: [HALF0], prots: RW }, { memory: MIXED_PMD }, 1),
    ),
  },
  {
    name: 'mixedmap-pud',
    says: 'Is a PUD-sized folio of a VM_MIXEDMAP driver counted until it is unmapped? (No driver in the tree has one.)',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...small, drivers: [mixedDriver('driver memory', { at: 0, pages: 4 })] }, { memory: MIXED_PUD }, 1),
      scope({ ...small, drivers: [mixedDriver('driver memory', { at: 0, pages: 4 })] }, { memory: MIXED_PUD }),
      scope(
        { ...small, drivers: [mixedDriver('driver memory', { at: 0, pages: 4 })], mprotects: [GIB0], prots: RW },
        { memory: MIXED_PUD },
      ),
    ),
  },
  {
    name: 'mixedmap-soft-dirty',
    says: 'Does a VM_MIXEDMAP driver that is asked again make the leaf writable that soft-dirty tracking has protected? (No driver in the tree has such leaves.)',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(mixedSoftDirty, {}, 1),
      scope({ ...mixedSoftDirty, reads: [0, 1] }, {}, 1),
      scope({ ...mixedSoftDirty, reads: [0, 1], mprotects: [GIB0], prots: RW }, {}, 1),
    ),
  },
  {
    name: 'pfn-mkwrite',
    says: 'Is a driver told of every write to memory of which it tracks the dirty pages?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(tracked, { trackedFrames: 2 }, 1),
      scope({ ...tracked, writes: [0, 1], clearRefs: true }, { trackedFrames: 2 }, 1),
      scope(
        { ...tracked, writes: [0, 1], clearRefs: true, prots: ALL_PROTS, munmaps: [PAGE0, HALF0] },
        { trackedFrames: 2 },
      ),
    ),
  },
  {
    name: 'pfn-mkwrite-leaves',
    says: 'Is it told, where it maps PUD leaves for reading, and are these split when they are written to? (No driver in the tree does; vmwgfx did until 2021.)',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(trackedLeaves, { trackedFrames: 4 }, 1),
      scope({ ...trackedLeaves, reads: [1, 3], clearRefs: true }, { trackedFrames: 4 }, 1),
      scope({ ...trackedLeaves, reads: [1, 3], writes: [0, 2], clearRefs: true }, { trackedFrames: 4 }, 1),
    ),
  },
  {
    name: 'pfn-mkwrite-parts',
    says: 'Is it told, where PMD leaves for reading are unmapped in part? (No driver in the tree has them; vmwgfx had until 2021.)',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(trackedParts, { trackedFrames: 6 }, 1),
      scope({ ...trackedParts, reads: [1, 3], clearRefs: true }, { trackedFrames: 6 }, 1),
      scope({ ...trackedParts, reads: [1, 3], writes: [0, 2], clearRefs: true }, { trackedFrames: 6 }, 1),
    ),
  },
  {
    name: 'pfn-mkwrite-reader',
    says: 'Is it told, where a file that was opened O_RDONLY maps the same memory?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(trackedReader, { trackedFrames: 2 }, 1),
      scope({ ...trackedReader, reads: [0, 2, 3] }, { trackedFrames: 2 }, 1),
      scope({ ...trackedReader, reads: [0, 2, 3], munmaps: [PAGE0, { from: 2, to: 3 }] }, { trackedFrames: 2 }),
    ),
  },
];
