/**
 * A driver with VM_MIXEDMAP: its own pages, and frames of the device. A model of what such drivers do (drivers/gpu/drm),
 * not of one of them: v7.1. Page `index` of its mapping is, below 16, page `index` of its memory, inserted by
 * vm_insert_page(), or as a whole folio; from 16 on frame `index` - 16 of the device, by vmf_insert_mixed().
 */
import { hasPudLeaves } from '../state/machine.ts';
import { frameOf } from '../state/memmap.ts';
import { Result } from '../state/mm_types.ts';
import { vmf_insert_folio_pmd, vmf_insert_pfn_pmd, vmf_insert_pud } from '../mm/huge_memory_fault.ts';
import type { Sys } from '../mm/kernel.ts';
import { vm_insert_page, vmf_insert_mixed } from '../mm/memory_insert.ts';
import { slot_of } from '../mm/pgtable.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { linear_pfn } from '../mm/vma.ts';
import { leaf_fits, order_pages } from './vfio_pci_core.ts';

/** The first page of the mapping that is a frame of the device. */
export const MIXED_DEVICE = 16;

export const mixed_fault = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  const index = linear_pfn(vma, page);
  if (index >= MIXED_DEVICE) return vmf_insert_mixed(s, mm, vma, page, index - MIXED_DEVICE);
  const pfn = frameOf(s.memmap, 'driver', index);
  return pfn < 0 ? Result.SIGBUS : vm_insert_page(s, mm, vmaRow, page, pfn, write);
};

/** ->huge_fault: a leaf where a folio, or an aligned run of frames, has its size. */
export const mixed_huge_fault = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  level: 'PMD' | 'PUD',
  write: boolean,
): number => {
  const vma = s.vma.at(vmaRow);
  const pages = order_pages(s, level);
  if (!leaf_fits(vma, page, pages) || !(level === 'PMD' ? s.machine.pmdLeaves : hasPudLeaves(s.machine)))
    return FALLBACK;
  const first = page - (page % pages);
  const index = linear_pfn(vma, first);
  const slot = slot_of(s.geometry, first);
  if (index >= MIXED_DEVICE) {
    const frame = index - MIXED_DEVICE;
    return level === 'PMD'
      ? vmf_insert_pfn_pmd(s, mm, vma, slot, frame, write)
      : vmf_insert_pud(s, mm, vma, first, frame, write, 'pfn');
  }
  const block = s.memmap.blocks.findIndex((one) => one.use === 'driver');
  const pfn = frameOf(s.memmap, 'driver', index);
  if (pfn < 0 || s.memmap.blocks[block]!.pages !== pages || !s.kernel.inserts_folio_leaves(s)) return FALLBACK;
  return level === 'PMD'
    ? vmf_insert_folio_pmd(s, mm, vma, slot, pfn, write)
    : vmf_insert_pud(s, mm, vma, first, pfn, write, 'folio');
};
