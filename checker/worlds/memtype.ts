/** The worlds of cache modes that are reserved for frames of a device (x86 PAT). */
import { faultDriver, privateDriver, remapDriver, twoRemapsDriver } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0, TO_SLOT1 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

/** PAT<<2 | PCD<<1 | PWT. */
const WB = 0;
const UC_MINUS = 2;
const UC = 3;
const WT = 7;

/** Neither aligned nor in the same PMD table: page tables are allocated for it. */
const UNALIGNED = { from: 0, to: 5, pages: 2 };
const TAIL_TO_SLOT1 = { from: 1, to: 3, pages: 1 };
const HEAD_TO_SLOT1 = { from: 0, to: 2, pages: 1 };

const small = { puds: 1, vmas: 3, pteTables: 6, memtypes: 4 };
const COPIES: readonly Block[] = blocks('anon', 1, 3);

const frameBuffer = remapDriver('2M WC', { at: 0, pages: 2 });
const whole = { drivers: [frameBuffer], munmaps: [SLOT0], mremaps: [TO_SLOT1] };
const parts = {
  ...whole,
  munmaps: [PAGE0, PAGE1, SLOT0],
  mprotects: [PAGE0],
  prots: RW,
};

const moves = { ...whole, munmaps: [SLOT0, { from: 2, to: 4 }], mremaps: [TO_SLOT1, TAIL_TO_SLOT1, HEAD_TO_SLOT1] };

/** Frames 0..2, some of them twice, for different modes. */
const modes = {
  drivers: [
    frameBuffer,
    remapDriver('2M UC-', { at: 2, pages: 2, cache: UC_MINUS }),
    remapDriver('2 pages UC from frame 1 on', { at: 4, pages: 2, pfn: 1, cache: UC }),
    remapDriver('a page WB, frame 2', { at: 6, pages: 1, pfn: 2, cache: WB }),
    remapDriver('a page WT, frame 1', { at: 7, pages: 1, pfn: 1, cache: WT }),
  ],
  munmaps: [SLOT0, { from: 2, to: 4 }, { from: 4, to: 6 }, { from: 6, to: 7 }, { from: 7, to: 8 }],
};
const modesOfDriver = {
  ...modes,
  drivers: [...modes.drivers, faultDriver('BAR 2M', { at: 0, pages: 2 })],
  reads: [0],
};

const cow = {
  drivers: [privateDriver('private 2M WC', { at: 0, pages: 2, cache: 1 })],
  writes: [0, 1],
  munmaps: [SLOT0],
};

/** Who maps a part takes the mode that its frames have; frame 0 alone may be reserved, and then the first two have not the same. */
const partial = {
  drivers: [
    twoRemapsDriver('2M by two halves', { at: 0, pages: 2 }, 1),
    remapDriver('2M WC at 2', { at: 2, pages: 2 }),
    twoRemapsDriver('3 pages, by two and one', { at: 4, pages: 3 }, 2),
    remapDriver('a page WC, frame 0', { at: 7, pages: 1 }),
  ],
  munmaps: [SLOT0, { from: 2, to: 4 }, { from: 4, to: 7 }, { from: 7, to: 8 }],
};

/** Frame 0, frame 1, and both, for modes of which not every one may stand for every other. */
const writeBack = {
  drivers: [
    remapDriver('2M WB', { at: 0, pages: 2, cache: WB }),
    remapDriver('2M WC', { at: 2, pages: 2 }),
    remapDriver('a page UC-, frame 1', { at: 4, pages: 1, pfn: 1, cache: UC_MINUS }),
    remapDriver('a page UC, frame 1', { at: 5, pages: 1, pfn: 1, cache: UC }),
    remapDriver('a page WT, frame 0', { at: 6, pages: 1, cache: WT }),
  ],
  munmaps: [SLOT0, { from: 2, to: 4 }, { from: 4, to: 5 }, { from: 5, to: 6 }, { from: 6, to: 7 }],
};

