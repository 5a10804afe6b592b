/** What a userfaultfd does to memory, as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { mwriteprotect_page, userfaultfd_armed, userfaultfd_register } from '../mm/userfaultfd_wp.ts';
import { vma_lookup } from '../mm/vma.ts';
import { Uffd, Vma, VmaKind } from '../state/mm_types.ts';
import type { Alphabet, Moving, PageRange, UffdMode } from './alphabet.ts';
import { is_alive, type Op, pagesOf, returning, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const UFFDIO_MOVE = ({ mms, uffdMoves }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; move: Moving }>({
    ...OPERATIONS.UFFDIO_MOVE,
    args: { mm: mms, move: uffdMoves },
    show: ({ mm, move: { from, to, pages } }) => `${who(mm)}, ${pagesOf({ from, to: from + pages })} to page ${to}`,
    guard: (s, { mm, move: { from, to } }) =>
      is_alive(s, mm) && vma_lookup(s, mm, from) >= 0 && vma_lookup(s, mm, to) >= 0,
    effect: (s, { mm, move: { from, to, pages } }, choose) => {
      s.choose = choose;
      return returningOrNever(s, s.kernel.move_pages(s, mm, from, to, pages));
    },
  });

/** Of pages of one VMA of shmem that no userfaultfd has yet. */
export const UFFDIO_REGISTER = ({ mms, uffdRegisters, uffdModes }: Alphabet, uffd: 0 | 1): Op =>
  action<Sys, Sys, { mm: number; range: PageRange; mode: UffdMode }>({
    ...OPERATIONS.UFFDIO_REGISTER,
    args: { mm: uffd === 1 ? mms : [], range: uffdRegisters, mode: uffdModes },
    show: ({ mm, range, mode }) => `${who(mm)}, ${pagesOf(range)}, ${mode}`,
    guard: (s, { mm, range: { from, to } }) => {
      const row = is_alive(s, mm) ? vma_lookup(s, mm, from) : -1;
      if (row < 0 || Vma.kind(s.vma.at(row)) !== VmaKind.shmem || Vma.end(s.vma.at(row)) < to) return false;
      return !userfaultfd_armed(s, mm, s.vma.at(row));
    },
    effect: (s, { mm, range: { from, to }, mode }, choose) => {
      s.choose = choose;
      returning(s, userfaultfd_register(s, mm, from, to, Uffd[mode]));
    },
  });

export const UFFDIO_WRITEPROTECT = ({ mms, uffdProtects }: Alphabet, uffd: 0 | 1): Op =>
  action<Sys, Sys, { mm: number; page: number; to: 'on' | 'off' }>({
    ...OPERATIONS.UFFDIO_WRITEPROTECT,
    args: { mm: uffd === 1 ? mms : [], page: uffdProtects, to: ['on', 'off'] },
    show: ({ mm, page, to }) => `${who(mm)}, page ${page}, ${to}`,
    guard: (s, { mm, page }) => is_alive(s, mm) && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page, to }, choose) => {
      s.choose = choose;
      returning(s, mwriteprotect_page(s, mm, page, to === 'on'));
    },
  });
