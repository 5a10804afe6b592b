/** What a size of a world covers, in words made from what it is made of: so that "holds" says of what. */
import type { Alphabet, Moving, PageRange, Truncation, Unmapping } from '../model/operations/alphabet.ts';
import { type Block, type Geometry, pagesOf } from '../model/state/geometry.ts';

export interface Bounded {
  readonly geometry: Geometry;
  readonly alphabet: Alphabet;
  readonly failuresMax: number;
}

const pages = ({ from, to }: PageRange): string => (to - from === 1 ? `page ${from}` : `pages ${from}..${to - 1}`);
const move = ({ from, to, pages: n }: Moving): string => `${pages({ from, to: from + n })} to page ${to}`;
const unmapping = ({ page, to }: Unmapping): string => `page ${page}${to === 'split' ? ' (for a split)' : ''}`;
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
  ).map((text) => `${text} to ${a.pinsFor.join(' and ')}, unpin`),
  ...several('truncation of', a.truncates.map(cut)),
  ...several(
    'reclaim of the folio at page',
    a.reclaims.map((page) => `${page}`),
  ),
  ...(a.revoke ? ['unmap_mapping_range by the driver'] : []),
  ...(a.clearRefs ? ['clear_refs (4)'] : []),
  ...(a.memoryEnable ? ['device memory off and on'] : []),
  ...(a.dirtyScan ? ['collection of dirty pages'] : []),
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

const machine = ({
  puds,
  ptrsPerPmd,
  ptrsPerPte,
  vmas,
  pteTables,
  memory,
  pins,
  trackedFrames,
  swapSlots,
}: Geometry): string =>
  [
    `${counted(puds, 'PMD table', 'PMD tables')} of ${counted(ptrsPerPmd, 'slot', 'slots')} of ${ptrsPerPte} pages a process`,
    `up to ${counted(vmas, 'VMA', 'VMAs')} a process`,
    `${pteTables} pages for PTE tables in all`,
    ...memoryInWords(memory),
    ...(pins > 0 ? [`up to ${counted(pins, 'pin', 'pins')} at a time`] : []),
    ...(trackedFrames > 0 ? [`dirty pages tracked of ${counted(trackedFrames, 'frame', 'frames')}`] : []),
    ...(swapSlots > 0 ? [counted(swapSlots, 'swap slot', 'swap slots')] : []),
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
  [...operations(alphabet, geometry), UNLIMITED, failing(failuresMax), machine(geometry)].join('; ');
