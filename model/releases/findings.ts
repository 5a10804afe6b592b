/**
 * What the releases are known to violate: bugs with an upstream record, and what was found here by reading or by a search:
 * candidates, that nobody has confirmed, and what a kernel did when it was asked to (checker/conform/findings). A test
 * holds them against a search of every world on every release.
 */
import type { Release } from './releases.ts';

type Finding = Violates &
  (
    | { readonly status: 'known bug'; readonly seen?: Sighting }
    | { readonly status: 'candidate' }
    | { readonly status: 'reproduced'; readonly seen: Sighting }
  );

interface Sighting {
  readonly kernel: string;
  readonly said: string;
}

interface Violates {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  readonly kernels: readonly Release[];
  /** Not read there, and taken to be as in the others. */
  readonly assumed?: readonly Release[];
  readonly worlds: readonly string[];
  readonly properties: readonly string[];
  /** The toggles that repair it, what-ifs included. */
  readonly repair: readonly { readonly toggle: string; readonly value: string }[];
}

const ALL: readonly Release[] = ['v7.1', 'v6.18', 'v6.12.117', 'v6.12', 'v6.11'];
const SINCE_6_12: readonly Release[] = ['v7.1', 'v6.18', 'v6.12.117', 'v6.12'];
const SINCE_6_15: readonly Release[] = ['v7.1', 'v6.18'];

