/** What a size of a world covers, in words made from what it is made of: so that "holds" says of what. */
import type { Alphabet, MemoryPolicy, Moving, PageRange, Truncation, Unmapping } from '../model/operations/alphabet.ts';
import { type Block, type Geometry, type PageCache, pagesOf } from '../model/state/geometry.ts';

export interface Bounded {
  readonly geometry: Geometry;
  readonly alphabet: Alphabet;
  readonly failuresMax: number;
}

const pages = ({ from, to }: PageRange): string => (to - from === 1 ? `page ${from}` : `pages ${from}..${to - 1}`);
const move = ({ from, to, pages: n }: Moving): string => `${pages({ from, to: from + n })} to page ${to}`;
const unmapping = ({ page, to }: Unmapping): string => `page ${page}${to === 'split' ? ' (for a split)' : ''}`;
const policy = ({ nodes, strict, move: moves = false }: MemoryPolicy): string =>
  nodes === 'default'
    ? 'to the default'
    : `to the node ${nodes}${strict ? ' (MPOL_MF_STRICT)' : ''}${moves ? ' (MPOL_MF_MOVE)' : ''}`;
const cut = ({ file, from }: Truncation): string => `the ${file} file from page ${from} on`;
const several = (what: string, all: readonly string[]): readonly string[] =>
  all.length === 0 ? [] : [`${what} ${all.join(', ')}`];
const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** Who lives, and who does more than fork and exit. */
const processes = ({ fork, mms: acting }: Alphabet, mms: number): readonly string[] => {
  if (!fork || mms === 1) return ['exit, no fork'];
  const children = mms === 2 ? 'one child' : `${mms - 1} children`;
  const some = acting.length === 1 ? 'the parent alone' : 'the parent and its first child';
  const others = acting.length === mms ? 'each' : some;
  return [`fork by the parent, up to ${children} at a time`, 'exit of each', `all else but mmap by ${others}`];
};

const operations = (a: Alphabet, { mms }: Geometry): readonly string[] => [
  ...several(
    'mmap by the parent of',
    a.drivers.map(({ name }) => `"${name}"`),
  ),
  ...several(
    'reads of page',
    a.reads.map((page) => `${page}`),
  ),
  ...several(
    'writes of page',
    a.writes.map((page) => `${page}`),
  ),
  ...several('munmap of', a.munmaps.map(pages)),
  ...several('mprotect of', a.mprotects.map(pages)).map((text) => `${text} to ${a.prots.join(', ')}`),
  ...several('mremap of', a.mremaps.map(move)),
  ...several('migration of the folio at', a.migrations.map(unmapping)),
  ...several('UFFDIO_MOVE of', a.uffdMoves.map(move)),
  ...several('madvise of', a.madvises.map(pages)).map((text) => `${text} with MADV_${a.advice.join(', MADV_')}`),
  ...several(
    'pins of page',
    a.pins.map((page) => `${page}`),
  ).map((text) => `${text} to ${a.pinsFor.join(' and ')}${a.pinsLongterm ? ', for long' : ''}, unpin`),
  ...several('truncation of', a.truncates.map(cut)),
  ...several(
    'reclaim of the folio at page',
    a.reclaims.map((page) => `${page}`),
  ),
  ...(a.revoke ? ['unmap_mapping_range by the driver'] : []),
  ...(a.clearRefs ? ['clear_refs (4)'] : []),
  ...(a.memoryEnable ? ['device memory off and on'] : []),
  ...(a.dirtyScan ? ['collection of dirty pages'] : []),
  ...several(
    'faults of another thread, in two steps, at page',
    a.halfFaults.map((page) => `${page}`),
  ),
  ...several('reading of', a.procReads),
  ...several('GUP of', a.gups.map(pages)).map(
    (text) => `${text} by ${a.gupAs.join(', ')}, to ${a.pinsFor.join(' and ')}, and their end`,
  ),
  ...several(
    '/proc/PID/mem at page',
    a.remotes.map((page) => `${page}`),
  ),
  ...several('mbind of', a.mbinds.map(pages)).map((text) => `${text} ${a.policies.map(policy).join(', ')}`),
  ...several(
    'machine checks at page',
    a.poisons.map((page) => `${page}`),
  ),
  ...several('mincore of', a.mincores.map(pages)),
  ...several(
    'move_pages without nodes of page',
    a.pageStats.map((page) => `${page}`),
  ),
  ...several(
    'cuts of',
    a.daxCuts.map((one) => `${pages(one)} of file ${one.file} (${one.how})`),
  ),
  ...several(
    'end of file',
    a.daxEvicts.map((file) => `${file}`),
  ),
  ...several(
    'split of the folio at page',
    a.folioSplits.map((page) => `${page}`),
  ),
  ...(a.deferredScan ? ['scan of deferred splits'] : []),
  ...several(
    'collapse of slot',
    a.collapses.map((slot) => `${slot}`),
  ).map((text) => `${text} by ${a.collapsers.join(' and ')}`),
  ...several('userfaultfd of', a.uffdRegisters.map(pages)).map((text) => `${text} for ${a.uffdModes.join(' or ')}`),
  ...several(
    'UFFDIO_WRITEPROTECT of page',
    a.uffdProtects.map((page) => `${page}`),
  ),
  ...several(
    'look-ups by',
    a.lookups.map(
      ({ by, page, pages: n = 1, access }) => `${by} of ${pages({ from: page, to: page + n })} to ${access}`,
    ),
  ),
  ...several('mlock of', a.mlocks.map(pages)).map((text) => `${text} ${a.mlockHow.join(' and ')}`),
  ...several('munlock of', a.munlocks.map(pages)),
  ...several(
    'migration by a driver of page',
    a.deviceMoves.map((page) => `${page}`),
  ).map((text) => `${text} to the ${a.deviceMovesTo.join(' and the ')}`),
  ...several(
    'the same in two steps of page',
    a.halfDeviceMoves.map((page) => `${page}`),
  ),
  ...several(
    'writes by a device to page',
    a.deviceWrites.map((page) => `${page}`),
  ),
  ...processes(a, mms),
];

