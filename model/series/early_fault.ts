/**
 * VM_HUGEPFNMAP of "[RFC] Huge remap_pfn_range for vfio-pci" (early 2024): __handle_mm_fault() calls ->fault of a flagged VMA
 * where the PUD slot is none, and again where the PMD slot is, before it makes the table below. ->fault is told no size, has no
 * VM_FAULT_FALLBACK, and what it returns is final. It was never posted as code: what a handler makes of such a call is
 * a choice here. Stubbed: the flag is the bit of a VMA that says ->huge_fault elsewhere.
 */
import { is_bar, vfio_pci_mmap_huge_fault } from '../drivers/vfio_pci_core.ts';
import { pmd_alloc } from '../mm/pgalloc.ts';
import { pmd_offset, pmd_table, pud_none, pud_of, pud_offset, pud_trans_huge, slot_of } from '../mm/pgtable.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import type { Kernel, Patch, Sys } from '../mm/kernel.ts';
import { Result, Vma } from '../state/mm_types.ts';

type Fault = Kernel['driver_fault'];
type CreateHuge = Kernel['create_huge_pud'];

export const is_hugepfnmap = (vma: Vma): boolean => is_bar(vma) && Vma.hugeFault(vma) === 1;

/** A flagged VMA is given to ->fault, whatever THP policy says; others go on as before. */
const early: (base: CreateHuge) => CreateHuge = (base) => (s, mm, vmaRow, page, write) =>
  is_hugepfnmap(s.vma.at(vmaRow))
    ? s.kernel.driver_fault(s, mm, vmaRow, page, write)
    : base(s, mm, vmaRow, page, write);

/** Replaces ->fault of BARs. */
const forBars = (handler: Fault): Patch => ({
  driver_fault: (base) => (s, mm, vmaRow, page, write) =>
    is_hugepfnmap(s.vma.at(vmaRow)) ? handler(s, mm, vmaRow, page, write) : base(s, mm, vmaRow, page, write),
});

/**
 * The largest leaf that address, frame and VMA allow, whatever the tables look like: nobody has told it. A PMD leaf where the
 * PUD slot is none has no table to stand in (vmf->pmd is NULL).
 */
const largest: Fault = (s, mm, vmaRow, page, write) => {
  const vma = s.vma.at(vmaRow);
  const pud = vfio_pci_mmap_huge_fault(s, mm, vma, page, 'PUD', write);
  if (pud !== FALLBACK) return pud;
  const pmd = vfio_pci_mmap_huge_fault(s, mm, vma, page, 'PMD', write);
  return pmd === FALLBACK ? vfio_pci_mmap_huge_fault(s, mm, vma, page, 'PTE', write) : pmd;
};

/** The handler walks down by itself: the largest leaf for which the slot is none, or is that leaf; it makes tables on its way. */
const walks: Fault = (s, mm, vmaRow, page, write) => {
  const vma = s.vma.at(vmaRow);
  const { geometry: g } = s;
  const pud = s.pud.at(pud_offset(g, mm, pud_of(g, page)));
  if (pud_none(pud) || pud_trans_huge(pud)) {
    const made = vfio_pci_mmap_huge_fault(s, mm, vma, page, 'PUD', write);
    if (made !== FALLBACK) return made;
  }
  if (!pmd_alloc(s, mm, slot_of(g, page))) return Result.OOM;
  if (!pmd_table(s.pmd.at(pmd_offset(g, mm, slot_of(g, page))))) {
    const made = vfio_pci_mmap_huge_fault(s, mm, vma, page, 'PMD', write);
    if (made !== FALLBACK) return made;
  }
  return vfio_pci_mmap_huge_fault(s, mm, vma, page, 'PTE', write);
};

/** As before the series: PTEs, and their tables with them (get_locked_pte()). */
const ptes: Fault = (s, mm, vmaRow, page, write) =>
  vfio_pci_mmap_huge_fault(s, mm, s.vma.at(vmaRow), page, 'PTE', write);

/** A PUD leaf or nothing: without VM_FAULT_FALLBACK the handler refuses where none fits. */
const refuses: Fault = (s, mm, vmaRow, page, write) => {
  const made = vfio_pci_mmap_huge_fault(s, mm, s.vma.at(vmaRow), page, 'PUD', write);
  return made === FALLBACK ? Result.SIGBUS : made;
};

/** Without ->huge_fault a write to a read-only leaf splits it: wp_huge_pud() and wp_huge_pmd() find nobody to ask. */
export const EARLY_FAULT: Patch = {
  create_huge_pud: early,
  create_huge_pmd: early,
  driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) =>
    is_hugepfnmap(s.vma.at(vmaRow)) ? FALLBACK : base(s, mm, vmaRow, page, level, write),
  ...forBars(largest),
};

export const WALKS: Patch = forBars(walks);
export const PTES: Patch = forBars(ptes);
export const REFUSES: Patch = forBars(refuses);

/** wp_huge_pud() and wp_huge_pmd() call ->fault early, too. */
export const EARLY_WP: Patch = {
  wp_huge_pud: (base) => (s, mm, vmaRow, page) =>
    is_asked(s, vmaRow) ? s.kernel.driver_fault(s, mm, vmaRow, page, true) : base(s, mm, vmaRow, page),
  wp_huge_pmd: (base) => (s, mm, vmaRow, page, unshare) =>
    is_asked(s, vmaRow) ? s.kernel.driver_fault(s, mm, vmaRow, page, true) : base(s, mm, vmaRow, page, unshare),
};

const is_asked = (s: Sys, vmaRow: number): boolean =>
  is_hugepfnmap(s.vma.at(vmaRow)) && Vma.shared(s.vma.at(vmaRow)) === 1;
