/** From a move on hugetlb to a line for the runner, or to the reason why user space cannot ask for it. */
import type { Fill } from '../../../model/hugetlb/mfill.ts';
import type { Mapping } from '../../../model/hugetlb/mmap.ts';
import type { HugetlbAlphabet, PageRange, UffdFeature, UffdMode } from '../../../model/hugetlb/operations/alphabet.ts';
import type { HugetlbGeometry } from '../../../model/state/hugetlb/geometry.ts';
import type { Move } from '../../search/index.ts';
import type { Line } from '../lines.ts';
import { offsetOf, type Placement, rangeOf, touchedOf } from '../placement.ts';
import { hugepagePages, objectOf } from './stage.ts';

type Place = Placement<HugetlbGeometry>;

/** Where a step is played. */
export interface HugetlbCast {
  /** Which worker is which process. */
  readonly workers: ReadonlyMap<number, number>;
  readonly mappings: HugetlbAlphabet['mappings'];
  /** The byte that a write writes. */
  readonly value: number;
}

const cannot = (why: string): Line => ({ cannot: why });
const text = ({ page, count }: { readonly page: number; readonly count: number }): string => `${page} ${count}`;
const range = (p: Place, { from, to }: PageRange): string => text(rangeOf(p, from, to));
/** A range that whole hugepages are filled in: real ones, where a slot is one of which the first 2M are touched. */
const filled = (p: Place, { from, to }: PageRange): string | undefined =>
  p.scale === 'PUD' && p.geometry.hugepage < p.geometry.ptrsPerPmd * p.geometry.ptrsPerPte
    ? to - from === p.geometry.hugepage
      ? text({ page: touchedOf(p, from).page, count: hugepagePages(p) })
      : undefined
    : range(p, { from, to });

const PROTS = { NONE: 'none', R: 'r', RW: 'rw' } as const;
const FEATURES: Readonly<Record<UffdFeature, string | undefined>> = {
  WP_HUGETLBFS_SHMEM: 'wp-hugetlbfs',
  EXACT_ADDRESS: 'exact-address',
  MINOR_HUGETLBFS_HGM: undefined,
  // Whoever forks or moves would wait for somebody to read the event.
  EVENT_FORK: undefined,
  EVENT_REMAP: undefined,
};
const FILLS: Readonly<Record<Fill, string>> = {
  continue: 'uffd-continue',
  copy: 'uffd-copy',
  'copy wp': 'uffd-copy-wp',
  poison: 'uffd-poison',
};

const mmap = (p: Place, mapping: Mapping): Line => {
  const { file, at, pages, pgoff, shared, prot = 'RW', noreserve = false } = mapping;
  if (mapping.readOnlyFile === true) return cannot('the runner has no file that is open for reading alone');
  if (prot === 'NONE') return cannot('the runner maps nothing as PROT_NONE');
  if (!noreserve && p.scale === 'PUD' && hugepagePages(p) < offsetOf(p, p.geometry.hugepage))
    return cannot('more hugepages would be promised than the model has');
  const words = [
    `map ${range(p, { from: at, to: at + pages })} ${shared ? 'shared' : 'private'} ${objectOf(file)}`,
    `${offsetOf(p, pgoff)}${prot === 'R' ? ' ro' : ''}${noreserve ? '' : ' reserve'}`,
  ];
  return { line: words.join(' ') };
};

const filling = (p: Place, fill: Fill, at: PageRange, value: number): Line => {
  const where = filled(p, at);
  if (where === undefined) return cannot('several hugepages are not next to each other');
  return { line: `${FILLS[fill]} ${where}${fill === 'copy' || fill === 'copy wp' ? ` ${value}` : ''}` };
};

const api = (features: readonly UffdFeature[]): Line => {
  const words = features.map((one) => FEATURES[one]);
  if (words.includes(undefined)) return cannot('a feature of userfaultfd that the kernel has not, or that would wait');
  return { line: ['uffd-api', ...words].join(' ') };
};

/** Of the process alone, without who it is. */
const own = (p: Place, { name, args }: Move, { mappings, value }: HugetlbCast): Line => {
  const at = args['range'] as PageRange;
  switch (name) {
    case 'hugetlbfs_file_mmap':
      return mmap(
        p,
        mappings.find((one) => one.name === args['mapping'])!,
      );
    case 'hugetlb_fault': {
      const run = text(touchedOf(p, args['page'] as number));
      return { line: args['access'] === 'write' ? `write ${run} ${value}` : `read ${run}` };
    }
    case 'hugetlb_munmap':
      return { line: `munmap ${range(p, at)}` };
    case 'hugetlb_mprotect':
      return { line: `mprotect ${range(p, at)} ${PROTS[args['prot'] as keyof typeof PROTS]}` };
    case 'hugetlb_dontneed':
      return { line: `madvise ${range(p, at)} dontneed` };
    case 'hugetlb_fork':
      return { line: 'fork' };
    case 'hugetlb_mremap': {
      const { from, to, pages } = args['move'] as HugetlbAlphabet['mremaps'][number];
      return { line: `mremap ${range(p, { from, to: from + pages })} ${rangeOf(p, to, to + pages).page}` };
    }
    case 'userfaultfd_api':
      return api(args['features'] as readonly UffdFeature[]);
    case 'userfaultfd_register':
      return { line: `uffd-register ${range(p, at)} ${(args['modes'] as readonly UffdMode[]).join('+')}` };
    case 'userfaultfd_unregister':
      return { line: `uffd-unregister ${range(p, at)}` };
    case 'userfaultfd_writeprotect':
      return { line: `${args['wp'] === 'on' ? 'uffd-protect' : 'uffd-unprotect'} ${range(p, at)}` };
    case 'userfaultfd_continue':
    case 'userfaultfd_copy':
    case 'userfaultfd_poison':
      return filling(p, args['fill'] as Fill, at, value);
    case 'hugetlb_exit':
      return { line: 'exit' };
    default:
      return cannot(`the runner has no ${name}`);
  }
};

/** What happens to a file, whoever does it; undefined: something else. */
const ofFile = (p: Place, { name, args }: Move): Line | undefined => {
  const offset = (hugepages: number): number => offsetOf(p, hugepages * p.geometry.hugepage);
  switch (name) {
    case 'hugetlbfs_fallocate': {
      const { file, index } = args['at'] as HugetlbAlphabet['fallocates'][number];
      return { line: `allocate ${objectOf(file)} ${hugepagePages(p)} ${offset(index)}` };
    }
    case 'hugetlb_truncate': {
      const { file, to } = args['at'] as HugetlbAlphabet['truncates'][number];
      return { line: `resize ${objectOf(file)} ${offset(to)}` };
    }
    case 'hugetlbfs_punch_hole': {
      const { file, from, to } = args['at'] as HugetlbAlphabet['punches'][number];
      return { line: `punch ${objectOf(file)} ${offset(to) - offset(from)} ${offset(from)}` };
    }
    default:
      return undefined;
  }
};

export const hugetlbLine = (p: Place, move: Move, cast: HugetlbCast): Line => {
  const file = ofFile(p, move);
  if (file !== undefined) return file;
  const line = own(p, move, cast);
  const worker = cast.workers.get((move.args['mm'] as number | undefined) ?? 0)!;
  return 'cannot' in line || worker === 0 ? line : { line: `p${worker} ${line.line}` };
};
