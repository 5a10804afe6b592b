/** The worlds of FS-DAX: files whose pages are blocks of a device, and what happens when they are cut. */
import { daxFile } from '../../model/drivers/driver.ts';
import { type Block, blocks, type Geometry } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0, TO_SLOT1 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const ZERO: readonly Block[] = blocks('zero page', 1, 1);
const HUGE_ZERO: readonly Block[] = [...blocks('huge zero', 2, 1), ...ZERO];
const DAX2: readonly Block[] = [...blocks('fsdax', 2, 1), ...ZERO];
const DAX2_COPIES: readonly Block[] = [...DAX2, ...blocks('anon', 1, 2)];
const DAX1: readonly Block[] = [...blocks('fsdax', 1, 2), ...ZERO];
const HOLE2: readonly Block[] = [...blocks('fsdax', 2, 1), ...HUGE_ZERO, ...blocks('anon', 1, 2)];
const READ_WRITE = ['read', 'write'] as const;
const onePud = { puds: 1, vmas: 2, pteTables: 4, daxFiles: ['written'] as const, daxFilePages: 2 };
const truncation = (file: number, from: number, to: number) => ({ file, from, to, how: 'truncate' }) as const;
const punch = (file: number, from: number, to: number) => ({ file, from, to, how: 'punch' }) as const;
const ALL0 = truncation(0, 0, 2);

const file = daxFile('DAX file', { at: 0, pages: 2 });
/** One file at a place where no leaf fits. */
const pages = {
  drivers: [daxFile('DAX file', { at: 1, pages: 2 })],
  writes: [1],
  reads: [2],
  munmaps: [PAGE1],
  mprotects: [PAGE1],
  prots: RW,
  daxCuts: [truncation(0, 1, 2), punch(0, 0, 1)],
  daxEvicts: [0],
};
const pmd = {
  drivers: [file],
  writes: [0],
  reads: [1],
  munmaps: [PAGE0],
  mprotects: [SLOT0],
  prots: RW,
  daxCuts: [ALL0, punch(0, 0, 1)],
  daxEvicts: [0],
};
const moved = {
  ...pmd,
  fork: false,
  mremaps: [TO_SLOT1],
  mprotects: [],
  madvises: [SLOT0],
  advice: ['DONTNEED'] as const,
};
const copied = {
  drivers: [daxFile('private mapping of a DAX file', { at: 0, pages: 2 }, 'private')],
  writes: [0],
  reads: [1],
  munmaps: [PAGE0],
  daxCuts: [ALL0, punch(0, 0, 1)],
};
/** Two slots: a leaf in one, and in the other the copy for the sake of which fork copies page tables. */
const copiedBeside = {
  drivers: [daxFile('private mapping of a DAX file', { at: 0, pages: 4 }, 'private')],
  writes: [2],
  reads: [1],
  munmaps: [SLOT0],
};
const DAX4_COPIES: readonly Block[] = [...blocks('fsdax', 2, 2), ...ZERO, ...blocks('anon', 1, 1)];
const hole = {
  drivers: [file, daxFile('private mapping of it', { at: 2, pages: 2 }, 'private')],
  writes: [0],
  reads: [1, 3],
  munmaps: [PAGE1],
  daxCuts: [ALL0],
  fork: false,
};
const hashed = {
  drivers: [file],
  writes: [0],
  reads: [1],
  munmaps: [PAGE0, SLOT0],
  daxCuts: [ALL0],
  fork: false,
};
const pinned = {
  drivers: [file],
  writes: [0],
  reads: [1],
  munmaps: [SLOT0],
  pins: [1],
  pinsFor: READ_WRITE,
  daxCuts: [ALL0],
  fork: false,
};
const ended = { ...pinned, daxCuts: [], daxEvicts: [0] };
/** The second page of each of two files, where no leaf fits. */
const DAX3: readonly Block[] = [...blocks('fsdax', 1, 3), ...ZERO];
const TWO: Partial<Geometry> = { ...onePud, memory: DAX3, daxFiles: ['written', 'clone'] };
const shared = {
  drivers: [daxFile('file A', { at: 0, pages: 1, pfn: 1 }), daxFile('file B', { at: 2, pages: 1, pfn: 1, file: 1 })],
  writes: [0, 2],
  reads: [0, 2],
  munmaps: [{ from: 2, to: 3 }],
  daxCuts: [punch(0, 0, 1), truncation(0, 1, 2), truncation(1, 0, 2)],
  fork: false,
};
const TWO_PMD: Partial<Geometry> = { ...onePud, daxFiles: ['written', 'clone'] };
const sharedPmd = {
  drivers: [file, daxFile('its clone', { at: 2, pages: 2, file: 1 })],
  writes: [2],
  reads: [0, 2],
  munmaps: [PAGE0],
  daxCuts: [ALL0, truncation(1, 0, 2)],
  fork: false,
};

