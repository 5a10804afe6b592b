/** The worlds of memory with struct pages: anonymous, zero, shmem and file. */
import { anonMemory, faultDriver, fileMapping } from '../../model/drivers/driver.ts';
import { type Block, blocks } from '../../model/state/geometry.ts';
import { POWERPC_HASH, X86_64 } from '../../model/state/machine.ts';
import { PAGE0, PAGE1, RW, SLOT0, THPS, TO_SLOT1 } from './places.ts';
import { ALL_PROTS, type MmWorldEntry, scope, sized } from './scope.ts';

const TO_OTHER_TABLE = { from: 0, to: 4, pages: 2 };
const UNALIGNED = { from: 0, to: 3, pages: 2 };

const ZERO: readonly Block[] = [...blocks('huge zero', 2, 1), ...THPS, ...blocks('zero page', 1, 1)];
/** A file of one huge folio and one small page behind it, and small pages for private copies. */
const FILE: readonly Block[] = [...blocks('file', 2, 1), ...blocks('file', 1, 1), ...blocks('anon', 1, 3)];
const SHMEM: readonly Block[] = [...blocks('shmem', 2, 1), ...blocks('anon', 1, 3)];

const anon = [anonMemory('anon 2M', { at: 0, pages: 2 })];
const onePud = { puds: 1, vmas: 3, pteTables: 6 };
const twoPuds = { puds: 2, vmas: 3, pteTables: 8 };

const anonThp = { drivers: anon, writes: [0], reads: [1], munmaps: [PAGE0], mprotects: [SLOT0], prots: RW };

const anonThpWorld: MmWorldEntry = {
  name: 'anon-thp',
  says: 'Are references, mapcounts, rss and PageAnonExclusive of a THP exact, whatever fork, write, split, protect, move and exit do?',
  machine: X86_64,
  reaches: ['orphan', 'two deposits'],
  sizes: sized(
    scope({ ...anonThp, mremaps: [TO_SLOT1] }, { ...onePud, memory: THPS }, 0),
    scope({ ...anonThp, writes: [0, 1], munmaps: [PAGE0, PAGE1], mremaps: [TO_SLOT1] }, { ...onePud, memory: THPS }, 1),
    scope(
      {
        ...anonThp,
        writes: [0, 1],
        munmaps: [PAGE0, PAGE1],
        mprotects: [SLOT0, PAGE0],
        prots: ALL_PROTS,
        mremaps: [TO_SLOT1, TO_OTHER_TABLE, UNALIGNED],
      },
      { ...twoPuds, memory: THPS },
    ),
  ),
};

/** The same questions of another configuration. */
const configured = (name: string, says: string, arch: string, machine: Partial<typeof X86_64>): MmWorldEntry => ({
  ...anonThpWorld,
  name,
  says,
  arch,
  machine: { ...X86_64, ...machine },
});

/** Memory that MADV_FREE has given up, and that is written to again before reclaim comes. */
const lazyfree = { drivers: anon, writes: [0], madvises: [SLOT0], advice: ['FREE'] as const, reclaims: [0] };
/** A page that is pinned for reading while it is shared, and given up by one of two. What reclaim may do is asked. */
const lazyfreeShared = {
  ...lazyfree,
  reclaims: [],
  drivers: [anonMemory('anon page', { at: 0, pages: 1 })],
  madvises: [PAGE0],
  pins: [0],
  pinsFor: ['read'] as const,
};
const onePage = { puds: 1, ptrsPerPmd: 1, vmas: 2, pteTables: 4, pins: 1, memory: blocks('anon', 1, 4) };

const zero = { drivers: anon, writes: [0], reads: [0, 1], munmaps: [PAGE0] };
const uffdMoves = [TO_SLOT1];
const moving = { ...zero, drivers: [...anon, anonMemory('anon 2M at 2', { at: 2, pages: 2 })], uffdMoves };

