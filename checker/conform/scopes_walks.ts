/** Who looks at page tables, looks for pages in them, or says where pages should be, and that they should stay. */
import { faultDriver } from '../../model/drivers/driver.ts';
import { anon2M, type ConformScope, PAGE0, PAGE1, PROTS, scope, SINGLE, SLOT0, UNEVEN } from './scope.ts';
import { LARGE_BAR, SMALL_BAR } from './vm/machines.ts';

const READS = {
  procReads: ['smaps', 'numa_maps', 'pagemap'],
  mincores: [SLOT0],
  pageStats: [0],
} as const;

export const WALK_SCOPES: readonly ConformScope[] = [
  scope(
    {
      name: 'readers',
      says: 'smaps, numa_maps, pagemap, mincore and move_pages of a THP: nothing changes',
      cuts: UNEVEN,
    },
    { drivers: [anon2M], reads: [0], writes: [1], munmaps: [PAGE0], mprotects: [SLOT0], prots: PROTS, ...READS },
    { puds: 1, ptrsPerPmd: 1 },
  ),
  scope(
    {
      name: 'mbind',
      says: 'memory policies split and merge VMAs; MPOL_DEFAULT with MPOL_MF_MOVE moves what its process alone maps',
      machines: ['plain'],
      cuts: UNEVEN,
    },
    {
      drivers: [anon2M],
      reads: [0],
      writes: [0, 1],
      munmaps: [PAGE1],
      mprotects: [PAGE0],
      prots: ['R', 'RW'],
      mbinds: [SLOT0, PAGE0],
      policies: [
        { nodes: 'here', strict: true },
        { nodes: 'default', strict: false },
        { nodes: 'default', strict: false, move: true },
      ],
    },
    { puds: 1, ptrsPerPmd: 1, policies: 1, migrations: 1 },
  ),
  scope(
    {
      name: 'mlock',
      says: 'mlock, with and without MLOCK_ONFAULT, and munlock: what is faulted in, where VMAs end, what madvise refuses',
      machines: ['plain'],
      cuts: UNEVEN,
    },
    {
      drivers: [anon2M],
      reads: [0],
      writes: [1],
      munmaps: [PAGE0],
      mprotects: [SLOT0, PAGE0],
      prots: PROTS,
      madvises: [SLOT0],
      advice: ['DONTNEED'],
      mlocks: [SLOT0, PAGE0],
      mlockHow: ['now', 'on fault'],
      munlocks: [SLOT0, PAGE1],
    },
    { puds: 1, ptrsPerPmd: 1, locks: 1 },
  ),
  scope(
    {
      name: 'mem',
      says: 'a THP that is read and written through /proc/PID/mem, whatever its VMA allows',
      // Elsewhere it may be configured not to.
      machines: ['plain'],
      cuts: UNEVEN,
    },
    {
      drivers: [anon2M],
      reads: [0],
      writes: [0],
      munmaps: [PAGE0],
      mprotects: [SLOT0, PAGE0],
      prots: PROTS,
      remotes: [0, 1],
    },
    { puds: 1, ptrsPerPmd: 1 },
  ),
  scope(
    {
      name: 'references',
      says: 'a page that a pipe has a reference to, by vmsplice, beside one that is pinned',
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
      madvises: [SLOT0],
      advice: ['DONTNEED'],
      gups: [PAGE0, PAGE1],
      gupAs: ['reference'],
      pins: [0],
      pinsFor: ['read', 'write'],
    },
    { puds: 1, ptrsPerPmd: 1, pins: 2 },
  ),
  scope(
    {
      name: 'vfio-readers',
      says: 'who reads page tables where leaves of 2 MiB of a BAR are',
      machines: ['pfnmap'],
      device: { bdf: SMALL_BAR, bar: 2 },
      needs: [],
    },
    {
      drivers: [faultDriver('BAR 4M', { at: 0, pages: 4 })],
      reads: [0],
      writes: [1],
      munmaps: [PAGE1],
      remotes: [0],
      ...READS,
    },
    { puds: 2, ptrsPerPmd: 3, memory: [] },
  ),
  scope(
    {
      name: 'vfio-readers-1G',
      says: 'who reads page tables where leaves of 1 GiB of a BAR are: some split them',
      machines: ['pfnmap'],
      device: { bdf: LARGE_BAR, bar: 2 },
      scale: 'PUD',
      needs: [],
    },
    {
      drivers: [faultDriver('BAR 2G', { at: 0, pages: 4 })],
      reads: [0],
      writes: [1],
      munmaps: [{ from: 0, to: 4 }],
      ...READS,
      mincores: [{ from: 0, to: 4 }],
    },
    { puds: 2, memory: [] },
  ),
];
