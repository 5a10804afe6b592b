/**
 * Write protection by a userfaultfd. Mirrors mm/userfaultfd.c mwriteprotect_range(), uffd_wp_range(); v6.1 and later. The range
 * is of whole hugepages, with high granularity as well: no patch of that changes it. Stubbed: locks, who waits. Left out: EAGAIN
 * of a layout that changes.
 */
import { Result, Vma } from '../state/hugetlb/hugetlb_types.ts';
import { NO_MEMORY } from './change_protection.ts';
import type { Sys } from './kernel.ts';
import { userfaultfd_unregister } from './userfaultfd.ts';
import { find_vma, vma_lookup } from './vma.ts';

/** uffd_wp_range() of pages start..end-1 of a VMA. Returns a code of `Result`; `done` counts the pages that have changed. */
export const uffd_wp_range = (s: Sys, row: number, start: number, end: number, enable: boolean): number => {
  const writes = !enable && s.kernel.wp_resolve_is_writable(s, s.vma.at(row));
  const changed = s.kernel.hugetlb_change_protection(s, row, start, end, writes, enable ? 'set' : 'cleared');
  if (changed === NO_MEMORY) return Result.ENOMEM;
  s.done.put(0, s.done.at(0) + changed);
  return Result.ok;
};

/** mwriteprotect_range() of pages start..end-1. Returns a code of `Result`; what came before an error is done. */
export const mwriteprotect_range = (s: Sys, mm: number, start: number, end: number, enable: boolean): number => {
  const { hugepage } = s.geometry;
  const aligned = start % hugepage === 0 && end % hugepage === 0;
  if (s.kernel.wp_wants_one_vma(s)) {
    const row = vma_lookup(s, mm, start);
    if (row < 0 || Vma.end(s.vma.at(row)) < end || Vma.wp(s.vma.at(row)) === 0) return Result.ENOENT;
    return aligned ? uffd_wp_range(s, row, start, end, enable) : Result.EINVAL;
  }
  let error: number = Result.ENOENT;
  for (let page = start; page < end;) {
    const row = find_vma(s, mm, page);
    if (row < 0 || Vma.start(s.vma.at(row)) >= end) return error;
    const vma = s.vma.at(row);
    if (Vma.wp(vma) === 0) return Result.ENOENT;
    if (!aligned) return Result.EINVAL;
    error = uffd_wp_range(s, row, Math.max(start, Vma.start(vma)), Math.min(end, Vma.end(vma)), enable);
    if (error !== Result.ok) return error;
    page = Vma.end(vma);
  }
  return error;
};

/** UFFDIO_UNREGISTER of pages start..end-1: what is protected is not any more. Returns a code of `Result`. */
export const unregister_range = (s: Sys, mm: number, start: number, end: number): number =>
  userfaultfd_unregister(s, mm, start, end, (row) => {
    const vma = s.vma.at(row);
    uffd_wp_range(s, row, Vma.start(vma), Vma.end(vma), false);
  });
