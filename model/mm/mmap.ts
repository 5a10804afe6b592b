/**
 * Mapping, unmapping and the end of an mm. Mirrors mmap_region(), do_vmi_munmap() of mm/vma.c, exit_mmap() of
 * mm/mmap.c and, for a driver, unmap_mapping_range() of mm/memory.c; v7.1. Left out: replacing what is mapped (MAP_FIXED), accounting, guard and locked areas.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { Mm, Result, Vma, VmaKind } from '../state/mm_types.ts';
import type { Driver } from '../drivers/driver.ts';
import { is_p2pmem, kernfs_fop_mmap } from '../drivers/p2pdma.ts';
import { open_empties } from '../fs/open.ts';
import { mm_put_huge_zero_folio } from './huge_memory_zero.ts';
import type { Sys } from './kernel.ts';
import { unmap_page_range, zap_page_range_single } from './memory.ts';
import { tlb_finish_mmu, tlb_gather_mmu } from './mmu_gather.ts';
import { free_vma_track } from './pfnmap_track.ts';
import { free_pgd_range } from './pgalloc.ts';
import { pmd_huge_pte } from './pgtable_generic.ts';
import { drop_attributes } from './vma_attributes.ts';
import { ceiling_of, find_vma, floor_of, NO_VMA, vm_area_alloc, vma_merge } from './vma.ts';

/** free_pgtables() for one VMA that has just left its row. */
const free_pgtables = (s: Sys, mm: number, vma: Vma): void => {
  const [start, end] = [Vma.start(vma), Vma.end(vma)];
  free_pgd_range(s, mm, start, end, floor_of(s, mm, start), ceiling_of(s, mm, end));
};

/** unmap_vmas() and free_pgtables() of one VMA, and its removal. */
const remove_vma = (s: Sys, mm: number, row: number): void => {
  const open = s.vma.at(row);
  // vma_close() leaves dummy vm_ops behind.
  const vma = s.kernel.vma_closes_first(s) ? Vma.mkPfnMkwrite(Vma.mkHugeFault(Vma.mkFault(open, 0), 0), 0) : open;
  unmap_page_range(s, mm, vma, Vma.start(vma), Vma.end(vma));
  s.vma.put(row, NO_VMA);
  drop_attributes(s, mm, Vma.start(vma), Vma.end(vma));
  free_vma_track(s, mm, Vma.start(vma));
  free_pgtables(s, mm, vma);
};

/** unmap_region(), of a VMA that could not be mapped. */
export const unmap_region = (s: Sys, mm: number, row: number): void => {
  tlb_gather_mmu();
  remove_vma(s, mm, row);
  tlb_finish_mmu(s);
};

/** mmap() of a driver's file, of a shmem file or of anonymous memory, at its fixed, free place. */
export const mmap_region = (s: Sys, mm: number, driver: Driver): number => {
  if (open_empties(s, driver.vma)) s.kernel.do_dentry_open(s, driver.vma);
  const row = vm_area_alloc(s, mm);
  if (row < 0) return Result.ENOMEM;
  s.vma.put(row, driver.vma);
  const error = call_mmap(s, mm, row, driver);
  if (error !== Result.ok) {
    s.kernel.unmap_and_free_vma(s, mm, row);
    return error;
  }
  if (driver.opsAfterwards !== undefined) {
    const vma = s.vma.at(row);
    s.vma.put(row, Vma.mkHugeFault(Vma.mkFault(vma, driver.opsAfterwards.fault), driver.opsAfterwards.hugeFault));
  }
  vma_merge(s, mm, Vma.start(driver.vma), Vma.end(driver.vma));
  return Result.ok;
};

/** The driver's ->mmap: its calls of remap_pfn_range(), the whole of them once more if it is one that tries again. */
const call_mmap = (s: Sys, mm: number, row: number, driver: Driver): number => {
  const refused = s.kernel.driver_mmap(s, driver.vma);
  if (refused !== Result.ok) return refused;
  if (is_p2pmem(driver.vma)) return kernfs_fop_mmap(s, mm, row);
  const error = call_remaps(s, mm, row, driver);
  return error === Result.ENOMEM && driver.triesAgain === true ? call_remaps(s, mm, row, driver) : error;
};

const call_remaps = (s: Sys, mm: number, row: number, { remaps }: Driver): number => {
  const start = Vma.start(s.vma.at(row));
  const pgoff = Vma.pgoff(s.vma.at(row));
  for (const { from, to } of remaps) {
    const error = s.kernel.remap_pfn_range(s, mm, row, start + from, start + to, pgoff + from);
    if (error !== Result.ok) return error;
  }
  return Result.ok;
};

/** munmap() of pages start..end-1. Returns a code of `Result`. */
export const do_vmi_munmap = (s: Sys, mm: number, start: number, end: number): number => {
  const first = find_vma(s, mm, start);
  if (first < 0 || Vma.start(s.vma.at(first)) >= end) return Result.ok;
  const error = split_at(s, mm, first, start) || split_at(s, mm, find_vma(s, mm, end - 1), end);
  if (error !== Result.ok) return error;
  // vms_clear_ptes()
  tlb_gather_mmu();
  for (let row = find_vma(s, mm, start); row >= 0 && Vma.start(s.vma.at(row)) < end; row = find_vma(s, mm, start))
    remove_vma(s, mm, row);
  tlb_finish_mmu(s);
  return Result.ok;
};

/** Splits the VMA in `row` where `page` lies inside it. Returns a code of `Result`. */
const split_at = (s: Sys, mm: number, row: number, page: number): number => {
  if (row < 0 || Vma.start(s.vma.at(row)) >= page || page >= Vma.end(s.vma.at(row))) return Result.ok;
  return s.kernel.split_vma(s, mm, row, page);
};

/** exit_mmap(), and the mm is freed: check_mm() looks at what is left in the counters. */
export const exit_mmap = (s: Sys, mm: number): void => {
  tlb_gather_mmu();
  for (let row = find_vma(s, mm, 0); row >= 0; row = find_vma(s, mm, 0)) remove_vma(s, mm, row);
  tlb_finish_mmu(s);
  mm_put_huge_zero_folio(s, mm);
  // __mmdrop() looks at the list only where it hangs on the mm; one of a PMD table goes unseen since v6.18.
  if (s.machine.depositsPer === 'mm' && s.deposit.at(pmd_huge_pte(s, mm, 0)) !== 0)
    throw new ModelBug('VM_BUG_ON(pmd_huge_pte)', 'the mm is freed with a deposited table on its list');
  s.mm.put(mm, Mm.mkHasPinned(Mm.mkAlive(s.mm.at(mm), 0), 0));
};

/** unmap_mapping_range(): a driver with a fault handler takes its pages back from every mm that maps them. */
export const unmap_mapping_range = (s: Sys): void => {
  const { vmas } = s.geometry;
  for (let row = 0; row < s.vma.rows; row++) {
    const vma = s.vma.at(row);
    if (Vma.kind(vma) !== VmaKind.device || Vma.fault(vma) === 0) continue;
    zap_page_range_single(s, Math.trunc(row / vmas), vma, Vma.start(vma), Vma.end(vma));
  }
};
