/**
 * What the releases differ in, as far as modelled: one entry for each function that changed its behaviour, with the
 * value that each release has. The first value of each is that of v7.1, whose functions stand in model/mm; every other
 * value replaces them. v6.12 is v6.12.117 and carries the fixes of its stable series.
 */
import type { Patch, Sys } from '../mm/kernel.ts';
import { FALLBACK } from '../mm/vm_fault.ts';
import { insert_leaf, vmf_insert_pud } from '../mm/huge_memory_fault.ts';
import { is_huge_zero_pfn, is_huge_zero_pmd } from '../mm/huge_memory_zero.ts';
import { split_huge_pmd } from '../mm/huge_memory_split.ts';
import { NO_PAGE } from '../mm/memory.ts';
import { vmf_insert_mixed, vmf_insert_pfn } from '../mm/memory_insert.ts';
import { pfn_valid } from '../mm/page_flags.ts';
import { folio_put } from '../mm/page_ref.ts';
import { is_pmd_migration_entry, slot_of } from '../mm/pgtable.ts';
import { is_cow_mapping, linear_pfn } from '../mm/vma.ts';
import { add_mm_counter, mm_counter } from '../mm/vmstat.ts';
import type { Toggle, ToggleValue } from '../series/toggles.ts';
import { Pmd, Pud, Result, Vma, VmaKind } from '../state/mm_types.ts';
import { ModelBug } from '../../checker/search/index.ts';

export const RELEASES = ['v7.1', 'v6.18', 'v6.12', 'v6.11'] as const;
export type Release = (typeof RELEASES)[number];

export const RELEASE_NOTES: Readonly<Record<Release, { readonly says: string; readonly cites: string }>> = {
  'v7.1': {
    says: 'Linux v7.1: huge pfnmaps come from ->huge_fault only; zap_huge_pmd() asks the entry for its folio',
    cites: 'v7.1.5, mm/huge_memory.c, mm/memory.c, mm/mremap.c, mm/mprotect.c, mm/pgtable-generic.c, mm/rmap.c',
  },
  'v6.18': {
    says: 'Linux v6.18: device memory is counted, large folios know their owners, one vm_normal_page() for all levels',
    cites: 'v6.18.2, mm/huge_memory.c, mm/memory.c, mm/rmap.c, fs/dax.c',
  },
  'v6.12': {
    says: 'Linux v6.12: the first with huge pfnmaps; device memory is mapped by devmap entries and not counted',
    cites: 'v6.12.117, mm/huge_memory.c, mm/memory.c, mm/rmap.c, mm/mprotect.c, drivers/vfio/pci/vfio_pci_core.c',
  },
  'v6.11': {
    says: 'Linux v6.11: no special bit above PTEs, a BAR is mapped by PTEs; the base of "mm: Support huge pfnmaps"',
    cites: 'torvalds/linux at cb0f01beb166 and before, mm/huge_memory.c, mm/memory.c, mm/mprotect.c',
  },
};

/** A toggle whose value is a fact of each release. All of them were read in source. */
export interface Difference extends Toggle {
  readonly at: Readonly<Record<Release, string>>;
}

const now = (value: string, says: string): ToggleValue => ({ value, says, patch: {} });

/** What the VMA says of a frame where the entry says nothing: the rule of vm_normal_page_pmd() until v6.17. */
const normal_by_vma = (s: Sys, vma: Vma, pfn: number, page: number): number => {
  if (Vma.mixedmap(vma) === 1) return pfn_valid(s, pfn) ? pfn : NO_PAGE;
  if (Vma.pfnmap(vma) === 1 && (!is_cow_mapping(vma) || pfn === linear_pfn(vma, page))) return NO_PAGE;
  return is_huge_zero_pfn(s, pfn) ? NO_PAGE : pfn;
};