/** The first page of one file, where no leaf fits, and all of its clone. */
const mixed = {
  drivers: [daxFile('a page of a DAX file', { at: 0, pages: 1 }), daxFile('its clone', { at: 2, pages: 2, file: 1 })],
  reads: [0, 2],
  daxCuts: [ALL0, truncation(1, 0, 2)],
  fork: false,
};

/** One of two files that share a folio, of which a part may get another protection, and no leaf fits then. */
const parted = {
  drivers: [file],
  reads: [0, 1],
  mprotects: [PAGE0],
  prots: ['R'] as const,
  daxCuts: [ALL0],
  daxEvicts: [0],
  fork: false,
};

/** One of two files that share a page ends, while the other maps it: nobody can map the one that ends again. */
const endedShared = {
  drivers: shared.drivers,
  reads: [2],
  munmaps: [PAGE0],
  pins: [0],
  pinsFor: ['read'] as const,
  daxEvicts: [0],
  fork: false,
};
/** A page of a folio is cut off, and no leaf fits, so that what is beside it may stay mapped. */
const beside = {
  drivers: [file],
  reads: [1],
  munmaps: [PAGE0],
  pins: [0],
  pinsFor: ['read'] as const,
  daxCuts: [punch(0, 0, 1)],
  fork: false,
};