const shmemMaps = [
  fileMapping('shmem 2M', { at: 0, pages: 2 }, 'shmem', 'shared'),
  fileMapping('private shmem 2M', { at: 2, pages: 2 }, 'shmem', 'private'),
];
const shmem = {
  drivers: shmemMaps,
  writes: [0, 2],
  reads: [1],
  munmaps: [PAGE0, { from: 2, to: 3 }],
  mprotects: [SLOT0],
  prots: RW,
};

/** The folio whole, and from its second page on: one mapping by a leaf, the other by PTEs. */
const fileMaps = [
  fileMapping('file 2M', { at: 0, pages: 2 }, 'file', 'shared'),
  fileMapping('file from its page 1', { at: 2, pages: 2, pfn: 1 }, 'file', 'shared'),
];
const file = { drivers: fileMaps, writes: [0], reads: [2, 3], munmaps: [PAGE0] };
/** A folio by a leaf, and a small page behind it, which is read before it is copied. */
const privateFile = {
  drivers: [fileMapping('private file of 3 pages', { at: 0, pages: 3 }, 'file', 'private')],
  writes: [0, 2],
  reads: [0, 2],
  munmaps: [PAGE0],
  mprotects: [SLOT0],
  prots: RW,
};
/** In memory that MAP_SHARED | MAP_ANONYMOUS, or memfd_create(), makes, a fault maps as much of a folio as it can. */
const privateShmem = {
  ...privateFile,
  drivers: [fileMapping('private shmem 2M', { at: 0, pages: 2 }, 'shmem', 'private')],
  writes: [0],
  reads: [1],
};

/** Small pages in the page cache, mapped shared and private. */
const aroundMaps = [
  fileMapping('file of 2 pages', { at: 0, pages: 2 }, 'file', 'shared'),
  fileMapping('private file of 2 pages', { at: 2, pages: 2 }, 'file', 'private'),
];
const around = {
  drivers: aroundMaps,
  writes: [1, 3],
  reads: [0, 2],
  munmaps: [PAGE0, { from: 2, to: 3 }],
  mprotects: [SLOT0],
  prots: RW,
  truncates: [{ file: 'file', from: 1 }] as const,
};
const AROUND: readonly Block[] = [...blocks('file', 1, 2), ...blocks('anon', 1, 2)];

const advised = {
  drivers: anon,
  writes: [0],
  reads: [1],
  madvises: [PAGE0, SLOT0],
  advice: ['DONTNEED', 'FREE', 'DONTFORK', 'DOFORK'] as const,
};

/** Four pages a PTE table, so that a folio of two pages is not one of PMD size. */
const MTHP = {
  puds: 1,
  ptrsPerPmd: 1,
  ptrsPerPte: 4,
  vmas: 3,
  pteTables: 4,
  memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)],
};
const mthp = {
  drivers: [anonMemory('anon 8K', { at: 0, pages: 2 })],
  writes: [0],
  madvises: [PAGE0, SLOT0],
  advice: ['FREE', 'DONTFORK', 'DOFORK'] as const,
  reclaims: [0],
};
const truncated = {
  ...file,
  truncates: [
    { file: 'file', from: 0 },
    { file: 'file', from: 1 },
    { file: 'file', from: 2 },
  ] as const,
  mprotects: [SLOT0],
  prots: RW,
};

/** Both in slot 0, and so in one PTE table. */
const neighbours = {
  drivers: [faultDriver('BAR page', { at: 0, pages: 1 }), anonMemory('anon page', { at: 1, pages: 1 })],
  writes: [0, 1],
  munmaps: [PAGE0, PAGE1],
  mremaps: [{ from: 0, to: 2, pages: 1 }],
  revoke: true,
};
const smallPages: readonly Block[] = blocks('anon', 1, 3);

