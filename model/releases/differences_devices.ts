/** What the releases differ in where frames of devices are mapped: see differences.ts. */
import { ModelBug } from '../../checker/search/index.ts';
import { is_bar } from '../drivers/vfio_pci_core.ts';
import { UNCOUNTED_FSDAX } from '../fs/dax_uncounted.ts';
import type { Patch } from '../mm/kernel.ts';
import { insert_leaf, vmf_insert_pud } from '../mm/huge_memory_fault.ts';
import { pud_mkspecial } from '../mm/huge_memory_pud.ts';
import { NO_PAGE, normal_by_vma } from '../mm/memory.ts';
import { vmf_insert_mixed, vmf_insert_pfn } from '../mm/memory_insert.ts';
import { slot_of } from '../mm/pgtable.ts';
import { pmd_mkspecial } from '../mm/pgtable_generic.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { linear_pfn, vma_is_dax } from '../mm/vma.ts';
import type { Machine } from '../state/machine.ts';
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

/** CONFIG_ARCH_SUPPORTS_HUGE_PFNMAP: what is below it at PMD and PUD level depends on it. */
const selectedBy = (...archs: readonly Machine['arch'][]): Patch => ({
  configured: (base) => (machine) => {
    const made = base(machine);
    return archs.includes(made.arch) ? made : { ...made, pmdSpecial: false, pudSpecial: false };
  },
});

/** CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD of riscv: without it no PUD entry of user space is a leaf. */
const noPudLeavesOfRiscv: Patch = {
  configured: (base) => (machine) => {
    const made = base(machine);
    return made.arch === 'riscv' ? { ...made, pudLeaves: false, pudSpecial: false } : made;
  },
};

export const DEVICE_DIFFERENCES: readonly Difference[] = [
  {
    name: 'huge-special',
    avoids: true,
    says: 'which PMD and PUD leaves insert_pmd() and insert_pud() mark special',
    cites: '3c8e44c9b369 (v6.12); 6c88f72691f8, dbe54153296d (v6.15); c4297465d4ca, 02825c0925fb (v6.17)',
    at: history('none', { 'v6.12': 'frames', 'v6.15': 'folios-too', 'v6.17': 'frames' }),
    values: [
      now('frames', 'those of frames without struct page'),
      {
        value: 'folios-too',
        says: 'those of counted folios as well (v6.15, v6.16)',
        patch: {
          insert_pmd_entry: (base) => (s, mm, pfn, prot, fop) => pmd_mkspecial(s, base(s, mm, pfn, prot, fop)),
          insert_pud_entry: (base) => (s, mm, pfn, prot, fop) => pud_mkspecial(s, base(s, mm, pfn, prot, fop)),
        },
      },
      {
        value: 'none',
        says: 'none, bit or no bit (until v6.11)',
        patch: {
          insert_pmd_entry: (base) => (s, mm, pfn, prot, fop) => Pmd.mkSpecial(base(s, mm, pfn, prot, fop), 0),
          insert_pud_entry: (base) => (s, mm, pfn, prot, fop) => Pud.mkSpecial(base(s, mm, pfn, prot, fop), 0),
        },
      },
    ],
  },
  {
    name: 'huge-pfnmap-archs',
    avoids: true,
    says: 'which architectures select ARCH_SUPPORTS_HUGE_PFNMAP: elsewhere no PMD or PUD entry has a special bit',
    cites:
      'arch/*/Kconfig: 75182022a043 (x86), 3e509c9b03f9 (arm64; v6.12), riscv (not in v6.14, in 6.16.3), d1503aa9ab80 ' +
      '(powerpc book3s64, hash MMU included; v7.1); neither s390 nor loongarch in 7.3.4',
    at: history('none', { 'v6.12': 'arm64', 'v6.17': 'riscv', 'v7.1': 'powerpc' }),
    values: [
      now('powerpc', 'x86, arm64, riscv and powerpc book3s64'),
      { value: 'riscv', says: 'x86, arm64 and riscv', patch: selectedBy('x86', 'arm64', 'riscv') },
      { value: 'arm64', says: 'x86 and arm64', patch: selectedBy('x86', 'arm64') },
      { value: 'x86', says: 'x86', patch: selectedBy('x86') },
      { value: 'none', says: 'none', patch: selectedBy() },
    ],
  },
  {
    name: 'pud-leaf-archs',
    avoids: true,
    says: 'whether riscv selects HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD: without it no PUD entry of user space is a leaf',
    cites:
      'arch/riscv/Kconfig: not in 6.12.117, in 6.18.44; taken to have come with ARCH_SUPPORTS_HUGE_PFNMAP. x86_64 and powerpc book3s64 select it in all, ' +
      'arm64, s390 and loongarch in none',
    at: history('powerpc', { 'v6.17': 'riscv' }),
    values: [
      now('riscv', 'x86_64, powerpc book3s64 and riscv'),
      { value: 'powerpc', says: 'x86_64 and powerpc book3s64', patch: noPudLeavesOfRiscv },
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
    at: history('address', { 'v6.15': 'rounded' }, { 'v6.12.117': 'rounded' }),
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
    name: 'thp-policy-pfnmap',
    says: 'whether THP policy (sysfs) decides if a fault of VM_PFNMAP tries leaves',
    cites:
      '"mm/huge_memory: bypass THP tuneables for huge pfnmap mappings" (v7.3, 6.12.115); v6.12 mm/huge_memory.c ' +
      '__thp_vma_allowable_orders() as released, 6.12.117 vma_file_bypass_thp_tuneables()',
    at: history('gates', { 'v7.3': 'bypassed' }, { 'v6.12.117': 'bypassed' }),
    values: [
      now('gates', 'as for the page cache: "never" means PTEs'),
      {
        value: 'bypassed',
        says: 'with ->huge_fault it is not asked',
        patch: {
          thp_policy_allows: (base) => (s, vma) => (Vma.pfnmap(vma) === 1 && Vma.hugeFault(vma) === 1) || base(s, vma),
        },
      },
    ],
  },
  {
    name: 'dax-counted',
    avoids: true,
    says: 'whether mappings of device memory are counted (reference, rmap, rss), and a page of FS-DAX is idle at 0 (T12, T14)',
    cites: '38607c62b34b, dbe54153296d, 6c88f72691f8 (v6.15)',
    at: history('no', { 'v6.15': 'yes' }),
    values: [
      now('yes', 'like those of any file'),
      { value: 'no', says: 'not at all; leaves are marked devmap', patch: uncountedDax },
    ],
  },
  {
    name: 'pud-cache-mode',
    says: 'which cache mode vmf_insert_pfn_pud() gives a leaf',
    cites:
      '09fefdca80ae "mm/huge_memory: don\'t ignore queried cachemode in vmf_insert_pfn_pud()" (v6.17; read in 6.16.3, not ' +
      'in 6.12.117)',
    at: history('vma', { 'v6.17': 'memtype' }),
    values: [
      now('memtype', 'the one for which its frames are reserved'),
      {
        value: 'vma',
        says: 'that of the VMA: what was looked up is forgotten',
        patch: { insert_pud_uses_memtype: () => () => false },
      },
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