export const FSDAX_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'fsdax',
    says: 'Are single pages of a DAX file counted, associated with it, and let go before their blocks are free?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(pages, { ...onePud, memory: DAX1 }, 1),
      scope({ ...pages, reads: [1, 2], writes: [1, 2] }, { ...onePud, memory: DAX1 }, 1),
      scope({ ...pages, reads: [1, 2], writes: [1, 2] }, { ...onePud, memory: DAX1, mms: 3 }, 1),
    ),
  },
  {
    name: 'fsdax-pmd',
    says: 'Are PMD-sized folios of a DAX file made, counted and taken apart again?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(pmd, { ...onePud, memory: DAX2 }, 1),
      scope({ ...pmd, munmaps: [PAGE0, PAGE1, SLOT0] }, { ...onePud, memory: DAX2 }, 1),
      scope({ ...pmd, munmaps: [PAGE0, PAGE1, SLOT0] }, { ...onePud, memory: DAX2, mms: 3 }, 1),
    ),
  },
  {
    name: 'fsdax-moved',
    says: 'Does a leaf of a DAX file survive mremap(), and does it come back after MADV_DONTNEED?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(moved, { ...onePud, memory: DAX2 }, 1),
      scope({ ...moved, munmaps: [PAGE0, PAGE1], fork: true }, { ...onePud, vmas: 3, memory: DAX2 }, 1),
      scope({ ...moved, munmaps: [PAGE0, PAGE1], fork: true }, { ...onePud, vmas: 3, memory: DAX2, mms: 3 }, 1),
    ),
  },
  {
    name: 'fsdax-private',
    says: 'Are leaves and copies of a private mapping of a DAX file counted, also by fork, and do truncation and hole punch differ?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(copied, { ...onePud, memory: DAX2_COPIES }, 0),
      scope(copied, { ...onePud, memory: DAX2_COPIES }, 1),
      scope({ ...copied, writes: [0, 1] }, { ...onePud, memory: DAX2_COPIES }, 1),
    ),
  },
  {
    name: 'fsdax-private-beside',
    says: 'Is a leaf of a private mapping of a DAX file counted where fork copies page tables for the sake of a copy beside it?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(copiedBeside, { ...onePud, daxFilePages: 4, memory: DAX4_COPIES }, 0),
      scope(copiedBeside, { ...onePud, daxFilePages: 4, memory: DAX4_COPIES }, 1),
      scope({ ...copiedBeside, writes: [0, 2] }, { ...onePud, daxFilePages: 4, memory: DAX4_COPIES }, 1),
    ),
  },
  {
    name: 'fsdax-hole',
    says: 'Do reads of a hole find zeroes, by page and by leaf, until a write puts a block there?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(hole, { ...onePud, daxFiles: ['hole'], memory: HOLE2 }, 0),
      scope(hole, { ...onePud, daxFiles: ['hole'], memory: HOLE2 }, 1),
      scope({ ...hole, writes: [0, 2], fork: true }, { ...onePud, daxFiles: ['unwritten'], memory: HOLE2 }, 1),
    ),
  },
  {
    name: 'fsdax-hash',
    says: "Has every leaf of a DAX file, and of a hole, its own table, as powerpc's hash MMU needs it?",
    machine: { ...X86_64, depositsPer: 'slot' },
    arch: 'powerpc hash MMU',
    reaches: [],
    sizes: sized(
      scope(hashed, { ...onePud, daxFiles: ['hole'], memory: HOLE2 }, 0),
      scope(hashed, { ...onePud, daxFiles: ['hole'], memory: HOLE2 }, 1),
      scope({ ...hashed, fork: true }, { ...onePud, daxFiles: ['hole'], memory: HOLE2 }, 1),
    ),
  },
  {
    name: 'fsdax-pinned',
    says: 'Does a truncation wait for who has pinned a page of a DAX file, and only for them?',
    machine: X86_64,
    reaches: ['cut waits'],
    sizes: sized(
      scope(pinned, { ...onePud, memory: DAX2, pins: 1 }, 0),
      scope({ ...pinned, fork: true }, { ...onePud, memory: DAX2, pins: 1 }, 0),
      scope({ ...pinned, pins: [0, 1], fork: true }, { ...onePud, memory: DAX2, pins: 2 }, 1),
    ),
  },
  {
    name: 'fsdax-evict',
    says: 'Does the end of a DAX file wait for who has pinned a page of it?',
    machine: X86_64,
    reaches: ['cut waits'],
    sizes: sized(
      scope(ended, { ...onePud, memory: DAX2, pins: 1 }, 0),
      scope({ ...ended, fork: true }, { ...onePud, memory: DAX2, pins: 1 }, 0),
      scope({ ...ended, pins: [0, 1], fork: true }, { ...onePud, memory: DAX2, pins: 2 }, 1),
    ),
  },
  {
    name: 'dax-reflink',
    says: 'Do pages of a block that two DAX files share know how many have it, until the last lets go?',
    machine: X86_64,
    reaches: ['shared block'],
    sizes: sized(
      scope(shared, TWO, 0),
      scope({ ...shared, fork: true }, TWO, 0),
      scope({ ...shared, fork: true }, TWO, 1),
    ),
  },
  {
    name: 'dax-reflink-pinned',
    says: 'Does a truncation of one of two files that share a block wait for who has pinned it by either, and no longer?',
    machine: X86_64,
    reaches: ['shared block', 'cut waits'],
    sizes: sized(
      scope({ ...shared, pins: [0], pinsFor: ['read'] }, { ...TWO, pins: 1 }, 0),
      scope({ ...shared, pins: [0, 2], pinsFor: READ_WRITE }, { ...TWO, pins: 1 }, 0),
      scope({ ...shared, pins: [0, 2], pinsFor: READ_WRITE }, { ...TWO, pins: 2 }, 0),
    ),
  },
  {
    name: 'dax-reflink-pmd',
    says: 'Do two files share a PMD-sized folio, and are its pages small again only when both have let go?',
    machine: X86_64,
    reaches: ['shared block'],
    sizes: sized(
      scope(sharedPmd, { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] }, 0),
      scope(
        { ...sharedPmd, munmaps: [PAGE0, { from: 2, to: 4 }] },
        { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] },
        0,
      ),
      scope({ ...sharedPmd, fork: true }, { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] }, 0),
    ),
  },
  {
    name: 'dax-reflink-mixed',
    says: 'May one file have by a leaf what another has page by page?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(mixed, { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] }, 0),
      scope({ ...mixed, writes: [2] }, { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] }, 0),
      scope({ ...mixed, writes: [0, 2] }, { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] }, 0),
    ),
  },
  {
    name: 'dax-reflink-parted',
    says: 'Does a file that shares a folio still have all of its pages, where a fault on one finds the entry of a leaf?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(parted, { ...TWO_PMD, memory: DAX2 }, 0),
      scope({ ...parted, writes: [1] }, { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] }, 0),
      scope(
        { ...parted, writes: [1], munmaps: [PAGE0] },
        { ...TWO_PMD, memory: [...blocks('fsdax', 2, 2), ...ZERO] },
        1,
      ),
    ),
  },
  {
    name: 'dax-reflink-evict',
    says: 'Does the end of one of two files that share a block wait for who has pinned it, and not for who maps the other?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(endedShared, { ...TWO, pins: 1 }, 0),
      scope(
        {
          ...endedShared,
          munmaps: [PAGE0, { from: 2, to: 3 }],
        },
        { ...TWO, pins: 1 },
        0,
      ),
      scope(
        {
          ...endedShared,
          munmaps: [PAGE0, { from: 2, to: 3 }],
          pins: [0, 2],
          fork: true,
        },
        { ...TWO, pins: 2 },
        0,
      ),
    ),
  },
  {
    name: 'fsdax-beside',
    says: 'Does a hole punch of one page of a folio wait for who maps the page beside it?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(beside, { ...onePud, memory: DAX2, pins: 1 }, 0),
      scope({ ...beside, fork: true }, { ...onePud, memory: DAX2, pins: 1 }, 0),
      scope({ ...beside, reads: [0, 1], fork: true }, { ...onePud, memory: DAX2, pins: 2 }, 0),
    ),
  },
];
