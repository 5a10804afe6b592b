/**
 * A driver that keeps track of which pages of its memory have been written to:
 * drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c, read as of 2025 with mm of v6.12; its ->huge_fault as it was until "drm/ttm:
 * remove ttm_bo_vm_insert_huge()" (2021). One buffer object begins at frame 0, and its tracking is by
 * VMW_BO_DIRTY_MKWRITE: nothing is mapped writable before vmw_bo_vm_mkwrite() has been told. Left out: the change to the
 * other method (VMW_BO_DIRTY_PAGETABLE) where much is written, the reservation, pages that a fault maps beforehand.
 */
import { hasPudLeaves } from '../state/machine.ts';
import { Result, type Vma } from '../state/mm_types.ts';
import { vmf_insert_pfn_pmd, vmf_insert_pud } from '../mm/huge_memory_fault.ts';
import type { Sys } from '../mm/kernel.ts';
import { clean_record_shared_mapping_range } from '../mm/mapping_dirty_helpers.ts';
import { vmf_insert_pfn } from '../mm/memory_insert.ts';
import { slot_of } from '../mm/pgtable.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { linear_pfn } from '../mm/vma.ts';
import { leaf_fits, order_pages } from './vfio_pci_core.ts';

/** Behind the end of the buffer object. */
const is_beyond = (s: Sys, pfn: number): boolean => pfn >= s.notedDirty.rows;

/** vmw_bo_vm_fault(): a PTE that may not be written, for vm_page_prot has no write bit where there is ->pfn_mkwrite. */
export const vmw_bo_vm_fault = (s: Sys, mm: number, vma: Vma, page: number): number => {
  const pfn = linear_pfn(vma, page);
  return is_beyond(s, pfn) ? Result.SIGBUS : vmf_insert_pfn(s, mm, vma, page, pfn);
};

/** vmw_bo_vm_huge_fault(): leaves are for reading. A write is tracked by PTEs, so that the leaf is split. */
export const vmw_bo_vm_huge_fault = (
  s: Sys,
  mm: number,
  vma: Vma,
  page: number,
  level: 'PMD' | 'PUD',
  write: boolean,
): number => {
  const pages = order_pages(s, level);
  if (write || !(level === 'PMD' ? s.machine.pmdLeaves : hasPudLeaves(s.machine))) return FALLBACK;
  if (is_beyond(s, linear_pfn(vma, page))) return Result.SIGBUS;
  // ttm_bo_vm_insert_huge(): the leaf lies in the VMA and in the buffer object.
  const first = page - (page % pages);
  if (!leaf_fits(vma, page, pages) || is_beyond(s, linear_pfn(vma, first + pages - 1))) return FALLBACK;
  const pfn = linear_pfn(vma, first);
  return level === 'PMD'
    ? vmf_insert_pfn_pmd(s, mm, vma, slot_of(s.geometry, first), pfn, false)
    : vmf_insert_pud(s, mm, vma, first, pfn, false, 'pfn');
};

/** vmw_bo_vm_mkwrite(), its ->pfn_mkwrite: the page is noted before it can be written. */
export const vmw_bo_vm_mkwrite = (s: Sys, vma: Vma, page: number): number => {
  const pfn = linear_pfn(vma, page);
  if (is_beyond(s, pfn)) return Result.SIGBUS;
  s.notedDirty.put(pfn, 1);
  return Result.ok;
};

/** The first noted frame (`start` of struct vmw_bo_dirty), or -1. */
export const first_noted = (s: Sys): number => {
  for (let pfn = 0; pfn < s.notedDirty.rows; pfn++) if (s.notedDirty.at(pfn) === 1) return pfn;
  return -1;
};

/**
 * vmw_bo_dirty_scan(), then vmw_bo_dirty_transfer_to_res() of all of the buffer object. vmw_bo_dirty_scan_mkwrite():
 * what lies between the first and the last noted frame is protected, so that the next write is told again. Then what
 * was noted goes to the device.
 */
export const vmw_bo_dirty_scan = (s: Sys): void => {
  const start = first_noted(s);
  if (start < 0) return;
  let end = s.notedDirty.rows;
  while (s.notedDirty.at(end - 1) === 0) end--;
  s.kernel.wp_shared_mapping_range(s, start, end - start);
  if (s.kernel.dirty_scan_cleans(s)) clean_record_shared_mapping_range(s, start, end - start);
  for (let pfn = start; pfn < end; pfn++) s.notedDirty.put(pfn, 0);
};