export const MEMTYPE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'memtype',
    says: 'Are the frames that remap_pfn_range() maps reserved for their cache mode as long as anything maps them, and no longer, whatever fails?',
    machine: X86_64,
    reaches: ['shared reservation'],
    sizes: sized(
      scope({ ...whole, mremaps: [UNALIGNED] }, { ...small, puds: 2 }, 2),
      scope(
        { ...whole, drivers: [...whole.drivers, remapDriver('2M UC-', { at: 0, pages: 2, cache: UC_MINUS })] },
        small,
        2,
      ),
      scope(whole, { ...small, mms: 3, memtypes: 6, pteTables: 8 }, 2),
    ),
  },
  {
    name: 'memtype-parts',
    says: 'And where VMAs are split, and parts of them moved and unmapped?',
    machine: X86_64,
    reaches: ['shared reservation'],
    sizes: sized(
      scope(parts, small, 0),
      scope({ ...parts, mremaps: [TO_SLOT1, TAIL_TO_SLOT1, HEAD_TO_SLOT1] }, small, 0),
      scope({ ...parts, mremaps: [TO_SLOT1, TAIL_TO_SLOT1, HEAD_TO_SLOT1] }, { ...small, vmas: 4, memtypes: 5 }, 1),
    ),
  },
  {
    name: 'memtype-moves',
    says: 'And where a part of a VMA moves?',
    machine: X86_64,
    reaches: ['shared reservation'],
    sizes: sized(
      scope({ ...moves, fork: false }, small, 0),
      scope(moves, small, 0),
      scope(moves, { ...small, memtypes: 6 }, 1),
    ),
  },
  {
    name: 'memtype-cow',
    says: 'And of a private mapping, of which pages are copied?',
    machine: X86_64,
    reaches: ['shared reservation', 'copied page'],
    sizes: sized(
      scope(cow, { ...small, memory: COPIES }, 1),
      scope({ ...cow, mremaps: [UNALIGNED] }, { ...small, puds: 2, memory: COPIES }, 1),
      scope(
        { ...cow, munmaps: [PAGE0, SLOT0], mremaps: [TO_SLOT1], mprotects: [PAGE0], prots: RW },
        { ...small, memory: COPIES },
        2,
      ),
    ),
  },
  {
    name: 'memtype-modes',
    says: 'Are frames that are mapped more than once, as drivers ask for different modes, mapped for one?',
    machine: X86_64,
    reaches: ['shared reservation'],
    sizes: sized(
      scope({ ...modes, fork: false }, { ...small, puds: 2, memtypes: 3 }, 0),
      scope(modes, { ...small, puds: 2, vmas: 4, memtypes: 8, pteTables: 8 }, 0),
      scope({ ...modes, mremaps: [TO_SLOT1] }, { ...small, puds: 2, vmas: 4, memtypes: 8, pteTables: 8 }, 1),
    ),
  },
  {
    name: 'memtype-driver',
    says: 'And where the kernel has reserved all of them by a driver of its own (ioremap_wc())?',
    machine: { ...X86_64, deviceMemtype: 1 },
    arch: 'x86_64 with a write-combined BAR',
    reaches: ['shared reservation'],
    sizes: sized(
      scope({ ...modesOfDriver, fork: false }, { ...small, puds: 2 }, 0),
      scope(modesOfDriver, { ...small, puds: 2, vmas: 4, memtypes: 8, pteTables: 8 }, 0),
      scope(modesOfDriver, { ...small, puds: 2, vmas: 4, memtypes: 8, pteTables: 8 }, 1),
    ),
  },
  {
    name: 'memtype-partial',
    says: 'And where a driver maps its VMA in two parts, for which nothing is reserved?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...partial, fork: false }, { ...small, puds: 2 }, 0),
      scope(partial, { ...small, puds: 2, pteTables: 8 }, 0),
      scope(partial, { ...small, puds: 2, pteTables: 8 }, 1),
    ),
  },
  {
    name: 'memtype-wb',
    says: 'And where the MTRRs have the frames as WB, so that who asks for WB gets it, and others must not?',
    machine: { ...X86_64, mtrrWb: true },
    arch: 'x86_64 with a BAR that is written back',
    reaches: ['shared reservation'],
    sizes: sized(
      scope({ ...writeBack, fork: false }, { ...small, puds: 2 }, 0),
      scope(writeBack, { ...small, puds: 2 }, 0),
      scope({ ...writeBack, mremaps: [TO_SLOT1] }, { ...small, puds: 2, vmas: 4, memtypes: 8, pteTables: 8 }, 0),
    ),
  },
];
