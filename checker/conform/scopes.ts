/** Where kernel and model are compared: small worlds whose every operation user space can ask for. */
import { anonMemory, daxDevice, faultDriver, fileMapping } from '../../model/drivers/driver.ts';
import { type Alphabet, NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { type Block, blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import type { MachineName } from './levels.ts';
import type { Knob } from './knobs.ts';
import type { Feature } from './skipped.ts';
import { LARGE_BAR, SMALL_BAR } from './vm/machines.ts';
import type { Device } from './walk.ts';

export interface ConformScope {
  readonly name: string;
  /** What is compared. */
  readonly says: string;
  readonly geometry: Geometry;
  readonly alphabet: Alphabet;
  readonly scale: 'PMD' | 'PUD';
  /** The ways in which a table is cut; uneven ones where pages keep their place in it. */
  readonly cuts: readonly (readonly number[])[];
  /** Where BARs come from, if there are any. */
  readonly device?: Device;
  /** Where it can be played. */
  readonly machines: readonly MachineName[];
  /** What the kernel must have for it, as the runner finds it. */
  readonly needs: readonly Feature[];
  /** What must be set for it. */
  readonly knobs: readonly Knob[];
}

const PAGE0 = { from: 0, to: 1 };
const PAGE1 = { from: 1, to: 2 };
const SLOT0 = { from: 0, to: 2 };
const PROTS = ['NONE', 'R', 'RW'] as const;

/** So much that nothing runs out of it: a kernel with free memory is what is asked. */
const AMPLE: readonly Block[] = [
  ...blocks('huge zero', 2, 1),
  ...blocks('anon', 2, 6),
  ...blocks('anon', 1, 32),
  ...blocks('zero page', 1, 1),
];
const AMPLE_MTHP: readonly Block[] = [...blocks('anon', 2, 6), ...blocks('anon', 1, 32), ...blocks('zero page', 1, 1)];
const AMPLE_SHMEM: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 2, 4), ...blocks('anon', 1, 24)];

const HERE = ['live', 'plain'] as const;
const EVEN = [[256, 256]] as const;
/** Where a page is alone, or a batch of PTEs ends. */
const UNEVEN = [...EVEN, [1, 511], [511, 1], [16, 496]] as const;
/** A page that is pinned must be one. */
const SINGLE = [
  [1, 511],
  [511, 1],
] as const;

const scope = (
  of: Pick<ConformScope, 'name' | 'says'> & Partial<ConformScope>,
  alphabet: Partial<Alphabet>,
  geometry: Partial<Geometry>,
): ConformScope => ({
  scale: 'PMD',
  cuts: EVEN,
  machines: HERE,
  needs: ['thp'],
  knobs: [],
  ...of,
  geometry: { ...SMALL, vmas: 6, pteTables: 15, memory: AMPLE, ...geometry },
  // What user space pins by io_uring it pins for long.
  alphabet: { ...NO_OPERATIONS, fork: true, pinsLongterm: true, ...alphabet },
});

const anon2M = anonMemory('anon 2M', { at: 0, pages: 2 });
const anon4M = anonMemory('anon 4M', { at: 0, pages: 4 });

const bars = (scale: 'PMD' | 'PUD', pages: number) => [
  faultDriver(scale === 'PMD' ? 'BAR 4M' : 'BAR 2G', { at: 0, pages }),
];

