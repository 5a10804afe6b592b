/** Mutants of what a page translates to, and with which rights: mmap, fault, mprotect, fork, split and zap of frames. */
import { faultDriver, mixedDriver, privateDriver, remapDriver } from '../../model/drivers/driver.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { vmf_insert_pfn } from '../../model/mm/memory_insert.ts';
import { pmd_offset, pte_offset } from '../../model/mm/pgtable.ts';
import { linear_pfn, vma_lookup } from '../../model/mm/vma.ts';
import { blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { Pgprot, Pmd, Prot, Pte, Pud, Vma } from '../../model/state/mm_types.ts';
import { leaf, type Mutant, PAGE0, setting, SLOT0, unmaps } from './mutant.ts';

const PRIVATE = { drivers: [privateDriver('private 2M', { at: 0, pages: 2 })], munmaps: [PAGE0] };

/** A private mapping that may be written is mapped writable at once. */
const writableEverywhere: Patch = {
  vm_page_prot: (base) => (vma) => Pgprot.mkWrite(base(vma), Vma.prot(vma) === Prot.RW ? 1 : 0),
};
export const TRANSLATIONS: readonly Mutant[] = [
  {
    property: 'I-REFAULT',
    says: 'zap_pte_range() takes the whole slot',
    on: 'v4',
    patch: {
      zap_pte_range: (base) => (s, mm, vma, slot) =>
        base(s, mm, vma, slot, slot * s.geometry.ptrsPerPte, (slot + 1) * s.geometry.ptrsPerPte),
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-REFAULT',
    says: 'mremap() drops the PTEs that it should move',
    on: 'v7.1',
    patch: { move_ptes: () => () => undefined },
    alphabet: {
      drivers: [remapDriver('BAR page', { at: 0, pages: 1 })],
      mremaps: [{ from: 0, to: 3, pages: 1 }],
    },
    length: 2,
  },
  {
    property: 'I-TRANS',
    says: 'a split maps the first frame everywhere',
    on: 'v4',
    patch: {
      __split_huge_pfnmap_pmd: (base) => (s, mm, slot, e) => {
        base(s, mm, slot, e);
        const table = Pmd.pfn(s.pmd.at(pmd_offset(s.geometry, mm, slot)));
        for (let i = 1; i < s.geometry.ptrsPerPte; i++)
          s.pte.put(pte_offset(s.geometry, table, i), s.pte.at(pte_offset(s.geometry, table, 0)));
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-TRANS',
    says: 'the upper part of a VMA that is split keeps vm_pgoff',
    on: 'v7.1',
    patch: {
      split_vma: (base) => (s, mm, row, at) => {
        const error = base(s, mm, row, at);
        const upper = vma_lookup(s, mm, at);
        s.vma.put(upper, Vma.mkPgoff(s.vma.at(upper), Vma.pgoff(s.vma.at(row))));
        return error;
      },
    },
    alphabet: { drivers: leaf, munmaps: [PAGE0] },
    length: 2,
  },
  {
    property: 'I-PERM',
    says: 'mprotect leaves the PTEs of a mapping as they are',
    on: 'v7.1',
    patch: { change_pte_range: () => () => undefined },
    alphabet: { drivers: leaf, mprotects: [PAGE0], prots: ['R', 'NONE'] },
    length: 2,
  },
  {
    property: 'I-PERM',
    says: 'mprotect of a whole PUD leaf changes the VMA only',
    on: 'v7.1',
    patch: { change_huge_pud: () => () => undefined },
    alphabet: {
      drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })],
      reads: [0],
      mprotects: [{ from: 0, to: 4 }],
      prots: ['R'],
    },
    length: 3,
  },
  {
    property: 'I-PERM',
    says: 'mprotect of a whole leaf changes the VMA only',
    on: 'v4',
    patch: { change_huge_pmd: () => () => undefined },
    alphabet: { drivers: leaf, mprotects: [SLOT0], prots: ['R', 'RW'] },
    length: 2,
  },
  {
    property: 'I-SPECIAL',
    says: 'insert_pud() forgets that frames have no struct page',
    on: 'v7.1',
    patch: { insert_pud_entry: (base) => (s, mm, pfn, prot, fop) => Pud.mkSpecial(base(s, mm, pfn, prot, fop), 0) },
    alphabet: { drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })], reads: [0] },
    length: 2,
  },
  {
    property: 'I-SPECIAL',
    says: 'the PTEs of a split are not special',
    on: 'v4',
    patch: { split_pfnmap_pte: (base) => (s, pfn, e) => Pte.mkSpecial(base(s, pfn, e), 0) },
    // munmap() would take a frame for a page at once.
    alphabet: { drivers: leaf, mprotects: [PAGE0], prots: ['R'] },
    length: 2,
  },
  {
    property: 'I-ALIGN',
    says: 'the frame need not be aligned',
    on: 'v4',
    patch: {
      remap_is_aligned:
        () =>
        (s, { from, to }) =>
          to - from === s.geometry.ptrsPerPte,
    },
    alphabet: { drivers: [remapDriver('2M at an odd frame', { at: 0, pages: 2, pfn: 1 })] },
    length: 1,
  },
  {
    property: 'I-NOCOW',
    says: 'a private mapping gets write from its protection',
    on: 'v4',
    patch: writableEverywhere,
    alphabet: PRIVATE,
    length: 1,
  },
  {
    property: 'WARN-cow-write',
    says: 'a private mapping gets write from its protection, seen by the assertion in fork',
    on: 'v4',
    patch: writableEverywhere,
    alphabet: PRIVATE,
    length: 2,
  },
  {
    property: 'I-FORKRO',
    says: 'the child of a shared mapping gets its leaf read-only',
    on: 'v4',
    patch: {
      copy_huge_pmd: (base) => (s, src, dst, vmaRow, slot) => {
        const row = pmd_offset(s.geometry, dst, slot);
        const copied = base(s, src, dst, vmaRow, slot);
        s.pmd.put(row, Pmd.mkWrite(s.pmd.at(row), 0));
        return copied;
      },
    },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-FORKRO',
    says: 'fork takes the right to write from PTEs of shared mappings, too',
    on: 'v7.1',
    geometry: { memory: blocks('driver', 1, 1) },
    patch: {
      copy_pte_range: (base) => (s, src, dst, vma, start, end) => base(s, src, dst, Vma.mkShared(vma, 0), start, end),
    },
    alphabet: { drivers: [mixedDriver('driver page', { at: 0, pages: 1 })], reads: [0] },
    length: 3,
  },
  {
    property: 'I-REVOKE',
    says: 'a fault handler does not ask whether the memory of the device is on',
    on: 'v7.1',
    patch: {
      driver_fault: () => (s, mm, vmaRow, page) => {
        const vma = s.vma.at(vmaRow);
        return vmf_insert_pfn(s, mm, vma, page, linear_pfn(vma, page));
      },
    },
    alphabet: { drivers: [faultDriver('BAR page', { at: 0, pages: 1 })], reads: [0], memoryEnable: true },
    length: 3,
  },
  {
    property: 'I-CACHE',
    says: 'a split takes the bits of the leaf as they are',
    on: 'v4',
    set: [setting('split-pgprot', 'raw')],
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'I-L1TF',
    says: 'the frames of a leaf are not asked for',
    on: 'v4',
    machine: { ...X86_64, l1tf: true },
    with: [setting('pfn-modify-check', 'yes')],
    set: [setting('pfn-modify-check', 'no')],
    alphabet: { drivers: [remapDriver('high', { at: 0, pages: 2, pfn: 8, prot: Prot.NONE })] },
    length: 1,
  },
  {
    property: 'I-L1TF',
    says: 'mprotect(PROT_NONE) does not look at frames',
    on: 'v7.1',
    machine: { ...X86_64, l1tf: true },
    patch: { prot_none_pte_entry: () => () => 0 },
    alphabet: {
      drivers: [remapDriver('high', { at: 0, pages: 2, pfn: 8 })],
      mprotects: [SLOT0],
      prots: ['NONE'],
    },
    length: 2,
  },
  {
    property: 'no-PMD-leaves',
    says: 'nobody asks the CPU',
    on: 'v4',
    machine: { ...X86_64, pmdLeaves: false },
    set: [setting('runtime-leaf-check', 'no')],
    alphabet: unmaps,
    length: 1,
  },
  {
    property: 'VM_BUG_ON_VMA(range)',
    says: 'the split of a VMA does not split its leaf',
    on: 'v4',
    patch: { vma_adjust_trans_huge: () => () => undefined },
    alphabet: unmaps,
    length: 2,
  },
  {
    property: 'fault-loop',
    says: 'the driver inserts nothing and says that it did',
    on: 'v7.1',
    patch: { insert_pmd: () => () => true },
    alphabet: { drivers: [faultDriver('huge_fault 2M', { at: 0, pages: 2 })], writes: [0] },
    length: 2,
  },
  {
    property: 'bad-pmd',
    says: 'zap forgets the leaf',
    on: 'v7.1',
    patch: { zap_huge_pmd: () => () => undefined },
    alphabet: { drivers: [faultDriver('huge_fault 2M', { at: 0, pages: 2 })], writes: [0], munmaps: [SLOT0] },
    length: 3,
  },
];
