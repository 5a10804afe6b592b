/** What the releases are known to violate where x86 keeps track of cache modes. */
import { ALL, type Finding } from './finding.ts';
import { type Release, releases } from './releases.ts';

const WITH_VM_PAT = releases('v6.9', 'v6.15');
const not = (names: readonly Release[], all: readonly Release[]): readonly Release[] =>
  all.filter((name) => !names.includes(name));

export const PAT_FINDINGS: readonly Finding[] = [
  {
    name: 'pat-fork-failure',
    says: "fork() that fails leaves the child's reservation behind, or, of a private mapping, frees the parent's, which lives on: somebody else may reserve its frames for another cache mode. A shared one is warned of",
    cites:
      'dc84bc2aba85 "x86/mm/pat: Fix VM_PAT handling when fork() fails in copy_page_range()" (v6.15, 6.12.23); ' +
      'v6.14 mm/memory.c copy_page_range(), arch/x86/mm/pat/memtype.c get_pat_info()',
    status: 'known bug',
    kernels: not(['v6.12.117'], releases('v6.9', 'v6.12')),
    worlds: ['memtype', 'memtype-cow'],
    properties: ['I-MEMTYPE', 'I-CACHE', 'WARN-pat-info'],
    repair: [{ toggle: 'pat-fork', value: 'no-child' }],
  },
  {
    name: 'pat-partial-unmap',
    says: 'of a VMA that is split, the parts share one reservation, of which only the end can be freed: what is unmapped otherwise stays reserved for good ("freeing invalid memtype")',
    cites:
      'e9f180d7cfde "kernel/fork: only call untrack_pfn_clear() on VMAs duplicated for fork()" (its message); "mm: rewrite pfnmap ' +
      'tracking and remove VM_PAT" (v6.16); v6.14 arch/x86/mm/pat/memtype_interval.c memtype_erase()',
    status: 'known bug',
    kernels: WITH_VM_PAT,
    worlds: ['memtype-parts', 'memtype-moves'],
    properties: ['I-MEMTYPE'],
    repair: [{ toggle: 'memtype-erase', value: 'any-part' }],
  },
  {
    name: 'pat-partial-move',
    says: 'mremap() of a part of a VMA takes VM_PAT from all of it: what stays behind is never given up',
    cites:
      'v6.14 mm/mremap.c move_vma() (untrack_pfn_clear() before do_vmi_munmap() splits the VMA); contexts since v6.16',
    status: 'candidate',
    kernels: WITH_VM_PAT,
    worlds: ['memtype-moves'],
    properties: ['I-MEMTYPE'],
    repair: [{ toggle: 'mremap-untrack', value: 'part' }],
  },
  {
    name: 'pat-fork-of-copy',
    says: 'fork() fails while the first page of a private mapping is a copy: the cache mode of the rest is read from its entry',
    cites:
      '04c35ab3bdae "x86/mm/pat: fix VM_PAT handling in COW mappings" (v6.9), which leaves it so; ' +
      'v6.14 arch/x86/mm/pat/memtype.c get_pat_info(), track_pfn_copy()',
    status: 'known bug',
    kernels: WITH_VM_PAT,
    worlds: ['memtype-cow'],
    properties: ['I-FORKS'],
    repair: [{ toggle: 'pat-fork-of-copy', value: 'of-vma' }],
  },
  {
    name: 'pat-mremap-failure',
    says: 'mremap() that fails takes VM_PAT from the VMA whose pages are back, and not from its copy, which is unmapped: what is reserved is never given up, or, of a private mapping, at once, while its pages are mapped',
    cites:
      '"mm/mremap: complete refactor of move_vma()" (Lorenzo Stoakes, 2025-03; v6.15): copy_vma_and_data(); its like without VM_PAT in 6.16.3',
    status: 'candidate',
    kernels: ['v6.15'],
    worlds: ['memtype'],
    properties: ['I-MEMTYPE', 'I-CACHE', 'WARN-pat-info'],
    repair: [{ toggle: 'mremap-error-untrack', value: 'copy' }],
  },
  {
    name: 'remap-error-warns',
    says: 'remap_pfn_range() that fails before it has mapped the first page is warned of: what it has mapped is unmapped while VM_PAT is set',
    cites:
      '79a61cc3fc04 "mm: avoid leaving partial pfn mappings around in error case" (v6.11): remap_pfn_range_notrack(), ' +
      'zap_page_range_single(), unmap_single_vma(), untrack_pfn() in 6.12.117 and v6.14',
    status: 'candidate',
    kernels: releases('v6.11', 'v6.15'),
    worlds: ['memtype'],
    properties: ['WARN-pat-info'],
    repair: [{ toggle: 'remap-error-untrack', value: 'first' }],
  },
  {
    name: 'remap-part-unreserved',
    says: 'who maps a part of a VMA by remap_pfn_range() reserves nothing: frames that are mapped so may be reserved for another cache mode, and are mapped for two then',
    cites:
      'v7.1 mm/memory.c remap_pfn_range(), arch/x86/mm/pat/memtype.c pfnmap_setup_cachemode(); 5180da410db6 "x86, pat: separate the pfn ' +
      'attribute tracking for remap_pfn_range and vm_insert_pfn" (v3.7) means the first',
    status: 'candidate',
    kernels: ALL,
    worlds: ['memtype-partial'],
    properties: ['I-CACHE'],
    repair: [{ toggle: 'remap-part', value: 'refused' }],
  },
];
