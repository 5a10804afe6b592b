/**
 * VMAs of hugetlb: look-up and split. They never merge: hugetlbfs_file_mmap() sets VM_DONTEXPAND, which is of VM_SPECIAL.
 * Mirrors mm/vma.c and mm/hugetlb.c hugetlb_vm_op_split(), hugetlb_vm_op_open(), hugetlb_split(); v6.1 and later. Stubbed: the
 * maple tree is a few rows in no order.
 */
import { pagesOf, pudPages } from '../state/hugetlb/geometry.ts';
import { Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { vmaOrder } from '../state/vma_order.ts';
import type { Sys } from './kernel.ts';

export const NO_VMA = Vma.of({});
/** vma->vm_mm */
export const vma_mm = (s: Sys, row: number): number => Math.trunc(row / s.geometry.vmas);
/** Hugepages of an address space. */
export const hugepages_of = (s: Sys): number => Math.ceil(pagesOf(s.geometry) / s.geometry.hugepage);

export const { vma_lookup, find_vma, range_is_free, floor_of, ceiling_of, free_vma_rows } = vmaOrder(Vma);
/** VM_MAYWRITE: not of a shared mapping of a file that was opened for reading. */
export const may_write = (vma: Vma): boolean => Vma.mayShare(vma) === 0 || Vma.shared(vma) === 1;

/** A free row, or -1: max_map_count. */
export const vm_area_alloc = (s: Sys, mm: number): number => {
  const { vmas } = s.geometry;
  for (let row = mm * vmas; row < (mm + 1) * vmas; row++) if (s.vma.at(row) === NO_VMA) return row;
  return -1;
};

/** anon_vma_prepare(): from now on the VMA may have pages of its own. */
export const anon_vma_prepare = (s: Sys, row: number): void => s.vma.put(row, Vma.mkAnonVma(s.vma.at(row), 1));

/** The page of the file that a page of the VMA is. */
export const linear_page = (vma: Vma, page: number): number => Vma.pgoff(vma) + page - Vma.start(vma);
/** vma_hugecache_offset(): the index of its hugepage in the file. */
export const vma_hugecache_offset = (s: Sys, vma: Vma, page: number): number =>
  Math.trunc(linear_page(vma, page) / s.geometry.hugepage);
/** The page of a hugepage that a page of the VMA is. */
export const page_in_hugepage = (s: Sys, vma: Vma, page: number): number =>
  linear_page(vma, page) % s.geometry.hugepage;

/** hugetlb_split(): a PMD table that is shared, and would not be of one VMA any more, is unshared. */
const hugetlb_split = (s: Sys, row: number, at: number): void => {
  const vma = s.vma.at(row);
  const span = pudPages(s.geometry);
  const floor = Math.trunc(at / span) * span;
  if (floor !== at && floor >= Vma.start(vma) && floor + span <= Vma.end(vma))
    s.kernel.hugetlb_unshare_pmds(s, vma_mm(s, row), floor, floor + span);
};

/** The tables of a VMA for whose lock there was no memory, where it must not have what others have. */
const unshare_without_lock = (s: Sys, row: number): void => {
  const vma = s.vma.at(row);
  if (Vma.mayShare(vma) === 1 && Vma.data(vma) === 0 && s.kernel.split_without_lock_unshares(s))
    s.kernel.hugetlb_unshare_pmds(s, vma_mm(s, row), Vma.start(vma), Vma.end(vma));
};

/**
 * __split_vma(): `row` gets the pages before `at`, another row the rest. The half that is the `new` VMA is opened, and has a lock of
 * its own, or none; the other one keeps what it has. Returns a code of `Result`: EINVAL (hugetlb_vm_op_split()) where `at` is inside
 * a hugepage.
 */
export const split_vma = (s: Sys, row: number, at: number, which: 'new below' | 'new above'): number => {
  const vma = s.vma.at(row);
  if (at % s.geometry.hugepage !== 0) return Result.EINVAL;
  const upper = vm_area_alloc(s, vma_mm(s, row));
  if (upper < 0) return Result.ENOMEM;
  if (s.kernel.split_unshares_pmds(s)) hugetlb_split(s, row, at);
  s.vma.put(row, Vma.mkEnd(vma, at));
  s.vma.put(upper, Vma.mkPgoff(Vma.mkStart(vma, at), linear_page(vma, at)));
  const opened = which === 'new below' ? row : upper;
  s.vma.put(opened, s.kernel.hugetlb_vm_op_open(s, s.vma.at(opened)));
  unshare_without_lock(s, opened);
  return Result.ok;
};

/**
 * A VMA is split at start and end, so that all of it is in the range. Its row, or -1 - a code of `Result`. `opened`: which of the
 * VMAs are new, those beside the range (vma_modify()) or the one inside.
 */
export const vma_in_range = (
  s: Sys,
  of: number,
  start: number,
  end: number,
  opened: 'beside' | 'inside' = 'beside',
): number => {
  const mm = vma_mm(s, of);
  const page = Math.max(start, Vma.start(s.vma.at(of)));
  if (Vma.start(s.vma.at(of)) < start) {
    const error = split_vma(s, of, start, opened === 'beside' ? 'new below' : 'new above');
    if (error !== Result.ok) return -1 - error;
  }
  const inside = vma_lookup(s, mm, page);
  if (Vma.end(s.vma.at(inside)) <= end) return inside;
  const error = split_vma(s, inside, end, opened === 'beside' ? 'new above' : 'new below');
  return error === Result.ok ? vma_lookup(s, mm, page) : -1 - error;
};

/** Does `each` to every VMA in pages start..end-1, split at its borders as vma_in_range() does. Returns a code of `Result`. */
export const for_each_vma_in = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  each: (row: number) => number,
  wanted: (vma: Vma) => boolean = () => true,
  opened: 'beside' | 'inside' = 'beside',
): number => {
  for (let page = start; page < end;) {
    const next = find_vma(s, mm, page);
    if (next < 0 || Vma.start(s.vma.at(next)) >= end) return Result.ok;
    if (!wanted(s.vma.at(next))) {
      page = Vma.end(s.vma.at(next));
      continue;
    }
    const row = vma_in_range(s, next, start, end, opened);
    if (row < 0) return -1 - row;
    page = Vma.end(s.vma.at(row));
    const error = each(row);
    if (error !== Result.ok) return error;
  }
  return Result.ok;
};