/** '2 anon folios of 2 pages', and so on. */
const memoryInWords = (memory: readonly Block[]): readonly string[] => {
  const kinds = [...new Set(memory.map((one) => `${one.use}|${one.pages}`))];
  return kinds.map((kind) => {
    const [use, size] = kind.split('|') as [string, string];
    const n = memory.filter((one) => one.use === use && `${one.pages}` === size).length;
    return `${counted(n, `${use} folio`, `${use} folios`)} of ${counted(Number(size), 'page', 'pages')}`;
  });
};

/** 'one file of 3 pages, empty at first, of a file system without large folios' */
const cacheInWords = ({ use, pages: n, largeFolios, mthp = 1 }: PageCache): string => {
  const kind = use === 'shmem' ? 'of shmem' : `of a file system with${largeFolios ? '' : 'out'} large folios`;
  const folios = mthp > 1 ? `, which faults fill by folios of ${counted(mthp, 'page', 'pages')}` : '';
  return `one file of ${counted(n, 'page', 'pages')}, empty at first, ${kind}${folios}`;
};

/** What its tables and its memory have room for. */
export const machineInWords = ({
  puds,
  ptrsPerPmd,
  ptrsPerPte,
  vmas,
  pteTables,
  memory,
  pins,
  trackedFrames,
  daxFiles,
  daxFilePages,
  swapSlots,
  pageCache,
  guestPages,
  dmaMappings,
  memtypes,
}: Geometry): string =>
  [
    `${counted(puds, 'PMD table', 'PMD tables')} of ${counted(ptrsPerPmd, 'slot', 'slots')} of ${ptrsPerPte} pages a process`,
    `up to ${counted(vmas, 'VMA', 'VMAs')} a process`,
    `${pteTables} pages for PTE tables in all`,
    ...memoryInWords(memory),
    ...(pins > 0 ? [`up to ${counted(pins, 'pin', 'pins')} at a time`] : []),
    ...(daxFiles.length > 0 ? [`DAX files of ${counted(daxFilePages, 'page', 'pages')}: ${daxFiles.join(', ')}`] : []),
    ...(trackedFrames > 0 ? [`dirty pages tracked of ${counted(trackedFrames, 'frame', 'frames')}`] : []),
    ...(swapSlots > 0 ? [counted(swapSlots, 'swap slot', 'swap slots')] : []),
    ...(pageCache === undefined ? [] : [cacheInWords(pageCache)]),
    ...(guestPages > 0 ? [`a guest of ${counted(guestPages, 'page', 'pages')}`] : []),
    ...(dmaMappings > 0 ? [`up to ${counted(dmaMappings, 'device mapping', 'device mappings')}`] : []),
    ...(memtypes > 0 ? [`up to ${counted(memtypes, 'reservation', 'reservations')} of frames for a cache mode`] : []),
  ].join(', ');

const failing = (failuresMax: number): string =>
  failuresMax === 0
    ? 'no failed allocations'
    : `up to ${counted(failuresMax, 'failed allocation', 'failed allocations')} per operation`;

const UNLIMITED = 'any number of operations in any order';

/** How large the machine is; not which operations there are, and where. */
export const sizeInWords = ({ geometry, alphabet, failuresMax }: Bounded): string => {
  const { mms, vmas, memory } = geometry;
  return [
    alphabet.fork ? counted(mms, 'process', 'processes') : '1 process',
    `${pagesOf(geometry)} pages`,
    `up to ${counted(vmas, 'VMA', 'VMAs')}`,
    ...memoryInWords(memory),
    UNLIMITED,
    failing(failuresMax),
  ].join(', ');
};

export const boundsInWords = ({ geometry, alphabet, failuresMax }: Bounded): string =>
  [...operations(alphabet, geometry), UNLIMITED, failing(failuresMax), machineInWords(geometry)].join('; ');
