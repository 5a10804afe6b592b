/**
 * What the releases are known to violate: bugs with an upstream record, and what was found here by reading or by a search:
 * candidates, that nobody has confirmed, and what a kernel did when it was asked to (checker/conform/findings). A test
 * holds them against a search of every world on every release.
 */
import { type Release, releases } from './releases.ts';

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

const ALL = releases('v6.9');
const SINCE_6_12 = releases('v6.12');
const SINCE_6_15 = releases('v6.15');
/** Up to v7.1, and mended in 6.12.117. */
const BEFORE_6_12_STABLE = releases('v6.9', 'v7.1').filter((name) => name !== 'v6.12.117');
const BEFORE_6_15 = releases('v6.9', 'v6.12');

export const FINDINGS: readonly Finding[] = [
  // Before the finding that splits of PUD leaves share: it names what leads to one here.
  {
    name: 'border-passes-may-split',
    says:
      'a border between two VMAs of device-dax moves into a leaf: ->may_split() is asked by __split_vma() alone, and a leaf of ' +
      '1 GiB is taken for a table of PMDs, which user space writes',
    cites: 'v7.1 mm/vma.c vma_modify(), commit_merge(); drivers/dax/device.c dev_dax_may_split(); 6.12.117 likewise',
    status: 'reproduced',
    seen: { kernel: '7.1.13', said: 'BUG: Bad page state; what was written to the leaf is gone' },
    kernels: ALL,
    worlds: ['device-borders'],
    properties: ['descent-into-leaf'],
    repair: [{ toggle: 'vma-border', value: 'asks' }],
  },
  {
    name: 'pud-leaf-split-unaligned',
    says: 'a VMA is split inside a PUD leaf, at no PMD boundary: mm_find_pmd() takes the frame of the leaf for a page table',
    cites: 'v7.1 mm/huge_memory.c vma_adjust_trans_huge(), split_huge_pmd_address(); mm/rmap.c mm_find_pmd()',
    status: 'reproduced',
    seen: { kernel: '6.12.117', said: 'BUG: unable to handle page fault, RIP _raw_spin_lock under __split_huge_pmd' },
    kernels: SINCE_6_12,
    worlds: ['vfio-parts', 'vfio-parts-nodebug', 'rfc-touch', 'rfc-parts'],
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
    worlds: ['vfio-parts', 'vfio-dontfork', 'mixedmap-pud', 'rfc-parts'],
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
    worlds: ['vfio-soft-dirty', 'rfc-soft-dirty'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'vfio-passes-write', value: 'yes' }],
  },
  {
    name: 'fork-without-deposit',
    says: 'copy_huge_pmd() copies a special leaf without a deposit, where the hash MMU needs one for every leaf',
    cites:
      'v7.1 mm/huge_memory.c copy_huge_pmd(); powerpc selects ARCH_SUPPORTS_HUGE_PFNMAP, hash MMU included, since v7.1 (d1503aa9ab80)',
    status: 'candidate',
    kernels: releases('v7.1'),
    worlds: ['pfnmap-hash', 'vfio-hash'],
    properties: ['I-ORDER'],
    repair: [{ toggle: 'fork-deposit', value: 'has-deposited' }],
  },
  {
    name: 'hash-pud-leaf',
    says: 'a BAR is offered PUD leaves by what was configured, and pfn_pud() is a BUG() with the hash MMU',
    cites:
      'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_vmf_insert_pfn(), arch/powerpc/mm/book3s64/pgtable.c pfn_pud(), ' +
      '__pud_mkhuge(); CONFIG_PPC_THP selects HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD for both MMUs (hash: 64K pages, leaves of 16G)',
    status: 'candidate',
    kernels: releases('v7.1'),
    worlds: ['vfio-hash'],
    properties: ['no-PUD-leaves'],
    repair: [{ toggle: 'hash-pud-order', value: 'no' }],
  },
  {
    name: 'uffd-move-before-deposit',
    says: 'UFFDIO_MOVE makes a leaf visible before it moves the deposit, which the hash MMU needs to be there first',
    cites: 'v6.9 .. v7.3 mm/huge_memory.c move_pages_huge_pmd() (set_pmd_at(), then pgtable_trans_huge_deposit())',
    status: 'candidate',
    kernels: ALL,
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
    kernels: releases('v6.17'),
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
    kernels: releases('v6.17', 'v6.18'),
    worlds: ['mixedmap'],
    properties: ['I-REF', 'I-MAPCOUNT', 'I-RSS', 'I-STAT'],
    repair: [{ toggle: 'zap-pmd-by', value: 'entry' }],
  },
  {
    name: 'mixedmap-special-folio-leaks',
    says: 'zap and split ask the VMA whether there is a folio, and the leaf of one is special: in VM_MIXEDMAP it leaks. No driver in the tree maps this way',
    cites:
      '6.16.3 mm/huge_memory.c vmf_insert_folio_pmd() (insert_pfn_pmd(), so pmd_mkspecial()), zap_huge_pmd(), zap_huge_pud()',
    status: 'candidate',
    kernels: releases('v6.15', 'v6.15'),
    worlds: ['mixedmap', 'mixedmap-pud', 'mixedmap-pinned', 'vfio-no-special'],
    properties: ['I-REF', 'I-MAPCOUNT', 'I-RSS', 'I-STAT'],
    repair: [
      { toggle: 'huge-special', value: 'frames' },
      { toggle: 'zap-pmd-by', value: 'entry' },
      { toggle: 'leaf-counted-by', value: 'entry' },
    ],
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
      'v6.12 .. v7.3 mm/gup.c follow_huge_pmd(), follow_huge_pud() (no pmd_special(), no pud_special()), check_vma_flags()',
    status: 'candidate',
    kernels: SINCE_6_12,
    worlds: ['mixedmap-pinned-leaf', 'gup-mixedmap'],
    properties: ['gup-of-pfn'],
    repair: [{ toggle: 'gup-slow-special', value: 'yes' }],
  },
  {
    name: 'gup-takes-frame-leaf',
    says: 'GUP, its fast path included, cannot tell a leaf of frames in VM_MIXEDMAP from one of pages: entries above PTEs have no special bit. No driver in the tree maps this way',
    cites: 'v6.11 mm/gup.c gup_fast_pmd_leaf(), follow_huge_pmd(); "mm: Support huge pfnmaps" (v6.12) brings the bit',
    status: 'candidate',
    kernels: releases('v6.9', 'v6.11'),
    worlds: ['mixedmap-pinned-leaf', 'gup-mixedmap'],
    properties: ['gup-of-pfn'],
    repair: [
      { toggle: 'huge-pfnmap-archs', value: 'arm64' },
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
      'mm/mprotect.c can_change_pte_writable() (pte_dirty()); mm read in v6.9 .. v7.3, vmwgfx in v6.9, v6.10 and v6.12',
    status: 'candidate',
    kernels: ALL,
    assumed: releases('v6.15'),
    worlds: ['pfn-mkwrite', 'pfn-mkwrite-leaves', 'pfn-mkwrite-parts'],
    properties: ['I-MKWRITE'],
    repair: [{ toggle: 'dirty-scan', value: 'cleans' }],
  },
  {
    name: 'mapping-walk-ends-early',
    says: 'walk_page_mapping() ends at a VMA that is read-only for good: those behind it stay writable, and their dirty pages unseen',
    cites: 'v6.9 .. v7.3 mm/pagewalk.c walk_page_mapping() (break), mm/mapping_dirty_helpers.c wp_clean_test_walk()',
    status: 'candidate',
    kernels: ALL,
    worlds: ['pfn-mkwrite-reader'],
    properties: ['I-MKWRITE'],
    repair: [{ toggle: 'walk-skipped-vma', value: 'goes-on' }],
  },
  {
    name: 'unshared-copy-dropped',
    says: 'a copy that GUP unshares for a read pin is clean; once fork shares it, MADV_FREE by one process lets reclaim drop it for both',
    cites:
      'v6.9 .. v7.3 mm/memory.c wp_page_copy() (unshare: no pte_mkdirty()), mm/madvise.c madvise_free_pte_range() (looks at ' +
      'the mapcount only of dirty folios), mm/rmap.c try_to_unmap_one()',
    status: 'reproduced',
    seen: { kernel: '6.12.117', said: 'a page that was written reads as 0 once memory is short' },
    kernels: ALL,
    worlds: ['lazyfree-shared', 'anon-reclaim'],
    properties: ['I-LAZYFREE'],
    repair: [{ toggle: 'unshare-dirty', value: 'yes' }],
  },
  {
    name: 'readers-drop-pud-leaf',
    says: 'who reads page tables splits PUD leaves on the way (smaps, numa_maps, mbind() with MPOL_MF_STRICT; of device-dax also pagemap, mincore()): the next access faults. No harm by itself',
    cites:
      'v7.1 mm/pagewalk.c walk_pud_range() (split_huge_pud() where there is no ->pud_entry), fs/proc/task_mmu.c smaps_walk_ops, show_numa_ops, pagemap_ops',
    status: 'candidate',
    kernels: ALL,
    worlds: ['readers-pfnmap', 'readers-dax', 'readers-mixedmap', 'mbind-pfnmap'],
    properties: ['I-PURE'],
    repair: [{ toggle: 'readers-pud', value: 'kept' }],
  },
  {
    name: 'mbind-takes-frame-leaf',
    says: 'mbind() with MPOL_MF_STRICT takes the frame behind a PMD leaf of a BAR for a folio',
    cites:
      'v7.2.6, v7.1.3, 6.12.117 mm/mempolicy.c queue_folios_pmd() (pmd_folio(), and MPOL_MF_STRICT walks VM_PFNMAP); ' +
      'v7.3 asks vm_normal_folio_pmd(); leaves of BARs since v6.12',
    status: 'known bug',
    kernels: releases('v6.12', 'v7.1'),
    worlds: ['mbind-pfnmap'],
    properties: ['no-struct-page'],
    repair: [{ toggle: 'walked-leaf-page', value: 'normal' }],
  },
  {
    name: 'hwpoison-pfnmap-loop',
    says: 'a process reads memory known to be broken that VM_PFNMAP maps: nobody looks for the frame there, and the machine check comes again without end',
    cites: '2e6053fea379 "mm/memory-failure: fix infinite UCE for VM_PFNMAP pfn" (v6.17-rc3, 6.12.44)',
    status: 'known bug',
    kernels: releases('v6.9', 'v6.15').filter((name) => name !== 'v6.12.117'),
    worlds: ['hwpoison-pfnmap'],
    properties: ['fault-loop'],
    repair: [
      { toggle: 'hwpoison-walk', value: 'all' },
      { toggle: 'hwpoison-pud', value: 'checked' },
    ],
  },
  {
    name: 'hwpoison-pud-loop',
    says: 'a process reads memory known to be broken that a PUD leaf in VM_PFNMAP maps: the walk that looks for the frame splits the leaf, finds nothing, and the machine check comes again without end',
    cites:
      'v7.1 and v7.3.4 mm/memory-failure.c hwpoison_walk_ops (no ->pud_entry), kill_accessing_process() (0 when nothing is found); ' +
      'mm/pagewalk.c walk_pud_range(); arch/x86/kernel/cpu/mce/core.c kill_me_maybe()',
    status: 'candidate',
    kernels: ['v6.12.117', ...releases('v6.17')],
    worlds: ['hwpoison-pfnmap'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'hwpoison-pud', value: 'checked' }],
  },
  {
    name: 'pagemap-takes-frame-leaf',
    says: 'pagemap takes the frame behind a special leaf in VM_MIXEDMAP for a page. No driver in the tree maps this way',
    cites: 'v7.1 fs/proc/task_mmu.c pagemap_pmd_range_thp() (pmd_page()); v7.3 asks vm_normal_page_pmd()',
    status: 'candidate',
    kernels: releases('v6.9', 'v7.1'),
    worlds: ['readers-mixedmap'],
    properties: ['no-struct-page'],
    repair: [{ toggle: 'walked-leaf-page', value: 'normal' }],
  },
  {
    name: 'pmd-modify-loses-dirty',
    says: 'pmd_modify() of x86 drops the dirty bit: mprotect() loses that a leaf was written to, of a file, or since its MADV_FREE',
    cites:
      'broken in v6.6, arch/x86/include/asm/pgtable.h pmd_modify(); f7491d7c81db "x86/mm: Fix user-space data loss with MADV_FREE and THP" (2026-09), which is in 6.12.111 and 7.3.4, and not in 7.1.5 or 7.2.6',
    status: 'known bug',
    seen: {
      kernel: '6.12.107',
      said: 'what was written reads as 0 after mprotect() and MADV_PAGEOUT; not on 6.12.113',
    },
    kernels: BEFORE_6_12_STABLE,
    worlds: ['lazyfree-thp', 'shmem'],
    properties: ['I-LAZYFREE', 'I-DIRTY'],
    repair: [{ toggle: 'pmd-modify-dirty', value: 'keeps' }],
  },
  {
    name: 'zap-pmd-loses-dirty',
    says: 'zap_huge_pmd() drops the dirty bit of a leaf of a file: that it was written is lost with the last mapping',
    cites:
      'mm/huge_memory.c zap_huge_pmd(); "mm/huge_memory: transfer the pmd dirty bit to the folio on zap" (2026-11), which is in 6.12.115, 7.2.6 and 7.3.4, and not in 7.1.5',
    status: 'known bug',
    seen: { kernel: '6.12.107', said: 'what was written reads as 0 after munmap() and MADV_PAGEOUT; not on 6.12.117' },
    kernels: BEFORE_6_12_STABLE,
    worlds: ['shmem', 'collapse-shmem', 'file-reclaim'],
    properties: ['I-DIRTY'],
    repair: [{ toggle: 'zap-pmd-dirty', value: 'yes' }],
  },
  {
    name: 'folio-leaf-special',
    says: 'vmf_insert_folio_pmd() and vmf_insert_folio_pud() mark the leaf of a folio special that they have counted',
    cites: 'c4297465d4ca, 02825c0925fb (v6.17); broken by 6c88f72691f8, dbe54153296d (v6.15)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.15'),
    worlds: [
      'device-pmd',
      'device-pud',
      'device-pinned',
      'device-soft-dirty',
      'mixedmap',
      'mixedmap-pud',
      'mixedmap-pinned',
    ],
    properties: ['I-SPECIAL'],
    repair: [{ toggle: 'huge-special', value: 'frames' }],
  },
  {
    name: 'pud-leaf-of-vma-cache-mode',
    says: 'vmf_insert_pfn_pud() looks up for which cache mode the frames are reserved, and takes that of the VMA',
    cites: '09fefdca80ae (v6.17); broken by 7b806d229ef1',
    status: 'known bug',
    kernels: releases('v6.12', 'v6.15'),
    worlds: ['vfio-memtype'],
    properties: ['I-CACHE'],
    repair: [{ toggle: 'pud-cache-mode', value: 'memtype' }],
  },
  {
    name: 'collapse-loses-dirty',
    says: 'MADV_COLLAPSE, or khugepaged, drops the dirty bits of PTEs that map a large folio of shmem, and takes the folio for dirty: one that was only read by faults, and written by the CPU, is not',
    cites:
      'v7.1 mm/khugepaged.c try_collapse_pte_mapped_thp() (clear_ptes() without folio_mark_dirty()); the same in v6.12 .. v7.3; ' +
      'compare "mm/huge_memory: transfer the pmd dirty bit to the folio on zap" (2026-11)',
    status: 'candidate',
    kernels: ALL,
    assumed: releases('v6.9', 'v6.11'),
    worlds: ['collapse-shmem'],
    properties: ['I-DIRTY'],
    repair: [{ toggle: 'collapse-pte-dirty', value: 'keeps' }],
  },
  {
    name: 'vfio-leaf-unaligned',
    says: 'vfio asks whether the address is aligned to a leaf, and not whether the frame is',
    cites: '"vfio/pci: Fallback huge faults for unaligned pfn" (v6.13, 6.12.10); broken by f9e54c3a2f5b (v6.12)',
    status: 'known bug',
    kernels: ['v6.12'],
    worlds: ['vfio-align', 'rfc-touch'],
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
    worlds: ['shmem-private', 'collapse-shmem'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'fault-partly-mapped', value: 'page' }],
  },
  {
    name: 'lazyfree-restored-writable',
    says: 'reclaim that fails restores the PTEs of lazyfree pages all with the write bit of the first',
    cites:
      '29f40594a281 "mm/rmap: fix incorrect pte restoration for lazyfree folios" (v7.0); broken by 354dffd29575 (v6.15)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['mthp-lazyfree', 'anon-reclaim'],
    properties: ['I-EXCL', 'VM_BUG_ON_PAGE(write-shared)'],
    repair: [{ toggle: 'lazyfree-restore', value: 'each' }],
  },
  {
    name: 'uffd-move-zero-no-folio',
    says: 'UFFDIO_MOVE makes the leaf of the huge zero folio anew from a folio that is NULL: it maps a frame of nothing',
    cites: 'fae654083bfa (v7.0); broken by e3981db444a0 (v6.16)',
    status: 'known bug',
    kernels: releases('v6.17', 'v6.18'),
    worlds: ['huge-zero'],
    properties: ['I-SPECIAL', 'I-TRANS', 'I-DEP', 'rmap-sanity', 'refcount-of-free'],
    repair: [{ toggle: 'uffd-move-zero', value: 'special' }],
  },
  {
    name: 'shared-thp-not-split',
    says: 'a THP that several processes map by leaves cannot be split: the walk ends at the first leaf that it splits',
    cites:
      '939080834fef (v7.0), mm/rmap.c try_to_migrate_one(); broken by 60fbb14396d5; v6.18.5 mm/huge_memory.c __folio_split()',
    status: 'known bug',
    kernels: ['v6.18'],
    worlds: ['folio-split', 'folio-split-pinned', 'collapse-shared'],
    properties: ['I-SPLIT'],
    repair: [{ toggle: 'migrate-split-walk', value: 'goes-on' }],
  },
  {
    name: 'migration-forgets-deferred',
    says: 'a large folio of which a part is unmapped while it migrates is not queued for a deferred split any more, where it arrives',
    cites:
      'mm/migrate.c migrate_folio_move(), v6.14 .. v7.0; v7.1.3 and 6.12.117 queue the new folio (src_partially_mapped)',
    status: 'known bug',
    kernels: ['v6.18', 'v6.12', 'v6.11'],
    worlds: ['deferred-split', 'anon-migration', 'migration-pinned'],
    properties: ['I-DEFER'],
    repair: [{ toggle: 'migration-deferred', value: 'yes' }],
  },
  {
    name: 'mprotect-clears-pud-leaf',
    says: 'mprotect() mistakes a PUD leaf for a bad entry and clears it',
    cites: 'cb0f01beb166 "mm/mprotect: fix dax pud handlings" (v6.12)',
    status: 'known bug',
    kernels: releases('v6.9', 'v6.11'),
    worlds: ['device-pud', 'device-soft-dirty'],
    properties: ['bad-pud'],
    repair: [{ toggle: 'mprotect-pud', value: 'changes' }],
  },
  {
    name: 'thp-policy-gates-bar',
    says: 'a BAR is mapped by PTEs where transparent huge pages are turned off, or are for who asks for them (madvise)',
    cites:
      '"mm/huge_memory: bypass THP tuneables for huge pfnmap mappings" (v7.3, 6.12.115), which is not yet in 7.1.3; v7.1 ' +
      'mm/huge_memory.c __thp_vma_allowable_orders()',
    status: 'known bug',
    kernels: releases('v6.12', 'v7.1').filter((name) => name !== 'v6.12.117'),
    worlds: ['rfc-thp-never'],
    properties: ['I-FITS'],
    repair: [{ toggle: 'thp-policy-pfnmap', value: 'bypassed' }],
  },
  {
    name: 'vfio-leaf-by-first-touch',
    says: 'vfio maps a leaf only if its first page is touched first: which leaves there are depends on the order',
    cites: 'c1d9dac0db16 "vfio/pci: Align huge faults to order" (v6.15, 6.12.29); broken by f9e54c3a2f5b (v6.12)',
    status: 'known bug',
    kernels: ['v6.12'],
    worlds: ['rfc-touch', 'rfc-parts'],
    properties: ['I-FITS'],
    repair: [{ toggle: 'vfio-align', value: 'rounded' }],
  },
  {
    name: 'dax-wait-refault',
    says: 'a truncation waits for a pinned page without the lock that faults need: a page that is mapped again meanwhile, or by another file, is not idle when it is unpinned, and nobody wakes the truncation before it is unmapped',
    cites:
      'v7.1 fs/dax.c dax_busy_page() (ref - mapcount), wait_page_idle(), fs/xfs/xfs_inode.c xfs_wait_dax_page(), include/linux/dax.h dax_page_is_idle() (ref == 0)',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['fsdax-pinned', 'dax-reflink-pinned'],
    properties: ['I-DAXWAIT'],
    repair: [{ toggle: 'dax-waits-for', value: 'busy' }],
  },
  {
    name: 'dax-shared-pinned',
    says: 'a fault on a shared block lets a page go, for a copy or to associate it anew, that is pinned: it warns (v7.1), and when the other file ends, the block is free while the pin is there',
    cites:
      'v7.1 fs/dax.c dax_insert_entry() (shared), dax_folio_put(); fs/xfs/xfs_iomap.c xfs_read_iomap_begin() (IOMAP_F_SHARED for reads of DAX), fs/xfs/xfs_file.c __xfs_write_fault()',
    status: 'candidate',
    kernels: ALL,
    worlds: ['dax-reflink-pinned'],
    properties: ['WARN(dax)', 'I-DAXFREE'],
    repair: [
      { toggle: 'dax-cow-pinned', value: 'waits' },
      { toggle: 'dax-shared-refault', value: 'stays' },
    ],
  },
  {
    name: 'dax-stale-index',
    says: 'the index of a small page stays where its share count is looked for: a block that is shared counts a file too many, and is never let go',
    cites:
      'v6.18 fs/dax.c dax_folio_put() (returns before share is cleared), include/linux/mm_types.h struct folio; put right by dax_folio_reset_order() (v7.1)',
    status: 'known bug',
    kernels: releases('v6.15', 'v6.18'),
    worlds: ['dax-reflink', 'dax-reflink-pinned'],
    properties: ['I-DAXSHARE'],
    repair: [{ toggle: 'dax-put', value: 'all' }],
  },
  {
    name: 'dax-unmapped-busy',
    says: 'a DAX file that nobody maps is taken to be idle, whoever has pinned its pages: truncation frees the blocks',
    cites:
      'v6.12 fs/dax.c dax_layout_busy_page_range() (mapping_mapped()); "fs/dax: return unmapped busy pages from dax_layout_busy_page_range()" (v6.15)',
    status: 'known bug',
    kernels: BEFORE_6_15,
    worlds: ['fsdax-pinned', 'dax-reflink-pinned'],
    properties: ['WARN(dax)'],
    repair: [{ toggle: 'dax-scans-unmapped', value: 'yes' }],
  },
  {
    name: 'dax-evict',
    says: 'the end of an inode frees its blocks, whoever has pinned its pages',
    cites: '0e2f80afcfa6 "fs/dax: ensure all pages are idle prior to filesystem unmount" (v6.15)',
    status: 'known bug',
    kernels: BEFORE_6_15,
    worlds: ['fsdax-evict'],
    properties: ['WARN(dax)'],
    repair: [{ toggle: 'dax-evict-waits', value: 'yes' }],
  },
  {
    name: 'dax-shared-order',
    says: 'two files share blocks, and one has them by a PMD entry, the other by PTE entries: the folio has the size of the first, and the fault on the other warns; if it is the leaf, it gets SIGBUS',
    cites:
      'v7.1 fs/dax.c dax_associate_entry() (dax_entry_order() != folio_order()), mm/huge_memory.c vmf_insert_folio_pmd() (folio_order() != PMD_ORDER)',
    status: 'candidate',
    kernels: SINCE_6_15,
    worlds: ['dax-reflink-mixed'],
    properties: ['WARN(dax)'],
    repair: [{ toggle: 'dax-shared-leaf', value: 'no' }],
  },
];
