/** Mutants of VMAs and of drivers: what an operation that fails leaves behind, and what a driver may ask for. */
import { faultDriver, remapDriver, triesAgainDriver } from '../../model/drivers/driver.ts';
import { pmd_alloc } from '../../model/mm/pgalloc.ts';
import { slot_of } from '../../model/mm/pgtable.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { Prot, Result, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, unmaps } from './mutant.ts';
export const MAPPINGS: readonly Mutant[] = [
  {
    property: 'I-ATOM',
    says: 'a VMA that cannot be split loses its upper part all the same',
    on: 'v7.1',
    patch: {
      split_vma: (base) => (s, mm, row, at) => {
        const error = base(s, mm, row, at);
        if (error !== Result.ok) s.vma.put(row, Vma.mkEnd(s.vma.at(row), at));
        return error;
      },
    },
    alphabet: unmaps,
    failuresMax: 1,
    length: 2,
  },
  {
    property: 'I-BOUND',
    says: 'a driver that is refused in the middle keeps the VMA and what is mapped',
    on: 'v7.1',
    machine: { ...X86_64, l1tf: true },
    patch: {
      remap_pfn_range: () => (s, mm, vmaRow, from, to, pfn) => {
        const vma = Vma.mkPfnmap(s.vma.at(vmaRow), 1);
        s.vma.put(vmaRow, vma);
        const prot = s.kernel.vm_page_prot(vma);
        const slot = slot_of(s.geometry, from);
        pmd_alloc(s, mm, slot);
        return s.kernel.remap_pte_range(s, { mm, vmaRow, slot, from, to, pfn, prot });
      },
      unmap_and_free_vma: () => (s, _mm, row) => s.vma.put(row, Vma.mkEnd(s.vma.at(row), 1)),
    },
    alphabet: { drivers: [remapDriver('across the limit', { at: 0, pages: 2, pfn: 6, prot: Prot.NONE })] },
    length: 1,
  },
  {
    property: 'BUG_ON(cow-pfnmap)',
    says: 'the upper part of a VMA that is split is private',
    on: 'v7.1',
    geometry: { puds: 2 },
    patch: {
      split_vma: (base) => (s, mm, row, at) => {
        const error = base(s, mm, row, at);
        if (error !== Result.ok) return error;
        for (let other = 0; other < s.vma.rows; other++) {
          const vma = s.vma.at(other);
          if (Vma.start(vma) === at) s.vma.put(other, Vma.mkShared(vma, 0));
        }
        return Result.ok;
      },
    },
    alphabet: {
      // Not on a PUD boundary, so that its leaves are PMDs.
      drivers: [faultDriver('huge_fault 4M', { at: 2, pages: 4, pfn: 2 })],
      munmaps: [{ from: 2, to: 3 }],
      writes: [4],
    },
    length: 3,
  },
  {
    property: 'BUG_ON(!pte_none)',
    says: 'a failed remap_pfn_range() leaves its PTEs, and the driver tries again',
    on: 'v7.1',
    patch: { zap_pte_range: () => () => undefined },
    failuresMax: 1,
    alphabet: { drivers: [triesAgainDriver('4M, tried again', { at: 0, pages: 4 })] },
    length: 1,
  },
];
