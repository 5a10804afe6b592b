/** The worlds in which small pages of a file are collapsed: its page cache is a table, and another folio takes their place. */
import { fileMapping } from '../../model/drivers/driver.ts';
import { type Block, blocks, type PageCache } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { PAGE0, RW } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const SHMEM: PageCache = { use: 'shmem', pages: 2, largeFolios: true };
const MEMORY: readonly Block[] = [...blocks('shmem', 2, 2), ...blocks('shmem', 1, 2), ...blocks('anon', 1, 2)];
const small = { puds: 1, vmas: 4, pteTables: 6, memory: MEMORY, pageCache: SHMEM };

const shared = fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared');
const copies = fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private');

const collapsing = {
  mms: [0],
  drivers: [shared, copies],
  writes: [0, 2],
  reads: [1, 3],
  munmaps: [PAGE0],
  truncates: [
    { file: 'shmem', from: 0 },
    { file: 'shmem', from: 1 },
  ] as const,
  collapses: [0, 1],
  collapsers: ['MADV_COLLAPSE', 'khugepaged'] as const,
  fork: false,
};

export const PAGE_CACHE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'collapse-file',
    says: 'Does every mapping of a shmem file map the folio that a collapse has made, and are private copies and pins left alone?',
    machine: X86_64,
    reaches: ['file leaf'],
    sizes: sized(
      scope(collapsing, small, 1),
      scope({ ...collapsing, fork: true }, small, 1),
      scope({ ...collapsing, fork: true, mprotects: [PAGE0], prots: RW }, { ...small, pins: 1 }, 2),
    ),
  },
];
