/**
 * A BAR of a PCI device: drivers/vfio/pci/vfio_pci_core.c vfio_pci_core_mmap() (VM_SHARED), vfio_pci_mmap_huge_fault() and vfio_pci_zap_bars(), and the
 * memory-enable bit that user space writes in drivers/vfio/pci/vfio_pci_config.c vfio_basic_config_write(); v7.1.
 * Left out: power states, resets; memory_lock, since every operation here is one step.
 */
import { pudPages } from '../state/geometry.ts';
import { hasPudLeaves } from '../state/machine.ts';
import { Result, Vma, VmaKind } from '../state/mm_types.ts';
import { vmf_insert_pfn_pmd, vmf_insert_pud } from '../mm/huge_memory_fault.ts';
import type { Sys } from '../mm/kernel.ts';
import { unmap_mapping_range } from '../mm/mmap.ts';
import { vmf_insert_pfn } from '../mm/memory_insert.ts';
import { slot_of } from '../mm/pgtable.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { linear_pfn } from '../mm/vma.ts';

/** A VMA of vfio: of the drivers of a device that map by faults, the other one has ->pfn_mkwrite. */
export const is_bar = (vma: Vma): boolean =>
  Vma.kind(vma) === VmaKind.device && Vma.fault(vma) === 1 && Vma.pfnMkwrite(vma) === 0;

/** Pages of a leaf of each level. */
export const order_pages = (s: Sys, level: 'PTE' | 'PMD' | 'PUD'): number => {
  if (level === 'PTE') return 1;
  return level === 'PMD' ? s.geometry.ptrsPerPte : pudPages(s.geometry);
};

/** Whether the leaf around the page lies in the VMA, and its frame is aligned. */
export const leaf_fits = (vma: Vma, page: number, pages: number): boolean => {
  const first = page - (page % pages);
  return first >= Vma.start(vma) && first + pages <= Vma.end(vma) && linear_pfn(vma, first) % pages === 0;
};

/** is_aligned_for_order(). Since v6.15 so. */
export const vfio_is_aligned = (_s: Sys, vma: Vma, page: number, pages: number): boolean => leaf_fits(vma, page, pages);

/** CONFIG_ARCH_SUPPORTS_PMD_PFNMAP, CONFIG_ARCH_SUPPORTS_PUD_PFNMAP. */
export const supports_pfnmap = ({ machine }: Sys, level: 'PMD' | 'PUD'): boolean =>
  level === 'PMD' ? machine.pmdSpecial : machine.pudSpecial;

/**
 * vfio_pci_mmap_huge_fault(): each fault installs one leaf, never with the write flag that the core passes. It is built as
 * ->huge_fault only with CONFIG_ARCH_SUPPORTS_HUGE_PFNMAP; elsewhere a BAR is mapped by PTEs.
 */
export const vfio_pci_mmap_huge_fault = (
  s: Sys,
  mm: number,
  vma: Vma,
  page: number,
  level: 'PTE' | 'PMD' | 'PUD',
  write: boolean,
): number => {
  const pages = order_pages(s, level);
  if (level !== 'PTE' && !s.kernel.vfio_maps_leaves(s, level)) return FALLBACK;
  if (pages > 1 && !s.kernel.vfio_is_aligned(s, vma, page, pages)) return FALLBACK;
  if (s.memoryDisabled.at(0) === 1) return Result.SIGBUS;
  const first = page - (page % pages);
  const pfn = linear_pfn(vma, first);
  const passes = write && s.kernel.vfio_passes_write(s, vma);
  switch (level) {
    case 'PTE':
      return vmf_insert_pfn(s, mm, vma, page, pfn);
    case 'PMD':
      return s.machine.pmdLeaves ? vmf_insert_pfn_pmd(s, mm, vma, slot_of(s.geometry, first), pfn, passes) : FALLBACK;
    case 'PUD':
      return hasPudLeaves(s.machine) ? vmf_insert_pud(s, mm, vma, first, pfn, passes, 'pfn') : FALLBACK;
  }
};

/** vfio_pci_core_mmap(): of a BAR only shared mappings, where there are any; other drivers do not mind. Returns a code of `Result`. */
export const vfio_pci_core_mmap = (s: Sys, vma: Vma): number => {
  if (!is_bar(vma)) return Result.ok;
  if (!s.kernel.vfio_maps_bars(s)) return Result.EINVAL;
  return Vma.shared(vma) === 0 && !s.kernel.vfio_maps_private(s) ? Result.EINVAL : Result.ok;
};

/** The bit is cleared: vfio_pci_zap_and_down_write_memory_lock() takes the BARs back, and faults are refused from now on. */
export const vfio_pci_memory_disable = (s: Sys): void => {
  unmap_mapping_range(s);
  s.memoryDisabled.put(0, 1);
};

/** The bit is set: the next fault maps again. */
export const vfio_pci_memory_enable = (s: Sys): void => s.memoryDisabled.put(0, 0);
