/** The worlds of device-dax: device memory with struct pages, in folios of each size. */
import { daxDevice } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { GIB0, PAGE0, RW } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

const HALF0 = { from: 0, to: 2 };

const DAX_PUD: readonly Block[] = blocks('dax', 4, 1);
const dax = {
  drivers: [daxDevice('dax 1G', { at: 0, pages: 4 })],
  writes: [0],
  reads: [1],
  munmaps: [PAGE0, GIB0],
  mprotects: [PAGE0, GIB0],
  prots: RW,
};

/** PMD-sized folios, and single pages: what a leaf of the device does not cover is mapped by nothing. */
const DAX_PMD: readonly Block[] = blocks('dax', 2, 2);
const DAX_PTE: readonly Block[] = blocks('dax', 1, 3);
const TO_OTHER_GIB = { from: 0, to: 4, pages: 2 };
const daxPmd = {
  drivers: [daxDevice('dax 4M', { at: 0, pages: 4 })],
  writes: [0],
  reads: [3],
  munmaps: [PAGE0, HALF0],
  mprotects: [HALF0],
  prots: RW,
  mremaps: [TO_OTHER_GIB],
};
const daxPte = {
  drivers: [daxDevice('dax of 3 pages', { at: 1, pages: 3 })],
  writes: [1],
  reads: [1, 2],
  munmaps: [{ from: 1, to: 2 }],
  mprotects: [{ from: 2, to: 4 }],
  prots: RW,
  mremaps: [{ from: 1, to: 4, pages: 1 }],
};
const daxSoftDirty = { ...dax, munmaps: [GIB0], mprotects: [GIB0], clearRefs: true };

/** Two VMAs of one device whose border may move: a leaf on each side, and one page of the first. */
const LAST0 = { from: 3, to: 4 };
const daxBorders = {
  drivers: [daxDevice('dax 2G', { at: 0, pages: 8 })],
  writes: [0],
  reads: [3],
  madvises: [GIB0, LAST0],
  advice: ['DONTFORK', 'DOFORK'] as const,
};
const daxPmdBorders = {
  ...daxBorders,
  drivers: [daxDevice('dax 4M', { at: 0, pages: 4 })],
  reads: [1],
  madvises: [HALF0, { from: 1, to: 2 }],
};

export const DAX_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'device-pud',
    says: 'Is a PUD-sized folio of device-dax counted once for each mapping, and never split?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(dax, { memory: DAX_PUD }, 1),
      scope({ ...dax, prots: ALL_PROTS, reads: [1, 3] }, { memory: DAX_PUD, mms: 3 }, 1),
      scope({ ...dax, prots: ALL_PROTS, reads: [1, 3], munmaps: [PAGE0, HALF0, GIB0] }, { memory: DAX_PUD, mms: 3 }),
    ),
  },
  {
    name: 'device-pmd',
    says: 'Are PMD-sized folios of device-dax counted, and a leaf neither split nor moved in part?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(daxPmd, { memory: DAX_PMD }, 1),
      scope({ ...daxPmd, prots: ALL_PROTS }, { memory: DAX_PMD }, 1),
      scope({ ...daxPmd, prots: ALL_PROTS, munmaps: [PAGE0, HALF0, GIB0] }, { memory: DAX_PMD, mms: 3 }, 1),
    ),
  },
  {
    name: 'device-pte',
    says: 'Are single pages of device-dax counted, and a mapping split where it likes?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(daxPte, { memory: DAX_PTE }, 1),
      scope({ ...daxPte, prots: ALL_PROTS }, { memory: DAX_PTE }, 1),
      scope({ ...daxPte, prots: ALL_PROTS, writes: [1, 2] }, { memory: DAX_PTE }),
    ),
  },
  {
    name: 'device-soft-dirty',
    says: 'Is a PUD leaf of device-dax uncounted where soft-dirty tracking splits it, and made writable where it was mapped for reading?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(daxSoftDirty, { memory: DAX_PUD }, 1),
      scope({ ...daxSoftDirty, reads: [1, 3], prots: ALL_PROTS }, { memory: DAX_PUD }, 1),
      scope({ ...daxSoftDirty, reads: [1, 3], prots: ALL_PROTS }, { memory: DAX_PUD, mms: 3 }, 1),
    ),
  },
  {
    name: 'device-borders',
    says: 'Does a VMA of device-dax with PUD-sized folios end where a leaf does, where a border between two of them moves?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(daxBorders, { memory: blocks('dax', 4, 2) }, 0),
      scope({ ...daxBorders, munmaps: [GIB0] }, { memory: blocks('dax', 4, 2) }, 1),
      scope({ ...daxBorders, munmaps: [GIB0], mms: [0] }, { memory: blocks('dax', 4, 2), mms: 3 }, 1),
    ),
  },
  {
    name: 'device-pmd-borders',
    says: 'The same with PMD-sized folios',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(daxPmdBorders, { memory: DAX_PMD }, 0),
      scope({ ...daxPmdBorders, munmaps: [HALF0] }, { memory: DAX_PMD }, 1),
      scope({ ...daxPmdBorders, munmaps: [HALF0] }, { memory: DAX_PMD, mms: 3 }, 1),
    ),
  },
];