export const SCOPES: readonly ConformScope[] = [
  scope(
    { name: 'anon', says: 'a THP: fault, split, protect, drop, fork, write, exit', cuts: UNEVEN },
    {
      drivers: [anon2M],
      reads: [0, 1],
      writes: [0, 1],
      munmaps: [PAGE0, PAGE1, SLOT0],
      mprotects: [SLOT0, PAGE0],
      prots: PROTS,
      madvises: [PAGE1, SLOT0],
      advice: ['DONTNEED', 'DONTFORK', 'DOFORK'],
    },
    { puds: 1, ptrsPerPmd: 1 },
  ),
  scope(
    {
      name: 'anon-three',
      says: 'a THP that three processes share, in whatever order they write and end',
      cuts: UNEVEN,
    },
    {
      mms: [0, 1, 2],
      drivers: [anon2M],
      reads: [0],
      writes: [0, 1],
      munmaps: [PAGE1],
      mprotects: [SLOT0],
      prots: ['R', 'RW'],
    },
    { puds: 1, ptrsPerPmd: 1, mms: 3 },
  ),
  scope(
    { name: 'anon-free', says: 'memory that MADV_FREE has given up', cuts: UNEVEN },
    {
      drivers: [anon2M],
      reads: [0, 1],
      writes: [0, 1],
      munmaps: [PAGE0],
      mprotects: [SLOT0],
      prots: PROTS,
      madvises: [SLOT0],
      advice: ['FREE', 'DONTNEED'],
    },
    { puds: 1, ptrsPerPmd: 1 },
  ),
  scope(
    { name: 'moves', says: 'mremap within a PMD table, to another one, and not aligned' },
    {
      drivers: [anon2M],
      reads: [1],
      writes: [0, 1],
      munmaps: [PAGE0, SLOT0, { from: 4, to: 6 }],
      mprotects: [SLOT0],
      prots: ['R', 'RW'],
      mremaps: [
        { from: 0, to: 2, pages: 2 },
        { from: 2, to: 0, pages: 2 },
        { from: 0, to: 4, pages: 2 },
        { from: 4, to: 0, pages: 2 },
        { from: 0, to: 3, pages: 2 },
        { from: 0, to: 5, pages: 1 },
      ],
    },
    { puds: 2 },
  ),
  scope(
    { name: 'moves-4M', says: 'mremap of more than a leaf' },
    {
      drivers: [anon4M],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE1, { from: 6, to: 10 }],
      madvises: [{ from: 0, to: 2 }, PAGE1],
      advice: ['DONTNEED'],
      mremaps: [
        { from: 0, to: 6, pages: 4 },
        { from: 6, to: 0, pages: 4 },
        { from: 0, to: 2, pages: 2 },
        { from: 2, to: 8, pages: 2 },
        { from: 1, to: 5, pages: 2 },
      ],
    },
    { puds: 2, ptrsPerPmd: 3 },
  ),
  scope(
    { name: 'shmem', says: 'one folio of a memfd, mapped shared and private, by leaf and by PTE', cuts: UNEVEN },
    {
      drivers: [
        fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
        fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private'),
      ],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE0, { from: 2, to: 3 }],
      mprotects: [SLOT0, { from: 2, to: 4 }],
      prots: ['R', 'RW'],
      madvises: [SLOT0, { from: 3, to: 4 }],
      advice: ['DONTNEED'],
    },
    { puds: 1, memory: AMPLE_SHMEM },
  ),
  scope(
    {
      name: 'truncate',
      says: 'a memfd that shrinks to nothing and grows again, under shared and private mappings',
      knobs: [
        // What comes back must be one folio again, and its pages come by the fault of one, not by those around it.
        { path: '/sys/kernel/mm/transparent_hugepage/shmem_enabled', value: 'advise' },
        { path: '/sys/kernel/debug/fault_around_bytes', value: '4096' },
      ],
    },
    {
      drivers: [
        fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
        fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private'),
      ],
      reads: [0, 3],
      writes: [2],
      munmaps: [PAGE0],
      truncates: [{ file: 'shmem', from: 0 }],
    },
    { puds: 1, memory: AMPLE_SHMEM },
  ),
  scope(
    {
      name: 'soft-dirty',
      says: 'soft-dirty tracking that begins anew: clear_refs',
      needs: ['thp', 'softdirty'],
      cuts: UNEVEN,
    },
    {
      drivers: [anon2M],
      reads: [0],
      writes: [0, 1],
      munmaps: [PAGE0],
      mprotects: [SLOT0, PAGE0],
      prots: ['R', 'RW'],
      clearRefs: true,
    },
    { puds: 1, ptrsPerPmd: 1 },
  ),
  scope(
    {
      name: 'mthp',
      says: 'a folio of 1 MiB: given up, kept from children, written after fork',
      knobs: [{ path: '/sys/kernel/mm/transparent_hugepage/hugepages-1024kB/enabled', value: 'madvise' }],
      cuts: [[128, 128, 128, 128]],
    },
    {
      drivers: [anonMemory('anon 1M', { at: 0, pages: 2 })],
      reads: [1],
      writes: [0, 1],
      munmaps: [PAGE0],
      mprotects: [SLOT0],
      prots: ['R', 'RW'],
      madvises: [PAGE1, SLOT0],
      advice: ['FREE', 'DONTNEED', 'DONTFORK'],
    },
    { puds: 1, ptrsPerPmd: 1, ptrsPerPte: 4, memory: AMPLE_MTHP },
  ),
  scope(
    {
      name: 'pins',
      says: 'a pin for DMA: fork copies, unpin, the process that ends first',
      cuts: SINGLE,
      needs: ['thp', 'uring'],
    },
    {
      drivers: [anon2M],
      reads: [1],
      writes: [0, 1],
      munmaps: [PAGE0],
      mprotects: [SLOT0],
      prots: ['R', 'RW'],
      madvises: [SLOT0, PAGE1],
      advice: ['DONTNEED', 'DONTFORK'],
      pins: [0, 1],
      pinsFor: ['write'],
    },
    { puds: 1, ptrsPerPmd: 1, pins: 2 },
  ),
  scope(
    { name: 'uffd-move', says: 'UFFDIO_MOVE of leaves, pages and the zero page', needs: ['thp', 'uffd'] },
    {
      drivers: [anon2M, anonMemory('anon 2M at 2', { at: 2, pages: 2 })],
      reads: [0, 2],
      writes: [0, 3],
      munmaps: [PAGE0],
      mprotects: [SLOT0],
      prots: ['R', 'RW'],
      madvises: [{ from: 2, to: 4 }],
      advice: ['DONTNEED'],
      uffdMoves: [
        { from: 0, to: 2, pages: 2 },
        { from: 2, to: 0, pages: 2 },
        { from: 0, to: 3, pages: 1 },
      ],
    },
    { puds: 1 },
  ),
  scope(
    { name: 'uffd-move-pins', says: 'UFFDIO_MOVE of what is pinned', cuts: SINGLE, needs: ['thp', 'uring', 'uffd'] },
    {
      drivers: [anon2M, anonMemory('anon 2M at 2', { at: 2, pages: 2 })],
      writes: [0],
      munmaps: [PAGE0],
      pins: [0, 1],
      pinsFor: ['write'],
      uffdMoves: [
        { from: 0, to: 2, pages: 2 },
        { from: 0, to: 2, pages: 1 },
        { from: 1, to: 3, pages: 1 },
      ],
    },
    { puds: 1, pins: 1 },
  ),
  scope(
    {
      name: 'vfio',
      says: 'leaves of 2 MiB of a BAR by vfio-pci',
      machines: ['pfnmap'],
      device: { bdf: SMALL_BAR, bar: 2 },
      cuts: UNEVEN,
      needs: [],
    },
    {
      drivers: bars('PMD', 4),
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE1, SLOT0],
      mprotects: [PAGE0, SLOT0],
      prots: PROTS,
      madvises: [SLOT0, PAGE1],
      advice: ['DONTNEED', 'DONTFORK', 'DOFORK'],
      mremaps: [
        { from: 0, to: 4, pages: 2 },
        { from: 0, to: 6, pages: 2 },
      ],
      memoryEnable: true,
    },
    { puds: 2, ptrsPerPmd: 3, memory: [] },
  ),
  scope(
    {
      name: 'vfio-1G',
      says: 'leaves of 1 GiB of a BAR by vfio-pci',
      machines: ['pfnmap'],
      device: { bdf: LARGE_BAR, bar: 2 },
      scale: 'PUD',
      needs: [],
    },
    {
      drivers: bars('PUD', 4),
      reads: [0, 3],
      writes: [1, 2],
      mprotects: [{ from: 0, to: 4 }],
      prots: ['R', 'RW'],
      munmaps: [{ from: 0, to: 4 }],
      memoryEnable: true,
    },
    { puds: 2, memory: [] },
  ),
  scope(
    {
      name: 'device-dax',
      says: 'leaves of 2 MiB of device-dax: a VMA ends where a leaf does, and what is pinned is pinned by its folio',
      machines: ['dax'],
      cuts: SINGLE,
      needs: ['uring'],
    },
    {
      drivers: [daxDevice('dax 4M', { at: 0, pages: 4 })],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE1, SLOT0],
      mprotects: [PAGE0, SLOT0],
      prots: PROTS,
      madvises: [SLOT0, PAGE1],
      advice: ['DONTNEED', 'DONTFORK', 'DOFORK'],
      mremaps: [
        { from: 0, to: 4, pages: 2 },
        { from: 0, to: 6, pages: 2 },
      ],
      pins: [0, 2],
      pinsFor: ['write'],
    },
    { puds: 2, ptrsPerPmd: 3, pins: 2, memory: blocks('dax', 2, 2) },
  ),
];