export const MEMORY_WORLDS: readonly MmWorldEntry[] = [
  anonThpWorld,
  configured('anon-thp-nopm', 'The same without mapcounts of single pages.', 'x86_64 with NO_PAGE_MAPCOUNT', {
    pageMapcount: false,
  }),
  {
    name: 'anon-three',
    says: 'Does a THP that three processes share know whether it is shared, in whatever order they end?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope({ drivers: anon, writes: [0], mms: [0, 1, 2], munmaps: [PAGE0] }, { ...onePud, mms: 3, memory: THPS }, 0),
      scope(
        { drivers: anon, writes: [0, 1], mms: [0, 1, 2], munmaps: [PAGE0] },
        { ...onePud, mms: 3, memory: THPS },
        0,
      ),
      scope(
        { drivers: anon, writes: [0, 1], mms: [0, 1, 2], munmaps: [PAGE0] },
        { ...onePud, pteTables: 8, mms: 3, memory: THPS },
        1,
      ),
    ),
  },
  {
    name: 'anon-hash',
    says: "Has every leaf of a THP its own table before it can be seen, as powerpc's hash MMU needs it?",
    machine: POWERPC_HASH,
    arch: 'powerpc hash MMU',
    reaches: ['orphan'],
    sizes: sized(
      scope({ ...moving, reads: [], mremaps: [TO_OTHER_TABLE] }, { ...twoPuds, memory: THPS }, 0),
      scope({ ...moving, reads: [1], mremaps: [TO_OTHER_TABLE] }, { ...twoPuds, memory: THPS }, 1),
      scope({ ...moving, reads: [1], mremaps: [TO_OTHER_TABLE, UNALIGNED] }, { ...twoPuds, memory: THPS }, 1),
    ),
  },
  {
    name: 'anon-advice',
    says: 'What does madvise() make of a THP: dropped, given up, left out of fork?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope({ ...advised, mms: [0] }, { ...onePud, memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 3)] }, 1),
      scope({ ...advised, munmaps: [PAGE0] }, { ...onePud, memory: THPS }, 1),
      scope({ ...advised, munmaps: [PAGE0], writes: [0, 1], reclaims: [0] }, { ...onePud, memory: THPS }),
    ),
  },
  {
    name: 'mthp-lazyfree',
    says: 'Are the pages of a folio that MADV_FREE has given up put back as they were, where they cannot be dropped?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope({ ...mthp, mms: [0] }, { ...MTHP, memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)] }, 0),
      scope(mthp, MTHP, 1),
      scope({ ...mthp, writes: [0, 1], munmaps: [PAGE0] }, MTHP, 1),
    ),
  },
  {
    name: 'huge-zero',
    says: 'Is the huge zero folio mapped, forked, split, written and moved without being counted?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(moving, { ...onePud, memory: ZERO }, 1),
      scope({ ...moving, mprotects: [SLOT0], prots: RW }, { ...onePud, memory: ZERO }, 1),
      scope({ ...moving, mprotects: [SLOT0], prots: RW, mremaps: [TO_OTHER_TABLE] }, { ...twoPuds, memory: ZERO }),
    ),
  },
  {
    name: 'lazyfree-thp',
    says: 'Is what a process has written to since its MADV_FREE safe from reclaim, whatever becomes of the leaf in between?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(
        {
          ...lazyfree,
          fork: false,
          munmaps: [PAGE0],
          mprotects: [SLOT0],
          prots: RW,
          migrations: [{ page: 0, to: 'move' }],
        },
        { ...onePud, memory: THPS, migrations: 1 },
        1,
      ),
      scope(
        { ...lazyfree, mms: [0], munmaps: [PAGE0], mprotects: [SLOT0], prots: RW, mremaps: [TO_SLOT1] },
        { ...onePud, memory: THPS },
        0,
      ),
      scope(
        {
          ...lazyfree,
          writes: [0, 1],
          munmaps: [PAGE0],
          mprotects: [SLOT0],
          prots: RW,
          mremaps: [TO_SLOT1],
          migrations: [{ page: 0, to: 'move' }],
        },
        { ...onePud, memory: THPS, migrations: 1 },
      ),
    ),
  },
  {
    name: 'lazyfree-shared',
    says: 'Does reclaim leave a page alone that one process gave up by MADV_FREE, and another has not?',
    machine: X86_64,
    reaches: [],
    sizes: sized(
      scope(lazyfreeShared, onePage),
      scope({ ...lazyfreeShared, reads: [0] }, onePage),
      scope({ ...lazyfreeShared, reads: [0] }, { ...onePage, mms: 3 }),
    ),
  },
  {
    name: 'shmem',
    says: 'Are shared and private mappings of one shmem folio counted, by leaf and by PTE, until the last one goes?',
    machine: X86_64,
    reaches: ['file leaf'],
    sizes: sized(
      scope(shmem, { ...onePud, memory: SHMEM }, 1),
      scope({ ...shmem, writes: [0, 1, 2] }, { ...onePud, memory: SHMEM }, 1),
      scope({ ...shmem, writes: [0, 1, 2], mremaps: [TO_OTHER_TABLE] }, { ...twoPuds, memory: SHMEM }),
    ),
  },
  {
    name: 'shmem-private',
    says: 'Is every access to a private mapping of shmem served, whichever of its pages have been copied before?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(privateShmem, { ...onePud, memory: SHMEM }, 1),
      scope({ ...privateShmem, writes: [0, 1] }, { ...onePud, memory: SHMEM }, 1),
      scope({ ...privateShmem, writes: [0, 1], mremaps: [TO_SLOT1] }, { ...onePud, memory: SHMEM }),
    ),
  },
  {
    name: 'file-thp',
    says: "Are a leaf and PTEs of one file's folio counted side by side?",
    machine: X86_64,
    reaches: ['file leaf'],
    sizes: sized(
      scope(file, { ...onePud, memory: FILE }, 1),
      scope({ ...file, writes: [0, 2] }, { ...onePud, memory: FILE }, 1),
      scope({ ...file, writes: [0, 2], mremaps: [{ from: 0, to: 4, pages: 2 }] }, { ...twoPuds, memory: FILE }),
    ),
  },
  {
    name: 'file-truncate',
    says: 'Does a file that shrinks leave nothing mapped, by leaf or by PTE, of what it loses?',
    machine: X86_64,
    reaches: ['file leaf'],
    sizes: sized(
      scope({ ...truncated, mprotects: [] }, { ...onePud, memory: FILE }, 0),
      scope({ ...truncated, writes: [0, 2] }, { ...onePud, memory: FILE }, 1),
      scope(
        {
          ...truncated,
          writes: [0, 2],
          drivers: [...fileMaps, fileMapping('private file 2M', { at: 0, pages: 2 }, 'file', 'private')],
        },
        { ...onePud, memory: FILE },
      ),
    ),
  },
  {
    name: 'file-private',
    says: 'Is a page of a file that a private mapping writes to copied, and the rest of its folio still counted?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(privateFile, { ...onePud, memory: FILE }, 0),
      scope({ ...privateFile, reads: [0, 1, 2], writes: [0, 1, 2] }, { ...onePud, memory: FILE }, 1),
      scope(
        { ...privateFile, reads: [0, 1, 2], writes: [0, 1, 2], mremaps: [{ from: 1, to: 3, pages: 1 }] },
        { ...onePud, memory: FILE },
      ),
    ),
  },
  {
    name: 'file-around',
    says: 'Are pages counted that a read maps beforehand, because the page cache has them?',
    machine: { ...X86_64, faultAround: true },
    arch: 'x86_64 with fault-around',
    reaches: ['orphan'],
    sizes: sized(
      scope({ ...around, writes: [2], munmaps: [PAGE0], mprotects: [] }, { ...onePud, memory: AROUND }, 1),
      scope({ ...around, mprotects: [] }, { ...onePud, memory: AROUND }, 1),
      scope({ ...around, migrations: [{ page: 0, to: 'move' }] }, { ...onePud, memory: AROUND, migrations: 1 }, 1),
    ),
  },
  {
    name: 'shared-table',
    says: 'Do an anonymous page and a page of a BAR keep apart in one PTE table?',
    machine: X86_64,
    reaches: ['orphan'],
    sizes: sized(
      scope(neighbours, { ...onePud, memory: smallPages }, 1),
      scope({ ...neighbours, mprotects: [SLOT0], prots: ALL_PROTS }, { ...onePud, memory: smallPages }, 1),
      scope({ ...neighbours, mprotects: [SLOT0, PAGE0], prots: ALL_PROTS }, { ...onePud, vmas: 4, memory: smallPages }),
    ),
  },
];
