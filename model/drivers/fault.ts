/** vm_ops->fault, ->huge_fault and ->pfn_mkwrite: which driver a VMA belongs to. Of two that map a device, one has the last. */
import { Result, Vma, VmaKind } from '../state/mm_types.ts';
import { dax_iomap_fault } from '../fs/dax_fault.ts';
import type { Sys } from '../mm/kernel.ts';
import { FALLBACK, NOPAGE } from '../mm/vm_fault.ts';
import { vma_lookup } from '../mm/vma.ts';
import { dev_dax_huge_fault } from './dax_device.ts';
import { mixed_fault, mixed_huge_fault } from './mixed.ts';
import { vfio_pci_mmap_huge_fault } from './vfio_pci_core.ts';
import { vmw_bo_vm_fault, vmw_bo_vm_huge_fault, vmw_bo_vm_mkwrite } from './vmwgfx_page_dirty.ts';

/** Returns a code of `Result`. */
export const driver_fault = (s: Sys, mm: number, vmaRow: number, page: number, write: boolean): number => {
  const vma = s.vma.at(vmaRow);
  switch (Vma.kind(vma)) {
    case VmaKind.device:
      return Vma.pfnMkwrite(vma) === 1
        ? vmw_bo_vm_fault(s, mm, vma, page)
        : vfio_pci_mmap_huge_fault(s, mm, vma, page, 'PTE', write);
    case VmaKind.dax:
      return dev_dax_huge_fault(s, mm, vmaRow, page, 'PTE', write);
    case VmaKind.fsdax:
      return dax_iomap_fault(s, mm, vmaRow, page, 'PTE', write);
    case VmaKind.mixed:
      return mixed_fault(s, mm, vmaRow, page, write);
    default:
      return Result.SIGBUS;
  }
};

/** Returns a code of `Result`, or FALLBACK. */
export const driver_huge_fault = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  level: 'PMD' | 'PUD',
  write: boolean,
): number => {
  const vma = s.vma.at(vmaRow);
  switch (Vma.kind(vma)) {
    case VmaKind.device:
      return Vma.pfnMkwrite(vma) === 1
        ? vmw_bo_vm_huge_fault(s, mm, vma, page, level, write)
        : vfio_pci_mmap_huge_fault(s, mm, vma, page, level, write);
    case VmaKind.dax:
      return dev_dax_huge_fault(s, mm, vmaRow, page, level, write);
    case VmaKind.fsdax:
      return level === 'PMD' ? dax_iomap_fault(s, mm, vmaRow, page, level, write) : FALLBACK;
    default:
      return mixed_huge_fault(s, mm, vmaRow, page, level, write);
  }
};

/** A driver that asks to be told, or xfs_filemap_pfn_mkwrite(): a fault of its own, which does all there is to do. */
export const driver_pfn_mkwrite = (s: Sys, mm: number, vma: Vma, page: number): number => {
  if (Vma.kind(vma) !== VmaKind.fsdax) return vmw_bo_vm_mkwrite(s, vma, page);
  const made = dax_iomap_fault(s, mm, vma_lookup(s, mm, page), page, 'PTE', true);
  return made === Result.ok ? NOPAGE : made;
};
