/** Mutants of PUD leaves: where there may be one, and what becomes of it. */
import { anonMemory, daxDevice, faultDriver, mixedDriver } from '../../model/drivers/driver.ts';
import { vmf_insert_pfn_pmd, vmf_insert_pud } from '../../model/mm/huge_memory_fault.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { pmd_none, pmd_offset, pud_trans_huge, slot_of } from '../../model/mm/pgtable.ts';
import { linear_pfn, vma_is_anonymous } from '../../model/mm/vma.ts';
import { blocks } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { Pmd, PmdKind, Pud, Vma, VmaKind } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting, SLOT0 } from './mutant.ts';

const BAR = [faultDriver('BAR 1G', { at: 0, pages: 4 })];
const DAX = [daxDevice('dax 1G', { at: 0, pages: 4 })];

/** A fault offers anonymous memory a PUD leaf, which maps the first frames that there are. */
const anonPud: Patch = {
  create_huge_pud: (base) => (s, mm, vmaRow, page, write) => {
    const vma = s.vma.at(vmaRow);
    return vma_is_anonymous(vma) ? vmf_insert_pud(s, mm, vma, page, 0, write, 'pfn') : base(s, mm, vmaRow, page, write);
  },
};
const ANON = {
  geometry: { memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 2)] },
  patch: anonPud,
  alphabet: { drivers: [anonMemory('anon 1G', { at: 0, pages: 4 })], reads: [0] },
};

export const LEVELS: readonly Mutant[] = [
  {
    property: 'I-LEVELS',
    says: 'a split of a PUD leaf fills its PMDs, and does not put their table in its place',
    on: 'v7.1',
    with: [setting('vma-split-pud', 'splits')],
    set: [setting('vma-split-pud', 'splits')],
    patch: {
      split_huge_pud: () => (s, mm, _vma, pud) => {
        const { ptrsPerPmd, ptrsPerPte, puds } = s.geometry;
        const e = s.pud.at(mm * puds + pud);
        if (!pud_trans_huge(e)) return;
        for (let i = 0; i < ptrsPerPmd; i++) {
          const part = Pmd.of({
            kind: PmdKind.leaf,
            pfn: Pud.pfn(e) + i * ptrsPerPte,
            write: Pud.write(e),
            special: 1,
          });
          s.pmd.put(pmd_offset(s.geometry, mm, pud * ptrsPerPmd + i), part);
        }
      },
    },
    alphabet: { drivers: BAR, reads: [0], madvises: [SLOT0], advice: ['DONTFORK'] },
    length: 3,
  },
  { ...ANON, property: 'I-LEVELS', says: 'a fault of anonymous memory is offered a PUD leaf', on: 'v7.1', length: 2 },
  {
    ...ANON,
    property: 'VM_WARN(anon-pud)',
    says: 'a fault of anonymous memory is offered a PUD leaf, seen by the assertion in zap_huge_pud()',
    on: 'v7.1',
    length: 3,
  },
  {
    property: 'bad-pud',
    says: 'v7.1 as it is: mremap() takes a PUD leaf for a bad entry',
    on: 'v7.1',
    geometry: { puds: 2 },
    with: [setting('mremap-pud', 'leaf')],
    set: [setting('mremap-pud', 'bad')],
    alphabet: { drivers: BAR, reads: [0], mremaps: [{ from: 0, to: 4, pages: 4 }] },
    length: 3,
  },
  {
    property: 'descent-into-leaf',
    says: 'v7.1 as it is: a VMA boundary inside a PUD leaf does not split it',
    on: 'v7.1',
    with: [setting('vma-split-pud', 'splits')],
    set: [setting('vma-split-pud', 'ignored')],
    alphabet: { drivers: BAR, reads: [0], munmaps: [PAGE0] },
    length: 3,
  },
  {
    property: 'no-PUD-leaves',
    says: 'neither fault nor driver asks whether there can be PUD leaves',
    on: 'v7.1',
    machine: { ...X86_64, pudLeaves: false },
    patch: {
      thp_vma_allowable_order: () => () => true,
      driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) =>
        level === 'PUD'
          ? vmf_insert_pud(s, mm, s.vma.at(vmaRow), page, 0, write, 'pfn')
          : base(s, mm, vmaRow, page, level, write),
    },
    alphabet: { drivers: BAR, reads: [0] },
    length: 2,
  },
  {
    property: 'BUG(normal-pud)',
    says: 'vma_is_special_huge() does not know device-dax',
    on: 'v6.12',
    geometry: { memory: blocks('dax', 4, 1) },
    patch: { vma_is_special_huge: () => (vma) => Vma.pfnmap(vma) === 1 || Vma.mixedmap(vma) === 1 },
    alphabet: { drivers: DAX, reads: [0] },
    length: 3,
  },
  {
    // Such a VMA is offered no PUD leaves, and its PMD leaves are taken for those of a folio.
    property: 'rmap-sanity',
    says: 'vma_is_special_huge() does not know VM_PFNMAP',
    on: 'v6.12',
    patch: { vma_is_special_huge: () => (vma) => Vma.kind(vma) === VmaKind.dax || Vma.mixedmap(vma) === 1 },
    alphabet: { drivers: BAR, reads: [0] },
    length: 3,
  },
  {
    property: 'WARN(insert-mismatch)',
    says: 'a driver asked to make a leaf writable names the frame of the page, not of the leaf',
    on: 'v7.1',
    patch: {
      driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) => {
        const vma = s.vma.at(vmaRow);
        const slot = slot_of(s.geometry, page);
        return level === 'PUD' || pmd_none(s.pmd.at(pmd_offset(s.geometry, mm, slot)))
          ? base(s, mm, vmaRow, page, level, write)
          : vmf_insert_pfn_pmd(s, mm, vma, slot, linear_pfn(vma, page) - 16, write);
      },
    },
    alphabet: {
      drivers: [mixedDriver('device', { at: 0, pages: 2, pfn: 16 })],
      reads: [1],
      writes: [1],
      clearRefs: true,
    },
    length: 4,
  },
];