/** Device memory before v6.15: entries are marked devmap, and nothing is counted when they come and go. */
const uncountedDax: Patch = {
  inserts_folio_leaves: () => () => false,
  dax_insert: () => (s, mm, vmaRow, page, pfn, level, write) => {
    const vma = s.vma.at(vmaRow);
    // At PTE level devmap implies special.
    if (level === 'PTE') return vmf_insert_mixed(s, mm, vma, page, pfn);
    return level === 'PMD'
      ? insert_leaf(s, mm, vma, slot_of(s.geometry, page), pfn, write, 'devmap')
      : vmf_insert_pud(s, mm, vma, page, pfn, write, 'devmap');
  },
  vma_is_special_huge: (base) => (vma) => Vma.kind(vma) === VmaKind.dax || base(vma),
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
    if (Vma.kind(vma) !== VmaKind.device) return base(s, mm, vmaRow, page, write);
    if (s.memoryDisabled.at(0) === 1) return Result.SIGBUS;
    for (let at = Vma.start(vma); at < Vma.end(vma); at++) {
      const error = vmf_insert_pfn(s, mm, vma, at, linear_pfn(vma, at));
      if (error !== Result.ok) return error;
    }
    return Result.ok;
  },
  driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) =>
    Vma.kind(s.vma.at(vmaRow)) === VmaKind.device ? FALLBACK : base(s, mm, vmaRow, page, level, write),
};

