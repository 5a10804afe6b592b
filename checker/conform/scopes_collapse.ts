/** Small pages that MADV_COLLAPSE makes one folio of, and a folio of shmem that gets its leaf back. */
import { fileMapping } from '../../model/drivers/driver.ts';
import { AMPLE_SHMEM, anon2M, type ConformScope, PAGE0, PAGE1, scope, SINGLE, SLOT0, UNEVEN } from './scope.ts';

const IN_VM = ['plain'] as const;
const ASKED = ['MADV_COLLAPSE'] as const;

export const COLLAPSE_SCOPES: readonly ConformScope[] = [
  scope(
    {
      name: 'collapse',
      says: 'small pages, holes, zeroes and split THPs that are collapsed',
      machines: IN_VM,
      cuts: UNEVEN,
    },
    {
      drivers: [anon2M],
      reads: [0, 1],
      writes: [0, 1],
      munmaps: [PAGE0],
      mprotects: [SLOT0, PAGE0],
      prots: ['R', 'RW'],
      madvises: [PAGE1, SLOT0],
      advice: ['DONTNEED', 'FREE', 'DONTFORK', 'DOFORK'],
      collapses: [0],
      collapsers: ASKED,
    },
    { puds: 1, ptrsPerPmd: 1 },
  ),
  scope(
    {
      name: 'collapse-shmem',
      says: 'one folio of a memfd, mapped shared and private by PTEs, that is collapsed again',
      machines: IN_VM,
      cuts: UNEVEN,
    },
    {
      drivers: [
        fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
        fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private'),
      ],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE0, { from: 2, to: 3 }],
      mprotects: [PAGE0, SLOT0, { from: 2, to: 4 }],
      prots: ['R', 'RW'],
      madvises: [SLOT0, { from: 3, to: 4 }],
      advice: ['DONTNEED'],
      collapses: [0, 1],
      collapsers: ASKED,
    },
    { puds: 1, memory: AMPLE_SHMEM },
  ),
  scope(
    {
      name: 'collapse-pins',
      says: 'pages that are pinned are not collapsed',
      machines: IN_VM,
      cuts: SINGLE,
      needs: ['thp', 'uring'],
    },
    {
      drivers: [anon2M],
      reads: [1],
      writes: [0, 1],
      munmaps: [PAGE0],
      mprotects: [SLOT0, PAGE0],
      prots: ['R', 'RW'],
      madvises: [PAGE1],
      advice: ['DONTNEED'],
      pins: [0, 1],
      pinsFor: ['write'],
      collapses: [0],
      collapsers: ASKED,
    },
    { puds: 1, ptrsPerPmd: 1, pins: 2 },
  ),
];
