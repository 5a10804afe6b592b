/** What a size of a world of hugetlb covers, in words made from what it is made of: so that "holds" says of what. */
import type { HugetlbAlphabet, PageRange } from '../model/hugetlb/operations/alphabet.ts';
import type { HugetlbGeometry } from '../model/state/hugetlb/geometry.ts';
import { pagesOf, pmdPages, pudPages } from '../model/state/hugetlb/geometry.ts';
import type { HugetlbScope } from './worlds/hugetlb_scope.ts';

const pages = ({ from, to }: PageRange): string => (to - from === 1 ? `page ${from}` : `pages ${from}..${to - 1}`);
const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
const several = (what: string, all: readonly string[]): readonly string[] =>
  all.length === 0 ? [] : [`${what} ${all.join(', ')}`];
const ranges = (what: string, all: readonly PageRange[]): readonly string[] => several(what, all.map(pages));
const numbers = (what: string, all: readonly number[]): readonly string[] =>
  several(
    what,
    all.map((one) => `${one}`),
  );

const userfaultfd = (a: HugetlbAlphabet): readonly string[] => [
  ...several(
    'userfaultfd with',
    a.uffdApis.map((features) => (features.length === 0 ? 'no features' : features.join(' | '))),
  ),
  ...ranges('UFFDIO_REGISTER of', a.registers).map(
    (text) => `${text} for ${a.registerFor.map((modes) => modes.join(' and ')).join(' or ')}`,
  ),
  ...ranges('UFFDIO_UNREGISTER of', a.unregisters),
  ...ranges('UFFDIO_CONTINUE of', a.continues),
  ...ranges('UFFDIO_COPY of', a.copies),
  ...ranges('UFFDIO_POISON of', a.poisons),
  ...ranges('UFFDIO_WRITEPROTECT of', a.writeprotects),
];

const files = (a: HugetlbAlphabet): readonly string[] => [
  ...several(
    'fallocate of',
    a.fallocates.map(({ file, index }) => `hugepage ${index} of file ${file}`),
  ),
  ...several(
    'truncation of',
    a.truncates.map(({ file, to }) => `file ${file} to ${counted(to, 'hugepage')}`),
  ),
  ...several(
    'holes at',
    a.punches.map(({ file, from, to }) => `hugepages ${from}..${to - 1} of file ${file}`),
  ),
];

const operations = (a: HugetlbAlphabet, { mms }: HugetlbGeometry): readonly string[] => [
  ...several(
    'mmap by the parent of',
    a.mappings.map(({ name }) => `"${name}"`),
  ),
  ...numbers('reads of page', a.reads),
  ...numbers('writes of page', a.writes),
  ...ranges('munmap of', a.munmaps),
  ...ranges('mprotect of', a.mprotects).map((text) => `${text} to ${a.prots.join(', ')}`),
  ...several(
    'mremap of',
    a.mremaps.map(({ from, to, pages: n }) => `${pages({ from, to: from + n })} to page ${to}`),
  ),
  ...userfaultfd(a),
  ...files(a),
  ...ranges('MADV_COLLAPSE of', a.collapses),
  ...ranges('MADV_SPLIT of', a.splits),
  ...ranges('MADV_DONTNEED of', a.dontneeds),
  ...numbers('migration of the hugepage at page', a.migrations),
  ...numbers('machine checks at page', a.failures),
  ...numbers('pins of page', a.pins),
  ...ranges('GUP of', a.gups),
  ...(a.smaps ? ['reading of smaps'] : []),
  ...ranges('mincore of', a.mincores),
  ...ranges('mbind of', a.mbinds),
  ...numbers('move_pages without nodes of page', a.pageStats),
  ...numbers('reads by a guest of page', a.guestReads),
  ...numbers('writes by a guest of page', a.guestWrites),
  a.fork ? `fork by the parent, up to ${counted(mms - 1, 'child', 'children')}, exit of each` : 'exit, no fork',
];

/** What its tables, its files and its counts have room for. */
export const hugetlbMachineInWords = (g: HugetlbGeometry): string =>
  [
    `${counted(g.puds, 'PUD')} of ${counted(g.ptrsPerPmd, 'PMD')} of ${counted(g.ptrsPerPte, 'page')} a process`,
    `hugepages of ${counted(g.hugepage, 'page')} (${hugepageInWords(g)})`,
    `up to ${counted(g.vmas, 'VMA')} a process`,
    `${counted(g.pmdTables, 'PMD table')} and ${counted(g.pteTables, 'PTE table')} in all`,
    `${counted(g.files, 'file')} of up to ${counted(g.fileHugepages, 'hugepage')}`,
    `a pool of ${counted(g.folios, 'hugepage')}`,
    ...(g.tlb === 1 ? ['TLBs that forget nothing'] : []),
    ...(g.guestPages > 0 ? [`a guest of ${counted(g.guestPages, 'page')}`] : []),
    `counts overflow beyond ${g.countMax}`,
  ].join(', ');

/** What the hugepage of the small machine stands for. */
const hugepageInWords = (g: HugetlbGeometry): string => {
  if (g.hugepage === pudPages(g)) return '1G';
  if (g.hugepage === pmdPages(g)) return '2M';
  return g.hugepage < pmdPages(g) ? 'contiguous PTEs' : 'contiguous PMDs';
};

const failing = (failuresMax: number): string =>
  failuresMax === 0 ? 'no failed allocations' : `up to ${counted(failuresMax, 'failed allocation')} per operation`;

const UNLIMITED = 'any number of operations in any order';

/** How large the machine is; not which operations there are, and where. */
export const hugetlbSizeInWords = ({ geometry: g, alphabet, failuresMax }: HugetlbScope): string =>
  [
    alphabet.fork ? counted(g.mms, 'process', 'processes') : '1 process',
    `${pagesOf(g)} pages`,
    `hugepages of ${hugepageInWords(g)}`,
    `a pool of ${counted(g.folios, 'hugepage')}`,
    UNLIMITED,
    failing(failuresMax),
  ].join(', ');

export const hugetlbBoundsInWords = ({ geometry, alphabet, failuresMax }: HugetlbScope): string =>
  [...operations(alphabet, geometry), UNLIMITED, failing(failuresMax), hugetlbMachineInWords(geometry)].join('; ');
