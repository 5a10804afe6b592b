/** What a userfaultfd does to hugetlb, as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import { Uffd, Vma } from '../../state/hugetlb/hugetlb_types.ts';
import type { Sys } from '../kernel.ts';
import { type Fill } from '../mfill.ts';
import { userfaultfd_api, userfaultfd_register } from '../userfaultfd.ts';
import { vma_lookup } from '../vma.ts';
import type { HugetlbAlphabet, PageRange, UffdFeature, UffdMode } from './alphabet.ts';
import { HUGETLB_OPERATIONS } from './described.ts';
import { all_mapped, type HugetlbOp, is_alive, pagesOf, returning, who } from './op.ts';

const FEATURE = {
  MINOR_HUGETLBFS_HGM: Uffd.of({ hgm: 1 }),
  EXACT_ADDRESS: Uffd.of({ exactAddress: 1 }),
  WP_HUGETLBFS_SHMEM: Uffd.of({ wp: 1 }),
  EVENT_FORK: Uffd.of({ eventFork: 1 }),
  EVENT_REMAP: Uffd.of({ eventRemap: 1 }),
} as const satisfies Record<UffdFeature, number>;
const featuresOf = (names: readonly UffdFeature[]): Uffd =>
  names.reduce<number>((all, name) => all | FEATURE[name], 0) as Uffd;

export const api = ({ mms, uffdApis }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; features: readonly UffdFeature[] }>({
    ...HUGETLB_OPERATIONS.userfaultfd_api,
    args: { mm: mms, features: uffdApis },
    show: ({ mm, features }) => `${who(mm)}, ${features.length === 0 ? 'no features' : features.join(' | ')}`,
    guard: (s, { mm }) => is_alive(s, mm) && Uffd.open(s.uffd.at(mm)) === 0,
    effect: (s, { mm, features }) => returning(s, userfaultfd_api(s, mm, featuresOf(features))),
  });

const isArmed = (vma: Vma): boolean => Vma.missing(vma) === 1 || Vma.minor(vma) === 1 || Vma.wp(vma) === 1;
/** Whether a page of the range is registered already. */
const isRegistered = (s: Sys, mm: number, { from, to }: PageRange): boolean => {
  for (let page = from; page < to; page++) {
    const row = vma_lookup(s, mm, page);
    if (row >= 0 && isArmed(s.vma.at(row))) return true;
  }
  return false;
};

export const register = ({ mms, registers, registerFor }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange; modes: readonly UffdMode[] }>({
    ...HUGETLB_OPERATIONS.userfaultfd_register,
    args: { mm: mms, range: registers, modes: registerFor },
    show: ({ mm, range, modes }) => `${who(mm)}, ${pagesOf(range)}, ${modes.join(' | ')}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && Uffd.open(s.uffd.at(mm)) === 1 && all_mapped(s, mm, range),
    effect: (s, { mm, range, modes }, choose) => {
      s.choose = choose;
      return returning(
        s,
        userfaultfd_register(s, mm, range.from, range.to, {
          missing: modes.includes('missing'),
          minor: modes.includes('minor'),
          wp: modes.includes('wp'),
        }),
      );
    },
  });

type Filling = Pick<HugetlbAlphabet, 'mms'> & {
  readonly ranges: readonly PageRange[];
  readonly fills: readonly Fill[];
};

const filling = (
  described: { readonly name: string; readonly mirrors: string },
  { mms, ranges, fills }: Filling,
): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange; fill: Fill }>({
    ...described,
    args: { mm: mms, range: ranges, fill: fills },
    show: ({ mm, range, fill }) => `${who(mm)}, ${pagesOf(range)}${fill === 'copy wp' ? ', protected' : ''}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && isRegistered(s, mm, { from: range.from, to: range.from + 1 }),
    effect: (s, { mm, range, fill }, choose) => {
      s.choose = choose;
      return returning(s, s.kernel.mfill_atomic_hugetlb(s, mm, range.from, range.to, fill));
    },
  });

/** UFFDIO_CONTINUE */
export const continues = ({ mms, continues: ranges }: HugetlbAlphabet): HugetlbOp =>
  filling(HUGETLB_OPERATIONS.userfaultfd_continue, { mms, ranges, fills: ['continue'] });
/** UFFDIO_COPY */
export const copies = ({ mms, copies: ranges }: HugetlbAlphabet): HugetlbOp =>
  filling(HUGETLB_OPERATIONS.userfaultfd_copy, { mms, ranges, fills: ['copy', 'copy wp'] });
/** UFFDIO_POISON */
export const poisons = ({ mms, poisons: ranges }: HugetlbAlphabet): HugetlbOp =>
  filling(HUGETLB_OPERATIONS.userfaultfd_poison, { mms, ranges, fills: ['poison'] });
