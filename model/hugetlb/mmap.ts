/**
 * mmap() of a hugetlbfs file, munmap(), and the end of a process. Mirrors fs/hugetlbfs/inode.c hugetlbfs_file_mmap(), mm/mmap.c,
 * mm/hugetlb.c hugetlb_vm_op_close(), hugetlb_zap_begin(), mm/memory.c free_pgtables(); v6.1 and later. Stubbed: locks, the TLB.
 */
import { pagesOf } from '../state/hugetlb/geometry.ts';
import { Prot, Result, Uffd, Vma } from '../state/hugetlb/hugetlb_types.ts';
import type { Sys } from './kernel.ts';
import { alloc_succeeds } from '../alloc_succeeds.ts';
import { hugetlb_reserve_pages } from './reserve.ts';
import { ceiling_of, find_vma, floor_of, for_each_vma_in, NO_VMA, vm_area_alloc, vma_mm } from './vma.ts';

/** What is mapped, and how. `at` and `pages` of the process, `pgoff` of the file; all in base pages. */
export interface Mapping {
  readonly name: string;
  readonly file: number;
  readonly at: number;
  readonly pages: number;
  readonly pgoff: number;
  readonly shared: boolean;
  /** Of a file that is open for reading: VM_SHARED is taken back, VM_MAYSHARE stays. */
  readonly readOnlyFile?: boolean;
  readonly prot?: (typeof Prot.names)[number];
  readonly noreserve?: boolean;
}

/** hugetlb_vma_lock_alloc(): the lock of a shareable VMA; one without is mapped all the same. */
export const hugetlb_vma_lock_alloc = (s: Sys, vma: Vma): Vma =>
  Vma.mayShare(vma) === 0 || !alloc_succeeds(s, 'hugetlb_vma_lock_alloc') ? Vma.mkData(vma, 0) : Vma.mkData(vma, 1);

export const vmaOf = ({
  file,
  at,
  pages,
  pgoff,
  shared,
  readOnlyFile = false,
  prot = 'RW',
  noreserve = false,
}: Mapping): Vma =>
  Vma.of({
    file: file + 1,
    start: at,
    end: at + pages,
    pgoff,
    prot: Prot[prot],
    shared: shared && !readOnlyFile ? 1 : 0,
    mayShare: shared ? 1 : 0,
    noreserve: noreserve ? 1 : 0,
    owner: shared || noreserve ? 0 : 1,
  });

/** hugetlbfs_file_mmap(): a file that is too short grows, where the mapping can be written (VM_WRITE). Returns a code of `Result`. */
export const hugetlbfs_file_mmap = (s: Sys, mm: number, mapping: Mapping): number => {
  const { hugepage } = s.geometry;
  const row = vm_area_alloc(s, mm);
  if (row < 0) return Result.ENOMEM;
  const vma = hugetlb_vma_lock_alloc(s, vmaOf(mapping));
  s.vma.put(row, s.kernel.mmap_enables_hgm(s, vma) ? Vma.mkHgm(vma, 1) : vma);
  const error = hugetlb_reserve_pages(s, row);
  if (error !== Result.ok) {
    s.vma.put(row, NO_VMA);
    return error;
  }
  const end = Math.trunc((mapping.pgoff + mapping.pages) / hugepage);
  if (Vma.prot(s.vma.at(row)) === Prot.RW) s.isize.put(mapping.file, Math.max(s.isize.at(mapping.file), end));
  return Result.ok;
};

/** unmap_region() of one VMA, and its end. */
const unmap_vma = (s: Sys, row: number): void => {
  const vma = s.vma.at(row);
  const mm = vma_mm(s, row);
  s.kernel.unmap_hugepage_range(s, row, Vma.start(vma), Vma.end(vma), { dropMarker: true });
  s.kernel.reset_private_reservations(s, row);
  s.vma.put(row, NO_VMA);
  s.kernel.free_pgd_range(
    s,
    mm,
    Vma.start(vma),
    Vma.end(vma),
    floor_of(s, mm, Vma.start(vma)),
    ceiling_of(s, mm, Vma.end(vma)),
  );
};

/** munmap() of pages start..end-1; EINVAL where a border is inside a hugepage. Returns a code of `Result`. */
export const do_vmi_munmap = (s: Sys, mm: number, start: number, end: number): number =>
  for_each_vma_in(
    s,
    mm,
    start,
    end,
    (row) => {
      unmap_vma(s, row);
      return Result.ok;
    },
    () => true,
    s.kernel.munmap_opens(s),
  );

/** exit_mmap() */
export const exit_mmap = (s: Sys, mm: number): void => {
  for (let row = find_vma(s, mm, 0); row >= 0; row = find_vma(s, mm, 0)) unmap_vma(s, row);
  s.kernel.free_pgd_range(s, mm, 0, pagesOf(s.geometry), 0, Number.MAX_SAFE_INTEGER);
  s.uffd.put(mm, Uffd.of({}));
  // mmdrop(): its counters go with it.
  if (s.geometry.usage === 1) s.usage.put(mm, 0);
  s.mm.put(mm, 0);
};
