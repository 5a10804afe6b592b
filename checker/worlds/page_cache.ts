/** The worlds in which small pages of a file are collapsed: its page cache is a table, and another folio takes their place. */
import { fileMapping, notifiedFile } from '../../model/drivers/driver.ts';
import { type Block, blocks, type PageCache } from '../../model/state/geometry.ts';
import { POWERPC_HASH, X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0 } from './places.ts';
import { type MmWorldEntry, scope, sized } from './scope.ts';

const shmem: PageCache = { use: 'shmem', pages: 2, largeFolios: true };
const SHMEM: readonly Block[] = [...blocks('shmem', 2, 2), ...blocks('shmem', 1, 2), ...blocks('anon', 1, 2)];
const small = { puds: 1, vmas: 4, pteTables: 6, memory: SHMEM, pageCache: shmem };
const shared = fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared');
const copies = fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private');
const PAGE2 = { from: 2, to: 3 };
const collapsers = ['MADV_COLLAPSE', 'khugepaged'] as const;

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
  collapsers,
  fork: false,
};

/** Two slots of the file; a mapping in which no leaf can lie, and a pin. */
const offset = {
  drivers: [shared, fileMapping('shmem from its page 1', { at: 2, pages: 2, pfn: 1 }, 'shmem', 'shared')],
  writes: [0],
  reads: [1, 2],
  munmaps: [SLOT0],
  pins: [1],
  pinsFor: ['write'] as const,
  collapses: [0, 1],
  collapsers,
};
const TWO_SLOTS: readonly Block[] = [...blocks('shmem', 2, 2), ...blocks('shmem', 1, 4)];
const twoSlots = { ...small, memory: TWO_SLOTS, pageCache: { ...shmem, pages: 4 }, pins: 1 };

/** The first of two mappings of a file is registered with a userfaultfd. */
const watched = {
  mms: [0],
  drivers: [shared, fileMapping('shmem 2M again', { at: 2, pages: 2 }, 'shmem', 'shared')],
  writes: [0, 2],
  reads: [1, 3],
  munmaps: [SLOT0],
  collapses: [0, 1],
  collapsers,
  uffdRegisters: [SLOT0],
  uffdModes: ['missing', 'wp'] as const,
  uffdProtects: [0, 1],
  fork: false,
};

const NO_COPIES: readonly Block[] = [...blocks('shmem', 2, 2), ...blocks('shmem', 1, 2)];
const watching = { ...small, memory: NO_COPIES, uffd: 1 as const };

/** Four pages a leaf, two of which may be one folio. */
const mixed = {
  mms: [0],
  drivers: [fileMapping('shmem of 4 pages', { at: 0, pages: 4 }, 'shmem', 'shared')],
  writes: [0],
  reads: [3],
  munmaps: [PAGE0],
  pins: [2],
  pinsFor: ['read'] as const,
  truncates: [
    { file: 'shmem', from: 1 },
    { file: 'shmem', from: 3 },
  ] as const,
  collapses: [0],
  collapsers,
  fork: false,
};
const FOUR: readonly Block[] = [...blocks('shmem', 4, 2), ...blocks('shmem', 2, 2), ...blocks('shmem', 1, 2)];
const four = {
  puds: 1,
  ptrsPerPmd: 1,
  ptrsPerPte: 4,
  vmas: 3,
  pteTables: 4,
  memory: FOUR,
  pageCache: { use: 'shmem', pages: 4, largeFolios: true, mthp: 2 } as const,
};

/** What nobody writes to may be collapsed; then the file is opened for writing, with a dirty page elsewhere. */
const readonly = {
  mms: [0],
  drivers: [
    fileMapping('private file 2M, by a new open(O_RDONLY)', { at: 0, pages: 2 }, 'file', 'private'),
    notifiedFile('page 2 of the file, by a new open(O_RDWR)', { at: 2, pages: 1, pfn: 2 }),
  ],
  reads: [0, 1],
  writes: [1, 2],
  munmaps: [PAGE2],
  collapses: [0],
  collapsers,
  fork: false,
};
const FILE: readonly Block[] = [...blocks('file', 2, 2), ...blocks('file', 1, 3), ...blocks('anon', 1, 1)];
const ofSmall = { puds: 1, vmas: 3, memory: FILE, pageCache: { use: 'file', pages: 3, largeFolios: false } as const };

