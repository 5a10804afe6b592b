/** mprotect(), uffd-wp, fork() and mremap() of hugetlb, as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import { pagesOf as pagesOfSpace } from '../../state/hugetlb/geometry.ts';
import { Prot, Uffd } from '../../state/hugetlb/hugetlb_types.ts';
import { dup_mmap } from '../fork.ts';
import type { Sys } from '../kernel.ts';
import { do_mprotect_pkey } from '../mprotect.ts';
import { move_vma } from '../mremap.ts';
import { mwriteprotect_range, unregister_range } from '../userfaultfd_wp.ts';
import { range_is_free, vma_lookup } from '../vma.ts';
import type { HugetlbAlphabet, PageRange } from './alphabet.ts';
import { HUGETLB_OPERATIONS } from './described.ts';
import { all_mapped, type HugetlbOp, is_alive, pagesOf, PARENT, returning, who } from './op.ts';

type ProtName = (typeof Prot.names)[number];

export const mprotect = ({ mms, mprotects, prots }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange; prot: ProtName }>({
    ...HUGETLB_OPERATIONS.hugetlb_mprotect,
    args: { mm: mms, range: mprotects, prot: prots },
    show: ({ mm, range, prot }) => `${who(mm)}, ${pagesOf(range)}, ${prot}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range, prot }, choose) => {
      s.choose = choose;
      return returning(s, do_mprotect_pkey(s, mm, range.from, range.to, Prot[prot]));
    },
  });

export const writeprotect = ({ mms, writeprotects }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange; wp: 'on' | 'off' }>({
    ...HUGETLB_OPERATIONS.userfaultfd_writeprotect,
    args: { mm: mms, range: writeprotects, wp: ['on', 'off'] },
    show: ({ mm, range, wp }) => `${who(mm)}, ${pagesOf(range)}, ${wp}`,
    guard: (s, { mm, range }) =>
      is_alive(s, mm) && Uffd.open(s.uffd.at(mm)) === 1 && vma_lookup(s, mm, range.from) >= 0,
    effect: (s, { mm, range, wp }, choose) => {
      s.choose = choose;
      return returning(s, mwriteprotect_range(s, mm, range.from, range.to, wp === 'on'));
    },
  });

export const unregister = ({ mms, unregisters }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...HUGETLB_OPERATIONS.userfaultfd_unregister,
    args: { mm: mms, range: unregisters },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm, range }) =>
      is_alive(s, mm) && Uffd.open(s.uffd.at(mm)) === 1 && vma_lookup(s, mm, range.from) >= 0,
    effect: (s, { mm, range }, choose) => {
      s.choose = choose;
      return returning(s, unregister_range(s, mm, range.from, range.to));
    },
  });

/** A child of the parent: which process it is says nothing, so that it is the first that is not alive. */
const first_free = (s: Sys): number => {
  for (let mm = 0; mm < s.mm.rows; mm++) if (!is_alive(s, mm)) return mm;
  return -1;
};

export const fork = ({ fork: forks }: HugetlbAlphabet, mms: number): HugetlbOp =>
  action<Sys, Sys, { mm: number }>({
    ...HUGETLB_OPERATIONS.hugetlb_fork,
    args: { mm: forks && mms > 1 ? [PARENT] : [] },
    show: ({ mm }) => who(mm),
    guard: (s, { mm }) => is_alive(s, mm) && first_free(s) > PARENT,
    effect: (s, { mm }, choose) => {
      s.choose = choose;
      return returning(s, dup_mmap(s, mm, first_free(s)));
    },
  });

export const mremap = ({ mms, mremaps }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; move: HugetlbAlphabet['mremaps'][number] }>({
    ...HUGETLB_OPERATIONS.hugetlb_mremap,
    args: { mm: mms, move: mremaps },
    show: ({ mm, move: { from, to, pages } }) => `${who(mm)}, ${pagesOf({ from, to: from + pages })} to page ${to}`,
    guard: (s, { mm, move: { from, to, pages } }) =>
      is_alive(s, mm) &&
      vma_lookup(s, mm, from) >= 0 &&
      to + pages <= pagesOfSpace(s.geometry) &&
      range_is_free(s, mm, to, to + pages),
    effect: (s, { mm, move: { from, to, pages } }, choose) => {
      s.choose = choose;
      return returning(s, move_vma(s, mm, from, to, pages));
    },
  });
