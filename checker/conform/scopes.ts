/** Where kernel and model are compared: small worlds whose every operation user space can ask for. */
import { anonMemory, daxDevice, faultDriver, fileMapping } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import {
  AMPLE_MTHP,
  AMPLE_SHMEM,
  anon2M,
  type ConformScope,
  PAGE0,
  PAGE1,
  PROTS,
  scope,
  SINGLE,
  SLOT0,
  UNEVEN,
} from './scope.ts';
import { COLLAPSE_SCOPES } from './scopes_collapse.ts';
import { FSDAX_SCOPES } from './scopes_fsdax.ts';
import { GUEST_SCOPES } from './scopes_guest.ts';
import { SWAP_SCOPES } from './scopes_swap.ts';
import { WALK_SCOPES } from './scopes_walks.ts';
import { LARGE_BAR, SMALL_BAR } from './vm/machines.ts';

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
      name: 'truncate-part',
      says: 'a memfd that loses a part of its folio and grows again, under shared and private mappings',
      machines: ['plain'],
      // Where the split is not to single pages (v6.15), a folio of the one page is left all the same.
      cuts: [[1, 511]],
      knobs: [{ path: '/sys/kernel/debug/fault_around_bytes', value: '4096' }],
    },
    {
      drivers: [
        fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
        fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private'),
      ],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE0],
      truncates: [{ file: 'shmem', from: 1 }],
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
      writes: [0, 1, 3],
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
      writes: [0, 1],
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
  ...COLLAPSE_SCOPES,
  ...SWAP_SCOPES,
  ...FSDAX_SCOPES,
  ...GUEST_SCOPES,
  ...WALK_SCOPES,
];
