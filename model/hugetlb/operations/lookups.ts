/** GUP, and those who only look, as operations of the search. */
import { action } from '../../../checker/search/index.ts';
import { Pin } from '../../state/hugetlb/hugetlb_types.ts';
import { do_pages_stat } from '../follow_page.ts';
import { pin_user_page, populate_vma_page_range, unpin_user_page } from '../gup.ts';
import type { Sys } from '../kernel.ts';
import { free_pin } from '../pin.ts';
import { show_smaps } from '../task_mmu.ts';
import { vma_lookup } from '../vma.ts';
import type { HugetlbAlphabet, PageRange } from './alphabet.ts';
import { RMAP_OPERATIONS } from './described_rmap.ts';
import { all_mapped, type HugetlbOp, is_alive, pagesOf, returning, who } from './op.ts';

const in_one_vma = (s: Sys, mm: number, { from, to }: PageRange): boolean =>
  vma_lookup(s, mm, from) >= 0 && vma_lookup(s, mm, from) === vma_lookup(s, mm, to - 1);

export const gup = ({ mms, gups }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...RMAP_OPERATIONS.hugetlb_gup,
    args: { mm: mms, range: gups },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && in_one_vma(s, mm, range),
    effect: (s, { mm, range }, choose) => {
      s.choose = choose;
      return returning(s, populate_vma_page_range(s, mm, range.from, range.to));
    },
  });

export const pin = ({ mms, pins }: HugetlbAlphabet, rows: number): HugetlbOp =>
  action<Sys, Sys, { mm: number; page: number; access: 'read' | 'write' }>({
    ...RMAP_OPERATIONS.hugetlb_pin,
    args: { mm: rows > 0 ? mms : [], page: pins, access: ['read', 'write'] },
    show: ({ mm, page, access }) => `${who(mm)}, page ${page}, for ${access === 'read' ? 'reading' : 'writing'}`,
    guard: (s, { mm, page }) => is_alive(s, mm) && free_pin(s) >= 0 && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page, access }, choose) => {
      s.choose = choose;
      return returning(s, pin_user_page(s, mm, page, access === 'write'));
    },
  });

export const unpin = ({ pins }: HugetlbAlphabet, rows: number): HugetlbOp =>
  action<Sys, Sys, { row: number }>({
    ...RMAP_OPERATIONS.hugetlb_unpin,
    args: { row: pins.length > 0 ? Array.from({ length: rows }, (_, row) => row) : [] },
    show: ({ row }) => `pin ${row}`,
    guard: (s, { row }) => Pin.taken(s.pin.at(row)) === 1,
    effect: (s, { row }) => unpin_user_page(s, row),
  });

export const pages_stat = ({ mms, pageStats }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...RMAP_OPERATIONS.hugetlb_move_pages_stat,
    args: { mm: mms, page: pageStats },
    show: ({ mm, page }) => `${who(mm)}, page ${page}`,
    guard: (s, { mm, page }) => is_alive(s, mm) && vma_lookup(s, mm, page) >= 0,
    effect: (s, { mm, page }) => returning(s, do_pages_stat(s, mm, page)),
  });

export const smaps = (alphabet: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number }>({
    ...RMAP_OPERATIONS.hugetlb_smaps,
    args: { mm: alphabet.smaps ? alphabet.mms : [] },
    show: ({ mm }) => who(mm),
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm }) => show_smaps(s, mm),
  });

export const mincore = ({ mms, mincores }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange }>({
    ...RMAP_OPERATIONS.hugetlb_mincore,
    args: { mm: mms, range: mincores },
    show: ({ mm, range }) => `${who(mm)}, ${pagesOf(range)}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range }) => s.kernel.do_mincore(s, mm, range.from, range.to),
  });

export const mbind = ({ mms, mbinds }: HugetlbAlphabet): HugetlbOp =>
  action<Sys, Sys, { mm: number; range: PageRange; strict: boolean }>({
    ...RMAP_OPERATIONS.hugetlb_mbind,
    args: { mm: mms, range: mbinds, strict: [false, true] },
    show: ({ mm, range, strict }) => `${who(mm)}, ${pagesOf(range)}, MPOL_MF_MOVE${strict ? ' | MPOL_MF_STRICT' : ''}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && all_mapped(s, mm, range),
    effect: (s, { mm, range, strict }) => returning(s, s.kernel.do_mbind(s, mm, range.from, range.to, strict)),
  });