/** A file system with large folios. What the file has is written, clean after a collapse, and written again. */
const written = {
  mms: [0],
  drivers: [
    notifiedFile('file 2M', { at: 0, pages: 2 }),
    fileMapping('private file 2M', { at: 2, pages: 2 }, 'file', 'private'),
  ],
  reads: [0, 3],
  writes: [0, 2],
  mprotects: [PAGE1],
  prots: RW,
  munmaps: [SLOT0],
  collapses: [0, 1],
  collapsers,
  fork: false,
};
const TWO_PAGES: readonly Block[] = [...blocks('file', 2, 2), ...blocks('file', 1, 2), ...blocks('anon', 1, 2)];
const large = { puds: 1, vmas: 4, memory: TWO_PAGES, pageCache: { use: 'file', pages: 2, largeFolios: true } as const };

export const PAGE_CACHE_WORLDS: readonly MmWorldEntry[] = [
  {
    name: 'collapse-file',
    says: 'Does every mapping of a shmem file map the folio that a collapse has made, and are private copies left alone?',
    machine: X86_64,
    reaches: ['file leaf', 'collapsed file'],
    sizes: sized(
      scope(collapsing, small, 1),
      scope({ ...collapsing, fork: true }, small, 1),
      scope({ ...collapsing, mms: [0, 1], fork: true, folioSplits: [0] }, small, 1),
    ),
  },
  {
    name: 'collapse-file-shared',
    says: 'Is nothing left of the old pages where several map a file, in some of them at another place, and does a pin keep them?',
    machine: X86_64,
    reaches: ['file leaf', 'collapsed file'],
    sizes: sized(scope({ ...offset, mms: [0] }, twoSlots, 0), scope(offset, twoSlots, 0), scope(offset, twoSlots, 1)),
  },
  {
    name: 'collapse-file-hash',
    says: 'Do tables and deposits come out even where every leaf needs a table in reserve?',
    arch: 'powerpc hash MMU',
    machine: POWERPC_HASH,
    reaches: ['file leaf', 'collapsed file'],
    sizes: sized(
      scope({ ...collapsing, truncates: [] }, small, 1),
      scope({ ...collapsing, truncates: [], fork: true }, small, 1),
      scope({ ...collapsing, mms: [0, 1], fork: true }, small, 1),
    ),
  },
  {
    name: 'collapse-file-uffd',
    says: 'Does a collapse leave alone what user space is to fill in, or has protected from writes?',
    machine: X86_64,
    reaches: ['file leaf', 'collapsed file'],
    sizes: sized(
      scope(watched, watching, 0),
      scope({ ...watched, munmaps: [PAGE0, SLOT0] }, watching, 1),
      scope({ ...watched, munmaps: [PAGE0, SLOT0], fork: true }, watching, 1),
    ),
  },
  {
    name: 'collapse-file-mthp',
    says: 'Are folios of several pages, and small ones beside them, collapsed into one, page by page in their place?',
    machine: X86_64,
    reaches: ['collapsed file'],
    sizes: sized(
      scope(mixed, { ...four, pins: 1 }, 0),
      scope({ ...mixed, fork: true }, { ...four, pins: 1 }, 0),
      scope({ ...mixed, mms: [0, 1], fork: true, folioSplits: [0, 2] }, { ...four, pins: 1 }, 0),
    ),
  },
  {
    name: 'collapse-readonly',
    says: 'Is nothing lost of a file that is collapsed while nobody writes to it, when somebody does?',
    machine: X86_64,
    reaches: ['collapsed file'],
    sizes: sized(
      scope(readonly, ofSmall, 1),
      scope({ ...readonly, fork: true }, ofSmall, 1),
      scope({ ...readonly, mms: [0, 1], fork: true, folioSplits: [0] }, ofSmall, 1),
    ),
  },
  {
    name: 'collapse-written',
    says: 'Is what has been written to a file on its disk, or dirty in the page cache, when its pages are collapsed?',
    machine: X86_64,
    reaches: ['collapsed file'],
    sizes: sized(
      scope(written, large, 1),
      scope({ ...written, fork: true }, large, 1),
      scope({ ...written, mms: [0, 1], fork: true }, large, 1),
    ),
  },
];
