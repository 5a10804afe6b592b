/**
 * mremap() of hugetlb to a fixed, free place. Mirrors mm/mremap.c move_vma(), mm/vma.c copy_vma(), mm/hugetlb.c
 * clear_vma_resv_huge_pages(), fs/userfaultfd.c mremap_userfaultfd_prep(); v6.1 and later. Stubbed: locks. Left out:
 * MREMAP_DONTUNMAP, a size that changes, a destination that is mapped, several VMAs at once (v6.17).
 */
import { Result, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import { hugetlb_dup_vma_private } from './fork.ts';
import { do_vmi_munmap } from './mmap.ts';
import { forget_resv_map, share_resv_map } from './reserve.ts';
import { free_vma_rows, linear_page, vm_area_alloc, vma_in_range, vma_lookup, vma_mm } from './vma.ts';

/** map_count: what moves needs a VMA, and what stays behind on either side. */
const has_room = (s: Sys, row: number, from: number, end: number): boolean => {
  const vma = s.vma.at(row);
  const stay = (Vma.start(vma) < from ? 1 : 0) + (end < Vma.end(vma) ? 1 : 0);
  return free_vma_rows(s, vma_mm(s, row)) >= 1 + stay;
};

/** copy_vma(): its row. The reservations of a private mapping are those of both. */
const copy_vma = (s: Sys, row: number, from: number, to: number, pages: number): number => {
  const vma = s.vma.at(row);
  const copy = vm_area_alloc(s, vma_mm(s, row));
  const moved = Vma.mkPgoff(Vma.mkEnd(Vma.mkStart(vma, to), to + pages), linear_page(vma, from));
  s.vma.put(copy, s.kernel.hugetlb_vm_op_open(s, moved));
  share_resv_map(s, row, from, to, pages);
  return copy;
};

/** mremap_userfaultfd_prep(): what user space is not told of is not registered any more. */
const mremap_userfaultfd_prep = (s: Sys, row: number): void => {
  if (Uffd.eventRemap(s.uffd.at(vma_mm(s, row))) === 1) return;
  const vma = s.vma.at(row);
  if (Vma.wp(vma) === 1 && s.kernel.mremap_resolves_wp(s)) {
    const writes = s.kernel.wp_resolve_is_writable(s, vma);
    s.kernel.hugetlb_change_protection(s, row, Vma.start(vma), Vma.end(vma), writes, 'cleared');
  }
  s.vma.put(row, Vma.mkWp(Vma.mkMinor(Vma.mkMissing(s.vma.at(row), 0), 0), 0));
};

/** clear_vma_resv_huge_pages(): of the VMA that is about to be unmapped; the lock of a shareable one stays its own. */
const clear_vma_resv_huge_pages = (s: Sys, row: number): void => {
  if (Vma.mayShare(s.vma.at(row)) === 1) return;
  forget_resv_map(s, row);
  s.vma.put(row, hugetlb_dup_vma_private(s.vma.at(row)));
};

/** mremap() of `pages` pages from `from` to `to`. Returns a code of `Result`; `done` says how far entries were moved. */
export const move_vma = (s: Sys, mm: number, from: number, to: number, pages: number): number => {
  const { hugepage } = s.geometry;
  let row = vma_lookup(s, mm, from);
  if (row < 0) return Result.EFAULT;
  if (from % hugepage !== 0 || to % hugepage !== 0) return Result.EINVAL;
  const length = Math.ceil(pages / hugepage) * hugepage;
  if (from + length > Vma.end(s.vma.at(row))) return Result.EFAULT;
  if (!has_room(s, row, from, from + length)) return Result.ENOMEM;
  if (s.kernel.mremap_splits_first(s)) row = vma_in_range(s, row, from, from + length);
  const copy = copy_vma(s, row, from, to, length);
  const moved = s.kernel.move_hugetlb_page_tables(s, row, copy, from, to, length);
  s.done.put(0, moved);
  const failed = moved < length;
  // Back, so that the copy can be unmapped instead.
  if (failed) s.kernel.move_hugetlb_page_tables(s, copy, row, to, from, moved);
  else mremap_userfaultfd_prep(s, copy);
  clear_vma_resv_huge_pages(s, failed && !s.kernel.mremap_fixes_source(s) ? copy : row);
  const error = do_vmi_munmap(s, mm, failed ? to : from, (failed ? to : from) + length);
  return failed ? Result.ENOMEM : error;
};
