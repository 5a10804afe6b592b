/** What the releases are known to violate where page tables are walked, and pages looked for. */
import { ALL, SINCE_6_12, type Finding } from './finding.ts';
import { releases } from './releases.ts';

export const WALK_FINDINGS: readonly Finding[] = [
  {
    name: 'gup-slow-takes-special-leaf',
    says: 'the slow path of GUP takes the frame behind a special leaf in VM_MIXEDMAP for a page; gup-fast looks at the bit, and the VMA is only asked for VM_IO and VM_PFNMAP. No driver in the tree maps this way',
    cites:
      'v6.12 .. v7.3 mm/gup.c follow_huge_pmd(), follow_huge_pud() (no pmd_special(), no pud_special()), check_vma_flags()',
    status: 'candidate',
    kernels: SINCE_6_12,
    worlds: ['mixedmap-pinned-leaf', 'gup-mixedmap', 'mlock-mixedmap'],
    properties: ['gup-of-pfn'],
    repair: [{ toggle: 'gup-slow-special', value: 'yes' }],
  },
  {
    name: 'gup-takes-frame-leaf',
    says: 'GUP, its fast path included, cannot tell a leaf of frames in VM_MIXEDMAP from one of pages: entries above PTEs have no special bit. No driver in the tree maps this way',
    cites: 'v6.11 mm/gup.c gup_fast_pmd_leaf(), follow_huge_pmd(); "mm: Support huge pfnmaps" (v6.12) brings the bit',
    status: 'candidate',
    kernels: releases('v6.9', 'v6.11'),
    worlds: ['mixedmap-pinned-leaf', 'gup-mixedmap', 'mlock-mixedmap'],
    properties: ['gup-of-pfn'],
    repair: [
      { toggle: 'huge-pfnmap-archs', value: 'arm64' },
      { toggle: 'huge-special', value: 'frames' },
      { toggle: 'fork-special-pmd', value: 'copies' },
      { toggle: 'gup-fast-special', value: 'yes' },
      { toggle: 'gup-slow-special', value: 'yes' },
    ],
  },
  {
    name: 'gup-takes-frame-leaf-riscv',
    says: 'the same on riscv, which selected ARCH_SUPPORTS_HUGE_PFNMAP later than x86 and arm64. No driver in the tree maps this way',
    cites:
      '6.12.117 arch/riscv/Kconfig, include/linux/mm.h pmd_special(), mm/gup.c follow_huge_pmd(); selected in v6.18',
    status: 'candidate',
    arch: ['riscv64*'],
    kernels: releases('v6.12', 'v6.12'),
    worlds: ['mixedmap-pinned-leaf', 'gup-mixedmap', 'mlock-mixedmap'],
    properties: ['gup-of-pfn'],
    repair: [
      { toggle: 'huge-pfnmap-archs', value: 'riscv' },
      { toggle: 'gup-slow-special', value: 'yes' },
    ],
  },
  {
    name: 'gup-takes-frame-leaf-powerpc',
    says: 'the same on powerpc, which selects ARCH_SUPPORTS_HUGE_PFNMAP since v7.1. No driver in the tree maps this way',
    cites:
      '6.12.117 and v6.18.44 arch/powerpc/Kconfig, include/linux/mm.h pmd_special(), mm/gup.c follow_huge_pmd(); d1503aa9ab80 (v7.1)',
    status: 'candidate',
    arch: ['ppc64_*'],
    kernels: releases('v6.12', 'v6.18'),
    assumed: releases('v6.15', 'v6.17'),
    worlds: ['mixedmap-pinned-leaf', 'gup-mixedmap', 'mlock-mixedmap'],
    properties: ['gup-of-pfn'],
    repair: [
      { toggle: 'huge-pfnmap-archs', value: 'powerpc' },
      { toggle: 'gup-slow-special', value: 'yes' },
    ],
  },
  {
    name: 'gup-unshare-leaf-loop',
    says: 'a pin for reading on long term (RDMA, vfio) of a private mapping of a file by a PMD leaf does not end: the fault that is to unshare drops the leaf, and goes on as a read, which maps the leaf again. The caller can be killed',
    cites:
      'v6.8 .. v7.3 mm/gup.c __get_user_pages() (-EMLINK: faultin_page(), retry), mm/internal.h gup_must_unshare(), mm/memory.c wp_huge_pmd() (split_huge_pmd()), ' +
      'do_fault() (FAULT_FLAG_WRITE only), do_read_fault(), mm/filemap.c filemap_map_pmd(), do_set_pmd()',
    status: 'candidate',
    kernels: ALL,
    assumed: [...releases('v6.9', 'v6.11'), 'v6.15'],
    worlds: ['gup-longterm-leaf'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'unshare-missing', value: 'copies' }],
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
    name: 'readers-drop-pud-leaf',
    says: 'who reads page tables splits PUD leaves on the way (smaps, numa_maps, mbind() with MPOL_MF_STRICT; of device-dax also pagemap, mincore()): the next access faults. No harm by itself',
    cites:
      'v7.1 mm/pagewalk.c walk_pud_range() (split_huge_pud() where there is no ->pud_entry), fs/proc/task_mmu.c smaps_walk_ops, show_numa_ops, pagemap_ops',
    status: 'reproduced',
    seen: {
      kernels: ['6.12.117', '6.17.13', '6.18.15', '7.1.13', '7.3.4'],
      said: 'a leaf of 1 GiB of a BAR is gone behind a read of smaps, and comes back with the next access',
    },
    kernels: ALL,
    worlds: ['readers-pfnmap', 'readers-dax', 'readers-mixedmap', 'mbind-pfnmap', 'second-stage-pud'],
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
    seen: {
      kernels: ['6.12.117', '6.17.13', '6.18.15', '7.1.13'],
      said: 'BUG: unable to handle page fault for address: …, in queue_folios_pte_range()',
    },
    kernels: releases('v6.12', 'v7.1'),
    worlds: ['mbind-pfnmap'],
    properties: ['no-struct-page'],
    repair: [{ toggle: 'walked-leaf-page', value: 'normal' }],
  },
  {
    name: 'hwpoison-pfnmap-loop',
    says: 'a process reads memory known to be broken that VM_PFNMAP maps: nobody looks for the frame there, and that is no failure any more; the machine check comes again without end',
    cites:
      'since "mm/hwpoison: do not send SIGBUS to processes with recovered clean pages" (v6.15-rc1, 6.12.24); ' +
      '2e6053fea379 "mm/memory-failure: fix infinite UCE for VM_PFNMAP pfn" (v6.17-rc3, 6.12.44)',
    status: 'known bug',
    kernels: ['v6.15'],
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
    says: 'pagemap, and mbind() with MPOL_MF_MOVE, take the frame behind a special leaf in VM_MIXEDMAP for a page; until v6.11 move_pages() did, too. No driver in the tree maps this way',
    cites:
      'v7.1 fs/proc/task_mmu.c pagemap_pmd_range_thp() (pmd_page()), mm/mempolicy.c queue_folios_pmd() (pmd_folio()), vma_migratable(); v7.3 asks vm_normal_page_pmd(); v6.8 mm/huge_memory.c follow_trans_huge_pmd()',
    status: 'candidate',
    kernels: releases('v6.9', 'v7.1'),
    worlds: ['readers-mixedmap', 'mbind-move-pfnmap'],
    properties: ['no-struct-page'],
    repair: [
      { toggle: 'walked-leaf-page', value: 'normal' },
      { toggle: 'pages-stat', value: 'folio_walk' },
    ],
  },
];
