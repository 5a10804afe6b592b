/**
 * Device DAX: drivers/dax/device.c dev_dax_huge_fault() and dev_dax_may_split(), v7.1. The alignment of the device is
 * the size of its folios, and every mapping consists of leaves of that size.
 */
import { hasPudLeaves } from '../state/machine.ts';
import { frameOf } from '../state/memmap.ts';
import { Result, Vma } from '../state/mm_types.ts';
import { vmf_insert_folio_pmd, vmf_insert_pud } from '../mm/huge_memory_fault.ts';
import type { Sys } from '../mm/kernel.ts';
import { vm_insert_page } from '../mm/memory_insert.ts';
import { slot_of } from '../mm/pgtable.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { linear_pfn } from '../mm/vma.ts';
import { order_pages } from './vfio_pci_core.ts';

/** dev_dax->align, in pages. */
export const dev_dax_align = (s: Sys): number => s.memmap.blocks.find(({ use }) => use === 'dax')?.pages ?? 1;

/** dev_dax_may_split(): a VMA is only split where a leaf ends. */
export const dev_dax_may_split = (s: Sys, page: number): boolean => page % dev_dax_align(s) === 0;

/** check_vma(): a VMA that a border has moved into a leaf of is not what ->mmap has agreed to. */
const check_vma = (s: Sys, vma: Vma): boolean =>
  dev_dax_may_split(s, Vma.start(vma)) && dev_dax_may_split(s, Vma.end(vma));

/** dev_dax_huge_fault(): the size must be the device's alignment; a larger one falls back, a smaller one is an error. */
export const dev_dax_huge_fault = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  level: 'PTE' | 'PMD' | 'PUD',
  write: boolean,
): number => {
  const vma = s.vma.at(vmaRow);
  const pages = order_pages(s, level);
  const align = dev_dax_align(s);
  if (level === 'PUD' && !hasPudLeaves(s.machine)) return FALLBACK;
  if (!check_vma(s, vma)) return Result.SIGBUS;
  if (pages < align) return Result.SIGBUS;
  if (pages > align) return FALLBACK;
  const first = page - (page % pages);
  if (first < Vma.start(vma) || first + pages > Vma.end(vma)) return Result.SIGBUS;
  // dax_pgoff_to_phys()
  const pfn = frameOf(s.memmap, 'dax', linear_pfn(vma, first));
  if (pfn < 0) return Result.SIGBUS;
  return s.kernel.dax_insert(s, mm, vmaRow, first, pfn, level, write);
};

/** How an entry of the device comes to be, since v6.15: every one is counted. `page` is the first that it maps. */
export const dax_insert = (
  s: Sys,
  mm: number,
  vmaRow: number,
  page: number,
  pfn: number,
  level: 'PTE' | 'PMD' | 'PUD',
  write: boolean,
): number => {
  switch (level) {
    case 'PTE':
      return vm_insert_page(s, mm, vmaRow, page, pfn, write);
    case 'PMD':
      return vmf_insert_folio_pmd(s, mm, s.vma.at(vmaRow), slot_of(s.geometry, page), pfn, write);
    case 'PUD':
      return vmf_insert_pud(s, mm, s.vma.at(vmaRow), page, pfn, write, 'folio');
  }
};
