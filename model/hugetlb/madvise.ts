/**
 * madvise() of hugetlb. Mirrors mm/madvise.c madvise_walk_vmas(), madvise_dontneed_free() (v6.1 to v7.3: the same for hugetlb),
 * and of "hugetlb: introduce HugeTLB high-granularity mapping" madvise_collapse() and v1 and v2 9/46 madvise_split(). Stubbed:
 * locks. Left out: UFFD_EVENT_REMOVE, advice on anything but hugetlb.
 */
import { Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import { hugetlb_vma_lock_alloc } from './mmap.ts';
import { hugetlb_unshare_all_pmds } from './userfaultfd.ts';
import { find_vma, split_vma, vma_lookup, vma_mm } from './vma.ts';

/** madvise_walk_vmas(): `visit` of each VMA in pages start..end-1; holes make the call end with ENOMEM, once all is done. */
const madvise_walk_vmas = (
  s: Sys,
  mm: number,
  start: number,
  end: number,
  visit: (row: number, from: number, to: number) => number,
): number => {
  let unmappedError: number = Result.ok;
  for (let page = start; page < end;) {
    const row = find_vma(s, mm, page);
    if (row < 0) return Result.ENOMEM;
    const vma = s.vma.at(row);
    if (page < Vma.start(vma)) {
      unmappedError = Result.ENOMEM;
      page = Vma.start(vma);
      if (page >= end) break;
    }
    const to = Math.min(Vma.end(vma), end);
    const error = visit(row, page, to);
    if (error !== Result.ok) return error;
    page = to;
  }
  return unmappedError;
};

/** MADV_DONTNEED of pages start..end-1. Returns a code of `Result`. */
export const madvise_dontneed = (s: Sys, mm: number, start: number, end: number): number =>
  madvise_walk_vmas(s, mm, start, end, (row, from, to) => madvise_dontneed_single_vma(s, row, from, to));

/** It begins at a hugepage, or ends with EINVAL; what is left of the last hugepage stays. Markers stay as well. */
const madvise_dontneed_single_vma = (s: Sys, row: number, from: number, to: number): number => {
  const { hugepage } = s.geometry;
  if (from % hugepage !== 0) return Result.EINVAL;
  const end = to - (to % hugepage);
  if (from === end) return Result.ok;
  s.kernel.unmap_hugepage_range(s, row, from, end, { dropMarker: false });
  s.vma.put(row, s.kernel.dontneed_leaves(s, s.vma.at(row)));
  return Result.ok;
};

/** MADV_COLLAPSE of pages start..end-1. Returns a code of `Result`. */
export const madvise_collapse = (s: Sys, mm: number, start: number, end: number): number =>
  madvise_walk_vmas(s, mm, start, end, (row, from, to) => s.kernel.madvise_collapse(s, row, from, to));

/** MADV_SPLIT of pages start..end-1: VM_HUGETLB_HGM. Returns a code of `Result`. */
export const madvise_split = (s: Sys, mm: number, start: number, end: number): number => {
  if (!s.kernel.madvise_splits(s)) return Result.EINVAL;
  return madvise_walk_vmas(s, mm, start, end, (row, from, to) => {
    const error = split_single_vma(s, row, from, to);
    // madvise_vma_behavior(), "out": what is short of kernel memory may be tried again.
    return error === Result.ENOMEM ? Result.EAGAIN : error;
  });
};

/** madvise_split() and madvise_update_vma(): all PMD tables of the VMA are unshared, whatever becomes of it then. */
const split_single_vma = (s: Sys, row: number, from: number, to: number): number => {
  const vma = s.vma.at(row);
  const mm = vma_mm(s, row);
  if (Vma.mayShare(vma) === 0) return Result.EINVAL;
  if (Vma.data(vma) === 0 && s.kernel.split_allocates_lock(s)) s.vma.put(row, hugetlb_vma_lock_alloc(s, vma));
  hugetlb_unshare_all_pmds(s, row);
  if (Vma.hgm(vma) === 1) return Result.ok;
  if (from !== Vma.start(vma)) {
    const error = split_vma(s, row, from, 'new below');
    if (error !== Result.ok) return error;
  }
  const inside = vma_lookup(s, mm, from);
  if (to !== Vma.end(s.vma.at(inside))) {
    const error = split_vma(s, inside, to, 'new above');
    if (error !== Result.ok) return error;
  }
  s.vma.put(inside, Vma.mkHgm(s.vma.at(inside), 1));
  return Result.ok;
};
