/** What the releases differ in where frames of devices are mapped: see differences.ts. */
import { ModelBug } from '../../checker/search/index.ts';
import { UNCOUNTED_FSDAX } from '../fs/dax_uncounted.ts';
import type { Patch } from '../mm/kernel.ts';
import { insert_leaf, vmf_insert_pud } from '../mm/huge_memory_fault.ts';
import { NO_PAGE, normal_by_vma } from '../mm/memory.ts';
import { vmf_insert_mixed, vmf_insert_pfn } from '../mm/memory_insert.ts';
import { slot_of } from '../mm/pgtable.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { linear_pfn, vma_is_dax } from '../mm/vma.ts';
import { Pmd, Pud, Result, Vma, VmaKind } from '../state/mm_types.ts';
import { type Difference, history, now } from './releases.ts';

/** Device memory before v6.15: entries are marked devmap, and nothing is counted when they come and go. */
const uncountedDax: Patch = {
  ...UNCOUNTED_FSDAX,
  inserts_folio_leaves: () => () => false,
  dax_insert: () => (s, mm, vmaRow, page, pfn, level, write) => {
    const vma = s.vma.at(vmaRow);
    // At PTE level devmap implies special.
    if (level === 'PTE') return vmf_insert_mixed(s, mm, vma, page, pfn);
    return level === 'PMD'
      ? insert_leaf(s, mm, vma, slot_of(s.geometry, page), pfn, write, 'devmap')
      : vmf_insert_pud(s, mm, vma, page, pfn, write, 'devmap');
  },
  vma_is_special_huge: (base) => (vma) => vma_is_dax(vma) || base(vma),
  vm_normal_page_pmd: (base) => (s, vma, page, e) => (Pmd.devmap(e) === 1 ? NO_PAGE : base(s, vma, page, e)),
  vm_normal_page_pud: (base) => (s, vma, page, e) => (Pud.devmap(e) === 1 ? NO_PAGE : base(s, vma, page, e)),
  zap_normal_pud: () => () => {
    throw new ModelBug('BUG(normal-pud)', 'zap_huge_pud() meets a leaf that is neither of a device nor special');
  },
};

/** A VMA of vfio: the other driver of a device has ->pfn_mkwrite. */
const is_bar = (vma: Vma): boolean => Vma.kind(vma) === VmaKind.device && Vma.pfnMkwrite(vma) === 0;

/** d71a989cf5d9 (v6.10): one fault maps every page of the VMA, and there are no leaves. */
const wholeVma: Patch = {
  driver_fault: (base) => (s, mm, vmaRow, page, write) => {
    const vma = s.vma.at(vmaRow);
    if (!is_bar(vma)) return base(s, mm, vmaRow, page, write);
    if (s.memoryDisabled.at(0) === 1) return Result.SIGBUS;
    for (let at = Vma.start(vma); at < Vma.end(vma); at++) {
      const error = vmf_insert_pfn(s, mm, vma, at, linear_pfn(vma, at));
      if (error !== Result.ok) return error;
    }
    return Result.ok;
  },
  driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) =>
    is_bar(s.vma.at(vmaRow)) ? FALLBACK : base(s, mm, vmaRow, page, level, write),
};

