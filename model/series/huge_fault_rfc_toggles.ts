/**
 * What "[RFC] Huge remap_pfn_range for vfio-pci" (early 2024) and its discussion left open, one toggle each: the first value of each
 * is what the kernel took, ->huge_fault with an order; the others mend nothing. Applied behind all others.
 */
import type { Kernel, Patch } from '../mm/kernel.ts';
import { EARLY_FAULT, EARLY_WP, is_hugepfnmap, PTES, REFUSES, WALKS } from './early_fault.ts';
import { overTables, REMAP_IN_FAULT } from './remap_in_fault.ts';
import { PMD_TO_PTES, PUD_TO_PMDS } from './split_to_leaves.ts';
import { Vma } from '../state/mm_types.ts';
import { asItIs, type Toggle } from './toggles.ts';

const RFC = '"[RFC] Huge remap_pfn_range for vfio-pci", 2024';

/** vfio-pci takes private mappings, and frames may be inserted into them at some levels; a write of such a mapping is for the core. */
const inCow = (levels: Kernel['pfnmap_may_be_cow']): Patch => ({
  vfio_maps_private: () => () => true,
  pfnmap_may_be_cow: () => levels,
  vfio_passes_write: (base) => (s, vma) => base(s, vma) && Vma.shared(vma) === 1,
});

export const HUGE_FAULT_RFC_TOGGLES: readonly Toggle[] = [
  {
    name: 'hugepfnmap-fault',
    avoids: true,
    says: 'T1: VM_HUGEPFNMAP has ->fault called before the lower table is made',
    cites: `${RFC}: "Add a VM_HUGEPFNMAP VMA flag"`,
    values: [
      asItIs('no', '->huge_fault is called there, with an order'),
      {
        value: 'early',
        says: '->fault is, without an order; its answer is final, and it maps the largest leaf that the frame allows',
        patch: EARLY_FAULT,
      },
    ],
  },
  {
    name: 'hugepfnmap-handler',
    avoids: true,
    says: 'T1: what ->fault makes of an early call; no mail says',
    cites: `${RFC}; drivers/vfio/pci/vfio_pci_core.c`,
    values: [
      asItIs('largest', 'the largest leaf that address, frame and VMA allow'),
      { value: 'refuses', says: 'a PUD leaf, or SIGBUS where none fits', patch: REFUSES },
      { value: 'ptes', says: 'PTEs', patch: PTES },
      { value: 'walks', says: 'it walks the page tables to find out what fits', patch: WALKS },
    ],
  },
  {
    name: 'hugepfnmap-wp',
    avoids: true,
    says: 'T1: whether a write to a read-only leaf calls ->fault early, too',
    cites: `${RFC}; v7.1 mm/memory.c wp_huge_pud(), wp_huge_pmd()`,
    values: [
      asItIs('no', 'without ->huge_fault the leaf is split'),
      { value: 'yes', says: '->fault may make it writable', patch: EARLY_WP },
    ],
  },
  {
    name: 'hugepfn-fault',
    avoids: true,
    says: 'T2: a vm_ops->hugepfn_fault of its own',
    cites: `${RFC}: "Add a vm_ops->hugepfn_fault"`,
    values: [
      asItIs('no', '->huge_fault, behind thp_vma_allowable_order()'),
      {
        value: 'yes',
        says: 'called in the same places, and THP policy is not asked',
        patch: { thp_policy_allows: (base) => (s, vma) => is_hugepfnmap(vma) || base(s, vma) },
      },
    ],
  },
  {
    name: 'remap-in-fault',
    avoids: true,
    says: 'T3: ->fault calls a remap_pfn_range() that overwrites PUD and PMD slots',
    cites: `${RFC}: "let remap_pfn_range overwrite existing PUDs/PMDS"`,
    values: [
      asItIs('no', 'remap_pfn_range() maps PTEs, and is called by ->mmap'),
      { value: 'yes', says: 'it maps the largest leaf that fits; there is no ->huge_fault', patch: REMAP_IN_FAULT },
    ],
  },
  {
    name: 'remap-over-table',
    avoids: true,
    says: 'T3: what becomes of the tables that such a leaf takes the place of; no mail says',
    cites: `${RFC}; v7.1 mm/memory.c free_pmd_range(), mm_dec_nr_pmds()`,
    values: [
      asItIs('refused', 'there is a table: no leaf'),
      { value: 'leaks', says: 'nothing: the entry is overwritten', patch: overTables('leaks') },
      {
        value: 'uncounted',
        says: 'they are freed, and pgtables_bytes does not hear of it',
        patch: overTables('uncounted'),
      },
      { value: 'frees', says: 'they are freed, and counted', patch: overTables('frees') },
    ],
  },
  {
    name: 'cow-pfnmap',
    avoids: true,
    says: 'T4: at which levels frames may be inserted in a private mapping',
    cites: `${RFC} ("keep the existing small mapping behavior for CoW VMAs"); v7.1 mm/huge_memory.c vmf_insert_pfn_pmd() (BUG_ON())`,
    values: [
      asItIs('bug', 'at none: BUG_ON(), and vfio refuses to be mapped so'),
      { value: 'leaves', says: 'as leaves', patch: inCow((_s, level) => level !== 'PTE') },
      { value: 'any-level', says: 'as leaves and as PTEs', patch: inCow(() => true) },
      {
        value: 'written',
        says: 'as leaves and as PTEs, and the handler passes on that a fault is a write',
        patch: { ...inCow(() => true), vfio_passes_write: () => () => true },
      },
    ],
  },
  {
    name: 'leaf-marks',
    avoids: true,
    says: 'T6: what tells a leaf of frames from one of pages',
    cites: '3c8e44c9b369, ae3c99e650da, 10d83d7781a8 (v6.12), "mm: Support huge pfnmaps" without them',
    values: [
      asItIs('special', 'the special bit'),
      {
        value: 'vma',
        says: 'the flags of its VMA, which gup-fast does not see',
        patch: {
          configured: (base) => (machine) => ({ ...base(machine), pmdSpecial: false, pudSpecial: false }),
          vfio_maps_leaves: () => () => true,
        },
      },
    ],
  },
  {
    name: 'split-pfnmap',
    avoids: true,
    says: 'T7: what a split makes of a leaf of VM_PFNMAP',
    cites: 'v7.1 mm/huge_memory.c __split_huge_pmd_locked(), __split_huge_pud_locked()',
    values: [
      asItIs('drops', 'nothing: a fault brings it back'),
      {
        value: 'smaller',
        says: 'PMD leaves of a PUD leaf, PTEs of a PMD leaf, in a table that is allocated then',
        patch: { ...PUD_TO_PMDS, ...PMD_TO_PTES },
      },
    ],
  },
  {
    name: 'lookup-result',
    avoids: true,
    says: 'T5: what a look-up of a frame returns',
    cites: `${RFC} ("a new interface which just yields those bits, instead of the actual PTE"); v7.1 mm/memory.c follow_pfnmap_start()`,
    values: [
      asItIs('locked', 'values, and the lock of the entry until follow_pfnmap_end()'),
      { value: 'values', says: 'T5a: values, and no lock', patch: { lookup_result: () => () => 'values' } },
      {
        value: 'entry',
        says: 'T5b: the entry and its level, and no lock: it is read where it is used',
        patch: { lookup_result: () => () => 'the entry' },
      },
    ],
  },
];
