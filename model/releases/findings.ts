/**
 * What the releases are known to violate: bugs with an upstream record, and candidates that were found by reading or
 * by a search and that nobody has confirmed. A test holds them against a search of every world on every release.
 */
import type { Release } from './releases.ts';

interface Finding {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  readonly status: 'known bug' | 'candidate';
  readonly kernels: readonly Release[];
  readonly worlds: readonly string[];
  readonly properties: readonly string[];
}

const ALL: readonly Release[] = ['v7.1', 'v6.18', 'v6.12.117', 'v6.12', 'v6.11'];
const SINCE_6_12: readonly Release[] = ['v7.1', 'v6.18', 'v6.12.117', 'v6.12'];
const SINCE_6_15: readonly Release[] = ['v7.1', 'v6.18'];

export const FINDINGS: readonly Finding[] = [
  {
    name: 'pud-leaf-split-unaligned',
    says: 'a VMA is split inside a PUD leaf, at no PMD boundary: mm_find_pmd() takes the frame of the leaf for a page table',
    cites: 'v7.1 mm/huge_memory.c vma_adjust_trans_huge(), split_huge_pmd_address(); mm/rmap.c mm_find_pmd()',
    status: 'candidate',
    kernels: SINCE_6_12,
    worlds: ['vfio-parts', 'vfio-parts-nodebug', 'vfio-dontfork'],
    properties: ['descent-into-leaf'],
  },
  {
    name: 'pud-leaf-split-aligned',
    says: 'a VMA is split inside a PUD leaf, and nobody splits the leaf: it lies in two VMAs, and fork gives a child all of it',
    cites:
      'v7.1 mm/huge_memory.c vma_adjust_trans_huge() (PMDs only), __split_huge_pud_locked(), copy_huge_pud(); mm/memory.c copy_pud_range()',
    status: 'candidate',
    kernels: SINCE_6_12,
    worlds: ['vfio-parts', 'vfio-dontfork', 'mixedmap-pud'],
    properties: ['VM_BUG_ON_VMA(range)', 'I-ALIGN', 'I-TRANS'],
  },
  {
    name: 'mremap-clears-pud-leaf',
    says: 'mremap() takes a PUD leaf for a bad entry and clears it, without a flush of the TLB',
    cites: 'v7.1 mm/mremap.c get_old_pud() (pud_none_or_clear_bad())',
    status: 'candidate',
    kernels: SINCE_6_12,
    worlds: ['vfio-move'],
    properties: ['bad-pud'],
  },
  {
    name: 'soft-dirty-write-loop',
    says: 'a write to a BAR under soft-dirty tracking faults without end: the handler never makes a leaf writable',
    cites:
      'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_vmf_insert_pfn() (write is false), mm/memory.c wp_huge_pmd(), wp_huge_pud()',
    status: 'candidate',
    kernels: SINCE_6_12,
    worlds: ['vfio-soft-dirty'],
    properties: ['fault-loop'],
  },
  {
    name: 'fork-without-deposit',
    says: 'copy_huge_pmd() copies a special leaf without a deposit, where the hash MMU needs one for every leaf',
    cites:
      'v7.1 mm/huge_memory.c copy_huge_pmd(); powerpc selects ARCH_SUPPORTS_HUGE_PFNMAP, hash MMU included, since v7.1 (d1503aa9ab80)',
    status: 'candidate',
    kernels: SINCE_6_12,
    worlds: ['pfnmap-hash'],
    properties: ['I-ORDER'],
  },
  {
    name: 'uffd-move-before-deposit',
    says: 'UFFDIO_MOVE makes a leaf visible before it moves the deposit, which the hash MMU needs to be there first',
    cites:
      'v6.12 mm/huge_memory.c move_pages_huge_pmd() (set_pmd_at(), then pgtable_trans_huge_deposit()); not read in v7.1',
    status: 'candidate',
    kernels: ALL,
    worlds: ['anon-hash'],
    properties: ['I-ORDER'],
  },
  {
    name: 'mixedmap-folio-leaf-leaks',
    says: 'zap of a PUD leaf, and split of a PMD leaf, ask the VMA whether there is a folio: in VM_MIXEDMAP it leaks. No driver in the tree maps so',
    cites:
      'v7.1 mm/huge_memory.c zap_huge_pud(), __split_huge_pud_locked(), __split_huge_pmd_locked() (vma_is_special_huge())',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['mixedmap', 'mixedmap-pud', 'mixedmap-pinned', 'vfio-no-special'],
    properties: ['I-REF', 'I-MAPCOUNT', 'I-RSS', 'I-STAT'],
  },
  {
    name: 'gup-slow-takes-special-leaf',
    says: 'the slow path of GUP takes the frame behind a special leaf in VM_MIXEDMAP for a page; gup-fast looks at the bit, and the VMA is only asked for VM_IO and VM_PFNMAP. No driver in the tree maps so',
    cites:
      'v6.12 mm/gup.c follow_huge_pmd(), follow_huge_pud() (no pmd_special(), no pud_special()), check_vma_flags(); not read in ' +
      'v7.1, which is taken to do the same',
    status: 'candidate',
    kernels: ALL,
    worlds: ['mixedmap-pinned-leaf'],
    properties: ['gup-of-pfn'],
  },
  {
    name: 'dirty-scan-leaves-dirty',
    says: 'vmwgfx collects dirty pages and leaves the PTEs dirty: mprotect() makes them writable again, and nobody tells it',
    cites:
      'drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c vmw_bo_dirty_scan_mkwrite() (wp_shared_mapping_range() alone), ' +
      'mm/mprotect.c can_change_pte_writable() (pte_dirty()); mm read in v6.12, vmwgfx as of 2025, other releases taken to do the same',
    status: 'candidate',
    kernels: ALL,
    worlds: ['pfn-mkwrite', 'pfn-mkwrite-leaves', 'pfn-mkwrite-parts'],
    properties: ['I-MKWRITE'],
  },
  {
    name: 'mapping-walk-ends-early',
    says: 'walk_page_mapping() ends at a VMA that is read-only for good: those behind it stay writable, and their dirty pages unseen',
    cites:
      'mm/pagewalk.c walk_page_mapping() (break), mm/mapping_dirty_helpers.c wp_clean_test_walk(); read in v6.12 and in a tree ' +
      'later than v7.1, other releases taken to do the same',
    status: 'candidate',
    kernels: ALL,
    worlds: ['pfn-mkwrite-reader'],
    properties: ['I-MKWRITE'],
  },
  {
    name: 'pmd-modify-loses-dirty',
    says: 'pmd_modify() of x86 drops the dirty bit: mprotect() of a written leaf of a file loses that it was written',
    cites:
      'broken in v6.6, arch/x86/include/asm/pgtable.h pmd_modify(); f7491d7c81db (2026-09), which is in 6.12.117 and not yet in 7.1.5',
    status: 'known bug',
    kernels: ['v7.1', 'v6.18', 'v6.12', 'v6.11'],
    worlds: ['shmem', 'file-truncate'],
    properties: ['I-DIRTY'],
  },
  {
    name: 'vfio-leaf-unaligned',
    says: 'vfio asks whether the address is aligned to a leaf, and not whether the frame is',
    cites: '"vfio/pci: Fallback huge faults for unaligned pfn" (v6.13, 6.12.10); broken by f9e54c3a2f5b (v6.12)',
    status: 'known bug',
    kernels: ['v6.12'],
    worlds: ['vfio-align'],
    properties: ['I-ALIGN'],
  },
  {
    name: 'lazyfree-restored-writable',
    says: 'reclaim that gives up puts back PTEs of pages that MADV_FREE gave up, all with the write bit of the first',
    cites:
      '29f40594a281 "mm/rmap: fix incorrect pte restoration for lazyfree folios" (v7.0); broken by 354dffd29575 (v6.15)',
    status: 'known bug',
    kernels: ['v6.18'],
    worlds: ['mthp-lazyfree', 'anon-reclaim'],
    properties: ['I-EXCL'],
  },
  {
    name: 'uffd-move-zero-not-special',
    says: 'UFFDIO_MOVE makes the leaf of the huge zero folio anew, without the special bit',
    cites: 'fae654083bfa (v7.0); broken by e3981db444a0 and d82d09e48219 (v6.18)',
    status: 'known bug',
    kernels: ['v6.18'],
    worlds: ['huge-zero'],
    properties: ['I-SPECIAL'],
  },
  {
    name: 'mprotect-clears-pud-leaf',
    says: 'mprotect() takes a PUD leaf for a bad entry and clears it',
    cites: 'cb0f01beb166 "mm/mprotect: fix dax pud handlings" (v6.12)',
    status: 'known bug',
    kernels: ['v6.11'],
    worlds: ['device-pud', 'device-soft-dirty'],
    properties: ['bad-pud'],
  },
];