export const DEVICE_DIFFERENCES: readonly Difference[] = [
  {
    name: 'huge-special',
    avoids: true,
    says: 'which PMD and PUD leaves insert_pmd() and insert_pud() mark special',
    cites: '3c8e44c9b369 (v6.12); 6c88f72691f8, dbe54153296d (v6.15); c4297465d4ca, 02825c0925fb (v6.17)',
    at: history('none', { 'v6.12': 'frames' }),
    values: [
      now('frames', 'those of frames without struct page'),
      {
        value: 'folios-too',
        says: 'those of counted folios as well (v6.15, v6.16)',
        patch: {
          insert_pmd_entry: (base) => (s, mm, pfn, prot, fop) => Pmd.mkSpecial(base(s, mm, pfn, prot, fop), 1),
          insert_pud_entry: (base) => (s, mm, pfn, prot, fop) => Pud.mkSpecial(base(s, mm, pfn, prot, fop), 1),
        },
      },
      {
        value: 'none',
        says: 'there is no such bit above PTEs',
        patch: { configured: (base) => (machine) => ({ ...base(machine), hugeSpecial: false }) },
      },
    ],
  },
  {
    name: 'hash-huge-pfnmap',
    avoids: true,
    says: "whether powerpc's hash MMU has special leaves (ARCH_SUPPORTS_HUGE_PFNMAP)",
    cites: 'd1503aa9ab80 (v7.1)',
    at: history('no', { 'v7.1': 'yes' }),
    values: [
      now('yes', 'it has, as radix has'),
      {
        value: 'no',
        says: 'a BAR is mapped by PTEs there',
        patch: {
          configured: (base) => (machine) => {
            const made = base(machine);
            return made.depositsPer === 'slot' ? { ...made, hugeSpecial: false } : made;
          },
        },
      },
    ],
  },
  {
    name: 'pud-order',
    avoids: true,
    says: 'which VMAs are offered PUD leaves',
    cites: '5dd40721f147 "mm: allow THP orders for PFNMAPs" (v6.12)',
    at: history('dax', { 'v6.12': 'special' }),
    values: [
      now('special', 'DAX, VM_PFNMAP and VM_MIXEDMAP'),
      {
        value: 'dax',
        says: 'DAX only',
        patch: {
          thp_vma_allowable_order: (base) => (s, vma, level) =>
            base(s, vma, level) && (level === 'PMD' || Vma.kind(vma) === VmaKind.dax),
        },
      },
    ],
  },
  {
    name: 'normal-page-pmd',
    says: 'what tells vm_normal_page_pmd() and its PUD twin that a leaf has no struct page',
    cites: '10d83d7781a8 (v6.12); "mm: vm_normal_page*() improvements", 2025-08-11 (v6.18)',
    at: history('vma', { 'v6.12': 'special-or-vma', 'v6.18': 'special' }),
    values: [
      now('special', 'the special bit alone, where there is one'),
      {
        value: 'special-or-vma',
        says: 'the special bit, else the flags of the VMA',
        patch: {
          vm_normal_page_pmd: () => (s, vma, page, e) =>
            Pmd.special(e) === 1 ? NO_PAGE : normal_by_vma(s, vma, Pmd.pfn(e), page),
        },
      },
      {
        value: 'vma',
        says: 'the flags of the VMA',
        patch: { vm_normal_page_pmd: () => (s, vma, page, e) => normal_by_vma(s, vma, Pmd.pfn(e), page) },
      },
    ],
  },
  {
    name: 'fork-special-pmd',
    says: 'whether fork copies PMD leaves of VM_PFNMAP',
    cites: 'bc02afbd4d73 "mm/fork: accept huge pfnmap entries" (v6.12)',
    at: history('skips', { 'v6.12': 'copies' }),
    values: [
      now('copies', 'as they are'),
      { value: 'skips', says: 'a fault of the child brings them back', patch: { copy_as_special: () => () => false } },
    ],
  },
  {
    name: 'fork-pud-write',
    says: 'from which PUD leaves fork takes the right to write',
    cites: 'bc02afbd4d73 "mm/fork: accept huge pfnmap entries" (v6.12)',
    at: history('all', { 'v6.12': 'cow' }),
    values: [
      now('cow', 'those of private mappings'),
      { value: 'all', says: 'all, in parent and child', patch: { copy_protects_pud: () => () => true } },
    ],
  },
  {
    name: 'mprotect-pud',
    says: 'what mprotect() does with a PUD leaf',
    cites: 'cb0f01beb166 "mm/mprotect: fix dax pud handlings" (v6.12)',
    at: history('bad', { 'v6.12': 'changes' }),
    values: [
      now('changes', 'change_huge_pud(), or a split where it changes in part'),
      {
        value: 'bad',
        says: 'pud_none_or_clear_bad() takes it for a bad entry',
        patch: {
          change_pud_leaf: () => (s, mm, _vma, pud) => {
            throw new ModelBug('bad-pud', `change_pud_range() meets ${Pud.show(s.pud.at(mm * s.geometry.puds + pud))}`);
          },
        },
      },
    ],
  },
  {
    name: 'vfio-fault',
    avoids: true,
    says: 'what one fault on a BAR maps',
    cites: 'd71a989cf5d9 (v6.10); f9e54c3a2f5b "vfio/pci: implement huge_fault support" (v6.12)',
    at: history('whole-vma', { 'v6.12': 'one-leaf' }),
    values: [
      now('one-leaf', 'one leaf of the size asked for'),
      { value: 'whole-vma', says: 'the VMA, by PTEs', patch: wholeVma },
    ],
  },
  {
    name: 'vfio-align',
    says: "which leaves vfio's handler installs",
    cites:
      'f9e54c3a2f5b (v6.12); "vfio/pci: Fallback huge faults for unaligned pfn" (v6.13, 6.12.10); c1d9dac0db16 (v6.15, 6.12.29)',
    at: history('address', { 'v6.18': 'rounded' }, { 'v6.12.117': 'rounded' }),
    values: [
      now('rounded', 'those around the address whose frame is aligned'),
      {
        value: 'address-and-frame',
        says: 'where the address itself and the frame are aligned',
        patch: {
          vfio_is_aligned: (base) => (s, vma, page, pages) => page % pages === 0 && base(s, vma, page, pages),
        },
      },
      {
        value: 'address',
        says: 'where the address itself is aligned',
        patch: {
          vfio_is_aligned: () => (_s, vma, page, pages) => page % pages === 0 && page + pages <= Vma.end(vma),
        },
      },
    ],
  },
  {
    name: 'dax-counted',
    avoids: true,
    says: 'whether mappings of device memory are counted (reference, rmap, rss), and a page of FS-DAX is idle at 0 (T12, T14)',
    cites: '38607c62b34b, dbe54153296d, 6c88f72691f8 (v6.15)',
    at: history('no', { 'v6.18': 'yes' }),
    values: [
      now('yes', 'like those of any file'),
      { value: 'no', says: 'not at all; leaves are marked devmap', patch: uncountedDax },
    ],
  },
  {
    name: 'gup-fast-special',
    says: 'whether gup-fast looks at the special bit of PMD and PUD leaves',
    cites: 'ae3c99e650da "mm/gup: detect huge pfnmap entries in gup-fast" (v6.12)',
    at: history('no', { 'v6.12': 'yes' }),
    values: [
      now('yes', 'and gives up'),
      { value: 'no', says: 'it takes the frame for a page', patch: { gup_fast_checks_special: () => () => false } },
    ],
  },
];