export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'huge-special',
    says: 'which PMD and PUD leaves insert_pmd() and insert_pud() mark special',
    cites: '3c8e44c9b369 (v6.12); 6c88f72691f8, dbe54153296d (v6.15); c4297465d4ca, 02825c0925fb (v6.17)',
    at: { 'v7.1': 'frames', 'v6.18': 'frames', 'v6.12': 'frames', 'v6.11': 'none' },
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
    name: 'pud-order',
    says: 'which VMAs are offered PUD leaves',
    cites: '5dd40721f147 "mm: allow THP orders for PFNMAPs" (v6.12)',
    at: { 'v7.1': 'special', 'v6.18': 'special', 'v6.12': 'special', 'v6.11': 'dax' },
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
    at: { 'v7.1': 'special', 'v6.18': 'special', 'v6.12': 'special-or-vma', 'v6.11': 'vma' },
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
    at: { 'v7.1': 'copies', 'v6.18': 'copies', 'v6.12': 'copies', 'v6.11': 'skips' },
    values: [
      now('copies', 'as they are'),
      { value: 'skips', says: 'a fault of the child brings them back', patch: { copy_as_special: () => () => false } },
    ],
  },
  {
    name: 'fork-pud-write',
    says: 'from which PUD leaves fork takes the right to write',
    cites: 'bc02afbd4d73 "mm/fork: accept huge pfnmap entries" (v6.12)',
    at: { 'v7.1': 'cow', 'v6.18': 'cow', 'v6.12': 'cow', 'v6.11': 'all' },
    values: [
      now('cow', 'those of private mappings'),
      { value: 'all', says: 'all, in parent and child', patch: { copy_protects_pud: () => () => true } },
    ],
  },
  {
    name: 'mprotect-pud',
    says: 'what mprotect() does with a PUD leaf',
    cites: 'cb0f01beb166 "mm/mprotect: fix dax pud handlings" (v6.12)',
    at: { 'v7.1': 'changes', 'v6.18': 'changes', 'v6.12': 'changes', 'v6.11': 'bad' },
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
    says: 'what one fault on a BAR maps',
    cites: 'd71a989cf5d9 (v6.10); f9e54c3a2f5b "vfio/pci: implement huge_fault support" (v6.12)',
    at: { 'v7.1': 'one-leaf', 'v6.18': 'one-leaf', 'v6.12': 'one-leaf', 'v6.11': 'whole-vma' },
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
    at: { 'v7.1': 'rounded', 'v6.18': 'rounded', 'v6.12': 'rounded', 'v6.11': 'rounded' },
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
    says: 'whether mappings of device memory are counted: reference, rmap, rss',
    cites: '38607c62b34b, dbe54153296d, 6c88f72691f8 (v6.15)',
    at: { 'v7.1': 'yes', 'v6.18': 'yes', 'v6.12': 'no', 'v6.11': 'no' },
    values: [
      now('yes', 'like those of any file'),
      { value: 'no', says: 'not at all; leaves are marked devmap', patch: uncountedDax },
    ],
  },
  {
    name: 'zap-pmd-by',
    says: 'what tells zap_huge_pmd() that a leaf has no folio',
    cites: '"mm: zap_huge_pmd() rework", 2026-03 (v7.1): normal_or_softleaf_folio_pmd(), has_deposited_pgtable()',
    at: { 'v7.1': 'entry', 'v6.18': 'vma', 'v6.12': 'vma', 'v6.11': 'vma' },
    values: [
      now('entry', 'the entry'),
      {
        value: 'vma',
        says: 'the VMA: vma_is_special_huge()',
        patch: {
          zap_counts_pmd: () => (s, vma, _slot, e) =>
            !s.kernel.vma_is_special_huge(vma) && (is_pmd_migration_entry(e) || !is_huge_zero_pmd(s, e)),
        },
      },
    ],
  },
  {
    name: 'split-counter',
    says: "in which order the split of a file's leaf lets its reference and its counter go",
    cites: '8d878059924f "mm/huge_memory: update file PMD counter before folio_put()" (v7.1, 6.12 stable)',
    at: { 'v7.1': 'first', 'v6.18': 'last', 'v6.12': 'first', 'v6.11': 'last' },
    values: [
      now('first', 'the counter, then the reference'),
      {
        value: 'last',
        says: 'the reference first: the folio may be gone when it is asked for its counter',
        patch: {
          split_file_counts: () => (s, mm, pfn, present) => {
            if (present) folio_put(s, pfn);
            add_mm_counter(s, mm, mm_counter(s, pfn), -s.geometry.ptrsPerPte);
          },
        },
      },
    ],
  },
  {
    name: 'huge-zero-special',
    says: 'whether a leaf of the huge zero folio is special',
    cites: 'd82d09e48219 (v6.18)',
    at: { 'v7.1': 'yes', 'v6.18': 'yes', 'v6.12': 'no', 'v6.11': 'no' },
    values: [
      now('yes', 'it is'),
      { value: 'no', says: 'it is told by its frame', patch: { huge_zero_is_special: () => () => false } },
    ],
  },
  {
    name: 'huge-zero-write',
    says: 'what a write to the huge zero folio gives',
    cites: '"mm: allocate THP on hugezeropage wp-fault" (v6.13)',
    at: { 'v7.1': 'thp', 'v6.18': 'thp', 'v6.12': 'split', 'v6.11': 'split' },
    values: [
      now('thp', 'a new huge page, if there is one'),
      {
        value: 'split',
        says: 'zero pages, one of which is copied',
        patch: {
          do_huge_zero_wp_pmd: () => (s, mm, vma, slot) => {
            split_huge_pmd(s, mm, vma, slot);
            return FALLBACK;
          },
        },
      },
    ],
  },
  {
    name: 'folio-owners',
    says: 'whether large folios remember who maps them (CONFIG_MM_ID), and may do without mapcounts of their pages',
    cites: '"mm: MM owner tracking for large folios", 2025-03 (v6.15)',
    at: { 'v7.1': 'as-configured', 'v6.18': 'as-configured', 'v6.12': 'no', 'v6.11': 'no' },
    values: [
      now('as-configured', 'CONFIG_MM_ID, CONFIG_NO_PAGE_MAPCOUNT'),
      {
        value: 'no',
        says: 'neither option exists',
        patch: { configured: (base) => (machine) => ({ ...base(machine), mmId: false, pageMapcount: true }) },
      },
    ],
  },
  {
    name: 'fault-maps',
    says: 'of which files a fault maps the whole folio by PTEs',
    cites:
      'finish_fault(): "mm: memory: extend finish_fault() to support large folio" (v6.11), and for any file (v6.15)',
    at: { 'v7.1': 'files', 'v6.18': 'files', 'v6.12': 'shmem', 'v6.11': 'shmem' },
    values: [
      now('files', 'all, as far as VMA and page table reach'),
      {
        value: 'shmem',
        says: 'anonymous shmem; one page of others',
        patch: { fault_maps_folio: () => (_s, vma) => Vma.kind(vma) === VmaKind.shmem },
      },
    ],
  },
  {
    name: 'pmd-modify-dirty',
    says: 'whether pmd_modify() of x86 keeps the dirty bit of a writable leaf',
    cites:
      'arch/x86/include/asm/pgtable.h pmd_modify(); _HPAGE_CHG_MASK without _PAGE_DIRTY in v6.12 .. v7.1.5, with it in 6.12.117',
    at: { 'v7.1': 'drops', 'v6.18': 'drops', 'v6.12': 'keeps', 'v6.11': 'drops' },
    values: [
      now('drops', 'it is lost'),
      {
        value: 'keeps',
        says: 'it stays, as in a PTE',
        patch: { pmd_modify: (base) => (e, prot) => Pmd.mkDirty(base(e, prot), Pmd.dirty(e)) },
      },
    ],
  },
  {
    name: 'gup-fast-special',
    says: 'whether gup-fast looks at the special bit of PMD and PUD leaves',
    cites: 'ae3c99e650da "mm/gup: detect huge pfnmap entries in gup-fast" (v6.12)',
    at: { 'v7.1': 'yes', 'v6.18': 'yes', 'v6.12': 'yes', 'v6.11': 'no' },
    values: [
      now('yes', 'and gives up'),
      { value: 'no', says: 'it takes the frame for a page', patch: { gup_fast_checks_special: () => () => false } },
    ],
  },
  {
    name: 'lazyfree-restore',
    says: 'what try_to_unmap() puts back where pages that MADV_FREE had given up cannot be dropped',
    cites: '29f40594a281 "mm/rmap: fix incorrect pte restoration for lazyfree folios" (v7.0); 354dffd29575 (v6.15)',
    at: { 'v7.1': 'each', 'v6.18': 'batch', 'v6.12': 'each', 'v6.11': 'each' },
    values: [
      now('each', 'each PTE as it was'),
      {
        value: 'batch',
        says: 'PTEs that are taken together, all with the write bit of the first',
        patch: { unmap_batch_respects_write: () => () => false },
      },
    ],
  },
  {
    name: 'truncate-unsplit',
    says: 'whether truncation unmaps a folio across the new end that it cannot split',
    cites: 'mm/truncate.c truncate_inode_partial_folio() (v6.18, and stable series)',
    at: { 'v7.1': 'yes', 'v6.18': 'yes', 'v6.12': 'yes', 'v6.11': 'no' },
    values: [
      now('yes', 'it does; PTEs come back by faults'),
      { value: 'no', says: 'its pages stay mapped', patch: { truncate_unmaps_unsplit: () => () => false } },
    ],
  },
  {
    name: 'pt-reclaim',
    says: 'whether MADV_DONTNEED frees PTE tables that it has emptied (CONFIG_PT_RECLAIM)',
    cites: '"mm: pgtable: reclaim empty PTE page in madvise(MADV_DONTNEED)" (v6.14)',
    at: { 'v7.1': 'yes', 'v6.18': 'yes', 'v6.12': 'no', 'v6.11': 'no' },
    values: [
      now('yes', 'it does'),
      { value: 'no', says: 'they stay, empty', patch: { reclaims_empty_tables: () => () => false } },
    ],
  },
  {
    name: 'migrate-split-walk',
    says: 'what try_to_migrate() does once it has split the leaf of one process, so that the folio can be split',
    cites: '939080834fef (v7.0), mm/rmap.c try_to_migrate_one(); 60fbb14396d5',
    at: { 'v7.1': 'goes-on', 'v6.18': 'ends', 'v6.12': 'goes-on', 'v6.11': 'goes-on' },
    values: [
      now('goes-on', 'it goes on: other processes may map the folio'),
      {
        value: 'ends',
        says: 'the walk ends, as if the split had failed',
        patch: { split_pmd_ends_walk: () => () => true },
      },
    ],
  },
  {
    name: 'uffd-move-zero',
    says: 'how a leaf of the huge zero folio arrives after UFFDIO_MOVE',
    cites: 'fae654083bfa (v7.0), mm/huge_memory.c move_pages_huge_pmd(); e3981db444a0, d82d09e48219 (v6.18)',
    at: { 'v7.1': 'special', 'v6.18': 'normal', 'v6.12': 'special', 'v6.11': 'special' },
    values: [
      now('special', 'as every leaf of that folio'),
      {
        value: 'normal',
        says: 'made anew from the folio, without the special bit',
        patch: { moved_zero_pmd: () => (_s, e) => Pmd.mkSpecial(e, 0) },
      },
    ],
  },
];

/** The differences that a release has from v7.1, as settings of these toggles. */
export const settingsOf = (
  release: Release,
): readonly { readonly toggle: string; readonly value: string; readonly evidence: 'source' }[] =>
  DIFFERENCES.flatMap(({ name, at, values }) =>
    at[release] === values[0]!.value ? [] : [{ toggle: name, value: at[release], evidence: 'source' }],
  );