export const FINDINGS: readonly Finding[] = [
  {
    name: 'pud-leaf-split-unaligned',
    says: 'a VMA is split inside a PUD leaf, at no PMD boundary: mm_find_pmd() takes the frame of the leaf for a page table',
    cites: 'v7.1 mm/huge_memory.c vma_adjust_trans_huge(), split_huge_pmd_address(); mm/rmap.c mm_find_pmd()',
    status: 'reproduced',
    seen: { kernel: '6.12.117', said: 'BUG: unable to handle page fault, RIP _raw_spin_lock under __split_huge_pmd' },
    kernels: SINCE_6_12,
    worlds: ['vfio-parts', 'vfio-parts-nodebug'],
    properties: ['descent-into-leaf'],
    repair: [{ toggle: 'vma-split-pud', value: 'splits' }],
  },
  {
    name: 'pud-leaf-split-aligned',
    says: 'a VMA is split inside a PUD leaf, and nobody splits the leaf: it lies in two VMAs, and fork gives a child all of it',
    cites:
      'v7.1 mm/huge_memory.c vma_adjust_trans_huge() (PMDs only), __split_huge_pud_locked(), copy_huge_pud(); mm/memory.c copy_pud_range()',
    status: 'reproduced',
    seen: { kernel: '6.12.117', said: 'a child reads a page that it has no VMA for' },
    kernels: SINCE_6_12,
    worlds: ['vfio-parts', 'vfio-dontfork', 'mixedmap-pud'],
    properties: ['VM_BUG_ON_VMA(range)', 'I-ALIGN', 'I-TRANS'],
    repair: [{ toggle: 'vma-split-pud', value: 'splits' }],
  },
  {
    name: 'mremap-clears-pud-leaf',
    says: 'mremap() mistakes a PUD leaf for a bad entry and clears it, without a flush of the TLB',
    cites: 'v7.1 mm/mremap.c get_old_pud() (pud_none_or_clear_bad())',
    status: 'reproduced',
    seen: { kernel: '6.12.117', said: 'mm/pgtable-generic.c:42: bad pud; where the BAR was, reads go on' },
    kernels: SINCE_6_12,
    worlds: ['vfio-move'],
    properties: ['bad-pud'],
    repair: [{ toggle: 'mremap-pud', value: 'leaf' }],
  },
  {
    name: 'soft-dirty-write-loop',
    says: 'a write to a BAR under soft-dirty tracking faults without end: the handler never makes a leaf writable',
    cites:
      'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_vmf_insert_pfn() (write is false), mm/memory.c wp_huge_pmd(), wp_huge_pud()',
    status: 'reproduced',
    seen: { kernel: '6.12.117', said: 'the write never returns, by PMD and by PUD' },
    kernels: SINCE_6_12,
    worlds: ['vfio-soft-dirty'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'vfio-passes-write', value: 'yes' }],
  },
  {
    name: 'fork-without-deposit',
    says: 'copy_huge_pmd() copies a special leaf without a deposit, where the hash MMU needs one for every leaf',
    cites:
      'v7.1 mm/huge_memory.c copy_huge_pmd(); powerpc selects ARCH_SUPPORTS_HUGE_PFNMAP, hash MMU included, since v7.1 (d1503aa9ab80)',
    status: 'candidate',
    kernels: ['v7.1'],
    worlds: ['pfnmap-hash'],
    properties: ['I-ORDER'],
    repair: [{ toggle: 'fork-deposit', value: 'has-deposited' }],
  },
  {
    name: 'uffd-move-before-deposit',
    says: 'UFFDIO_MOVE makes a leaf visible before it moves the deposit, which the hash MMU needs to be there first',
    cites: 'v6.12 mm/huge_memory.c move_pages_huge_pmd() (set_pmd_at(), then pgtable_trans_huge_deposit())',
    status: 'candidate',
    kernels: ALL,
    assumed: ['v7.1', 'v6.18', 'v6.11'],
    worlds: ['anon-hash'],
    properties: ['I-ORDER'],
    repair: [{ toggle: 'uffd-move-deposit', value: 'first' }],
  },
  {
    name: 'mixedmap-folio-leaf-leaks',
    says: 'zap of a PUD leaf, and split of a PMD leaf, ask the VMA whether there is a folio: in VM_MIXEDMAP it leaks. No driver in the tree maps this way',
    cites:
      'v7.1 mm/huge_memory.c zap_huge_pud(), __split_huge_pmd_locked() (vma_is_special_huge()), __split_huge_pud_locked() (vma_is_dax())',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['mixedmap', 'mixedmap-pud'],
    properties: ['I-REF', 'I-MAPCOUNT', 'I-RSS', 'I-STAT'],
    repair: [{ toggle: 'leaf-counted-by', value: 'entry' }],
  },
  {
    name: 'mixedmap-zap-pmd-leaks',
    says: 'zap_huge_pmd() asks the VMA whether there is a folio: in VM_MIXEDMAP a leaf of one leaks. No driver in the tree maps this way',
    cites:
      'v6.18 mm/huge_memory.c zap_huge_pmd() (vma_is_special_huge()); "mm: zap_huge_pmd() rework" (v7.1) asks the entry',
    status: 'candidate',
    kernels: ['v6.18'],
    worlds: ['mixedmap'],
    properties: ['I-REF', 'I-MAPCOUNT', 'I-RSS', 'I-STAT'],
    repair: [{ toggle: 'zap-pmd-by', value: 'entry' }],
  },
  {
    name: 'fork-of-counted-pud-leaf',
    says: 'copy_huge_pud() copies a leaf that maps a folio, and counts nothing: in VM_MIXEDMAP, where fork copies. No driver in the tree maps this way',
    cites: 'v7.1 mm/huge_memory.c copy_huge_pud(), mm/memory.c vma_needs_copy()',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['mixedmap-pud'],
    properties: ['I-REF', 'I-MAPCOUNT', 'I-RSS', 'I-STAT', 'refcount-underflow', 'bad-page-map', 'bad-page'],
    repair: [{ toggle: 'fork-counts-pud', value: 'yes' }],
  },
  {
    name: 'gup-slow-takes-special-leaf',
    says: 'the slow path of GUP takes the frame behind a special leaf in VM_MIXEDMAP for a page; gup-fast looks at the bit, and the VMA is only asked for VM_IO and VM_PFNMAP. No driver in the tree maps this way',
    cites:
      'v6.12 mm/gup.c follow_huge_pmd(), follow_huge_pud() (no pmd_special(), no pud_special()), check_vma_flags()',
    status: 'candidate',
    kernels: SINCE_6_12,
    assumed: ['v7.1', 'v6.18'],
    worlds: ['mixedmap-pinned-leaf'],
    properties: ['gup-of-pfn'],
    repair: [{ toggle: 'gup-slow-special', value: 'yes' }],
  },
  {
    name: 'gup-takes-frame-leaf',
    says: 'GUP, its fast path included, cannot tell a leaf of frames in VM_MIXEDMAP from one of pages: entries above PTEs have no special bit. No driver in the tree maps this way',
    cites: 'v6.11 mm/gup.c gup_fast_pmd_leaf(), follow_huge_pmd(); "mm: Support huge pfnmaps" (v6.12) brings the bit',
    status: 'candidate',
    kernels: ['v6.11'],
    worlds: ['mixedmap-pinned-leaf'],
    properties: ['gup-of-pfn'],
    repair: [
      { toggle: 'huge-special', value: 'frames' },
      { toggle: 'gup-fast-special', value: 'yes' },
      { toggle: 'gup-slow-special', value: 'yes' },
    ],
  },
  {
    name: 'dirty-scan-leaves-dirty',
    says: 'vmwgfx collects dirty pages and leaves the PTEs dirty: mprotect() makes them writable again, and nobody tells it',
    cites:
      'drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c vmw_bo_dirty_scan_mkwrite() (wp_shared_mapping_range() alone), ' +
      'mm/mprotect.c can_change_pte_writable() (pte_dirty()); mm read in v6.12, vmwgfx as of 2025',
    status: 'candidate',
    kernels: ALL,
    assumed: ['v7.1', 'v6.18', 'v6.11'],
    worlds: ['pfn-mkwrite', 'pfn-mkwrite-leaves', 'pfn-mkwrite-parts'],
    properties: ['I-MKWRITE'],
    repair: [{ toggle: 'dirty-scan', value: 'cleans' }],
  },
  {
    name: 'mapping-walk-ends-early',
    says: 'walk_page_mapping() ends at a VMA that is read-only for good: those behind it stay writable, and their dirty pages unseen',
    cites:
      'mm/pagewalk.c walk_page_mapping() (break), mm/mapping_dirty_helpers.c wp_clean_test_walk(); read in v6.12 and in a tree ' +
      'later than v7.1',
    status: 'candidate',
    kernels: ALL,
    assumed: ['v7.1', 'v6.18', 'v6.11'],
    worlds: ['pfn-mkwrite-reader'],
    properties: ['I-MKWRITE'],
    repair: [{ toggle: 'walk-skipped-vma', value: 'goes-on' }],
  },
  {
    name: 'unshared-copy-dropped',
    says: 'a copy that GUP unshares for a read pin is clean; once fork shares it, MADV_FREE by one process lets reclaim drop it for both',
    cites:
      'v6.12 mm/memory.c wp_page_copy() (unshare: no pte_mkdirty()), mm/madvise.c madvise_free_pte_range() (looks at the ' +
      'mapcount only of dirty folios), mm/rmap.c try_to_unmap_one()',
    status: 'reproduced',
    seen: { kernel: '6.12.117', said: 'a page that was written reads as 0 once memory is short' },
    kernels: ALL,
    assumed: ['v7.1', 'v6.18', 'v6.11'],
    worlds: ['lazyfree-shared', 'anon-reclaim'],
    properties: ['I-LAZYFREE'],
    repair: [{ toggle: 'unshare-dirty', value: 'yes' }],
  },
  {
    name: 'pmd-modify-loses-dirty',
    says: 'pmd_modify() of x86 drops the dirty bit: mprotect() loses that a leaf was written to, of a file, or since its MADV_FREE',
    cites:
      'broken in v6.6, arch/x86/include/asm/pgtable.h pmd_modify(); f7491d7c81db "x86/mm: Fix user-space data loss with MADV_FREE and THP" (2026-09), which is in 6.12.111 and not yet in 7.1.5',
    status: 'known bug',
    seen: {
      kernel: '6.12.107',
      said: 'what was written reads as 0 after mprotect() and MADV_PAGEOUT; not on 6.12.113',
    },
    kernels: ['v7.1', 'v6.18', 'v6.12', 'v6.11'],
    worlds: ['lazyfree-thp', 'shmem'],
    properties: ['I-LAZYFREE', 'I-DIRTY'],
    repair: [{ toggle: 'pmd-modify-dirty', value: 'keeps' }],
  },
  {
    name: 'zap-pmd-loses-dirty',
    says: 'zap_huge_pmd() drops the dirty bit of a leaf of a file: that it was written is lost with the last mapping',
    cites:
      'mm/huge_memory.c zap_huge_pmd(); "mm/huge_memory: transfer the pmd dirty bit to the folio on zap" (2026-11), which is in 6.12.115 and not yet in 7.1.5',
    status: 'known bug',
    seen: { kernel: '6.12.107', said: 'what was written reads as 0 after munmap() and MADV_PAGEOUT; not on 6.12.117' },
    kernels: ['v7.1', 'v6.18', 'v6.12', 'v6.11'],
    worlds: ['shmem', 'file-reclaim'],
    properties: ['I-DIRTY'],
    repair: [{ toggle: 'zap-pmd-dirty', value: 'yes' }],
  },
  {
    name: 'vfio-leaf-unaligned',
    says: 'vfio asks whether the address is aligned to a leaf, and not whether the frame is',
    cites: '"vfio/pci: Fallback huge faults for unaligned pfn" (v6.13, 6.12.10); broken by f9e54c3a2f5b (v6.12)',
    status: 'known bug',
    kernels: ['v6.12'],
    worlds: ['vfio-align'],
    properties: ['I-ALIGN'],
    repair: [{ toggle: 'vfio-align', value: 'rounded' }],
  },
  {
    name: 'finish-fault-loop',
    says: 'a fault on a large shmem folio that is mapped in part maps nothing, and comes again without end',
    cites:
      '34b82f33cf3f "mm: fix finish_fault() handling for large folios" (v6.14, 6.12.19); broken by 43e027e41423 (v6.11)',
    status: 'known bug',
    kernels: ['v6.12', 'v6.11'],
    worlds: ['shmem-private'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'fault-partly-mapped', value: 'page' }],
  },
  {
    name: 'lazyfree-restored-writable',
    says: 'reclaim that fails restores the PTEs of lazyfree pages all with the write bit of the first',
    cites:
      '29f40594a281 "mm/rmap: fix incorrect pte restoration for lazyfree folios" (v7.0); broken by 354dffd29575 (v6.15)',
    status: 'known bug',
    kernels: ['v6.18'],
    worlds: ['mthp-lazyfree', 'anon-reclaim'],
    properties: ['I-EXCL'],
    repair: [{ toggle: 'lazyfree-restore', value: 'each' }],
  },
  {
    name: 'uffd-move-zero-not-special',
    says: 'UFFDIO_MOVE makes the leaf of the huge zero folio anew, without the special bit',
    cites: 'fae654083bfa (v7.0); broken by e3981db444a0 and d82d09e48219 (v6.18)',
    status: 'known bug',
    kernels: ['v6.18'],
    worlds: ['huge-zero'],
    properties: ['I-SPECIAL'],
    repair: [{ toggle: 'uffd-move-zero', value: 'special' }],
  },
  {
    name: 'mprotect-clears-pud-leaf',
    says: 'mprotect() mistakes a PUD leaf for a bad entry and clears it',
    cites: 'cb0f01beb166 "mm/mprotect: fix dax pud handlings" (v6.12)',
    status: 'known bug',
    kernels: ['v6.11'],
    worlds: ['device-pud', 'device-soft-dirty'],
    properties: ['bad-pud'],
    repair: [{ toggle: 'mprotect-pud', value: 'changes' }],
  },
];
