/** Mutants of how a BAR is mapped: design alternatives for huge pfnmaps, and mistakes that only they can make. */
import { faultDriver } from '../../model/drivers/driver.ts';
import { vmf_insert_pfn_pmd } from '../../model/mm/huge_memory_fault.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { slot_of } from '../../model/mm/pgtable.ts';
import { zap_deposited_table } from '../../model/mm/pgtable_generic.ts';
import { linear_pfn } from '../../model/mm/vma.ts';
import { PMD_TO_PTES } from '../../model/series/split_to_leaves.ts';
import { Pte, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, PAGE0, setting } from './mutant.ts';

const BAR_2M = { drivers: [faultDriver('BAR 2M', { at: 0, pages: 2 })], reads: [0] };
const BAR_1G = { drivers: [faultDriver('BAR 1G', { at: 0, pages: 4 })], reads: [0] };

/** The leaf begins with the frame of the page that was touched. */
const touchedFrame: Patch = {
  driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) =>
    level === 'PMD'
      ? vmf_insert_pfn_pmd(
          s,
          mm,
          s.vma.at(vmaRow),
          slot_of(s.geometry, page),
          linear_pfn(s.vma.at(vmaRow), page),
          false,
        )
      : base(s, mm, vmaRow, page, level, write),
};

const DEPOSITS = [
  setting('arch-needs-deposit', 'yes'),
  setting('split-special', 'populates'),
  setting('split-pgprot', 'pte-clrhuge'),
  setting('discriminator', 'pmd-special'),
  setting('fork-deposit', 'pmd-special'),
];
const allocates = PMD_TO_PTES.__split_huge_pfnmap_pmd!;

export const ALTERNATIVES: readonly Mutant[] = [
  {
    property: 'I-REACH',
    says: 'a handler that is not told the size refuses where no PUD leaf fits (hugepfnmap-handler, T1)',
    on: 'v7.1',
    set: [setting('hugepfnmap-fault', 'early'), setting('hugepfnmap-handler', 'refuses')],
    alphabet: BAR_2M,
    length: 2,
  },
  {
    property: 'no-PMD-table',
    says: 'a handler that is not told the size inserts a PMD leaf where there is no PMD table yet (hugepfnmap-fault, T1)',
    on: 'v7.1',
    set: [setting('hugepfnmap-fault', 'early')],
    alphabet: BAR_2M,
    length: 2,
  },
  {
    property: 'I-TOUCH',
    says: 'a leaf begins with the frame of the page that was touched first',
    on: 'v7.1',
    patch: touchedFrame,
    alphabet: { ...BAR_2M, reads: [1] },
    length: 2,
  },
  {
    property: 'I-TOUCH',
    says: 'a write to one page of a BAR takes the right to write from the page before it',
    on: 'v7.1',
    patch: {
      wp_pfn_shared: (base) => (s, mm, vma, page, row) => {
        const made = base(s, mm, vma, page, row);
        if (page > Vma.start(vma)) s.pte.put(row - 1, Pte.mkWrite(s.pte.at(row - 1), 0));
        return made;
      },
    },
    alphabet: {
      drivers: [faultDriver('BAR 2M at frame 1', { at: 0, pages: 2, pfn: 1 })],
      writes: [0, 1],
      clearRefs: true,
      fork: false,
    },
    length: 4,
  },
  {
    property: 'I-FITS',
    says: 'a leaf is mapped only if its first page is touched first (vfio-align, v6.12)',
    on: 'v7.1',
    set: [setting('vfio-align', 'address')],
    alphabet: { ...BAR_2M, reads: [1] },
    length: 2,
  },
  {
    property: 'I-FITS',
    says: 'a driver has ->fault and no ->huge_fault, as until v6.11: PTEs, a page at a time',
    on: 'v7.1',
    patch: { vfio_maps_leaves: () => () => false },
    alphabet: BAR_1G,
    length: 2,
  },
  {
    property: 'I-DROP',
    says: 'a split drops the leaf where it is to make PTEs of it (split-pfnmap)',
    on: 'v7.1',
    with: [setting('split-pfnmap', 'smaller'), setting('split-pgprot', 'pte-clrhuge')],
    set: [setting('split-pfnmap', 'drops')],
    alphabet: { ...BAR_2M, munmaps: [PAGE0] },
    length: 3,
  },
  {
    property: 'I-RESERVE',
    says: 'a split frees the table in reserve, and allocates another one',
    on: 'v7.1',
    failuresMax: 1,
    with: DEPOSITS,
    patch: {
      __split_huge_pfnmap_pmd: (base) => (s, mm, slot, e) => {
        zap_deposited_table(s, mm, slot);
        allocates(base)(s, mm, slot, e);
      },
    },
    alphabet: { ...BAR_2M, munmaps: [PAGE0] },
    length: 3,
  },
  {
    property: 'walk-in-freed-table',
    says: 'a leaf takes the place of a PMD table that another thread has found (remap-in-fault, T3)',
    on: 'v7.1',
    geometry: { halfFaults: 1 },
    set: [setting('remap-in-fault', 'yes'), setting('remap-over-table', 'frees')],
    alphabet: { ...BAR_1G, halfFaults: [0], fork: false },
    length: 4,
  },
];
