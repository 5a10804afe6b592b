/** What the releases differ in where x86 keeps track of cache modes: see differences.ts. */
import { TRACK_VM_PAT, untracks_first, untracks_source } from '../arch/track_pfn.ts';
import { type Difference, history, now } from './releases.ts';

export const PAT_DIFFERENCES: readonly Difference[] = [
  {
    name: 'pfnmap-tracking',
    says: 'how a VMA knows which frames remap_pfn_range() has reserved for it on x86',
    cites:
      '"mm: rewrite pfnmap tracking and remove VM_PAT" (David Hildenbrand, v2, 2025-05-12; v6.16); ' +
      '6.16.3 mm/memory.c pfnmap_track_ctx_alloc(), mm/vma_init.c; v6.8, 6.12.117, v6.14 arch/x86/mm/pat/memtype.c, memtype_interval.c',
    at: history('vm-pat', { 'v6.17': 'contexts' }),
    values: [
      now(
        'contexts',
        'by a context, that all VMAs made from it share: what was reserved stays so until the last is gone',
      ),
      {
        value: 'vm-pat',
        says: 'by VM_PAT: fork reserves once more, and each VMA frees as many frames as it has, from that of its first entry on; a reservation may lose its end',
        patch: { pfnmap_tracking: () => TRACK_VM_PAT },
      },
    ],
  },
  {
    name: 'pat-fork',
    says: 'which VMAs that are made from one with VM_PAT have the flag too',
    cites:
      'dc84bc2aba85 "x86/mm/pat: Fix VM_PAT handling when fork() fails in copy_page_range()" (v6.15, 6.12.23), ' +
      'e9f180d7cfde "kernel/fork: only call untrack_pfn_clear() on VMAs duplicated for fork()" (v6.15); read in 6.12.117, v6.14',
    at: history('all', { 'v6.15': 'no-child' }, { 'v6.12.117': 'no-child' }),
    values: [
      now(
        'no-child',
        "those of a split or of mremap(); a child's once it has reserved its frames, and not when it fails",
      ),
      {
        value: 'all',
        says: "all; a child's loses it when page tables cannot be copied, and keeps it when frames cannot be reserved",
        patch: { pfnmap_tracking: (base) => ({ ...base, dup_clears: 'none' }) },
      },
      {
        value: 'none',
        says: "none but a child's, once it has reserved its frames (dc84bc2aba85 alone, in v6.15-rc1 and 6.12.23)",
        patch: { pfnmap_tracking: (base) => ({ ...base, dup_clears: 'all' }) },
      },
    ],
  },
  {
    name: 'pat-info-level',
    says: 'from which entries it is read what a VMA with VM_PAT has reserved',
    cites:
      'arch/x86/mm/pat/memtype.c follow_phys(): follow_pfnmap_start() in 6.12.117, follow_pte() in v6.11 (in mm/memory.c until v6.9)',
    at: history('ptes', { 'v6.12': 'all' }),
    values: [
      now('all', 'of every level; a leaf has PSE where a PTE has PAT'),
      {
        value: 'ptes',
        says: 'PTEs',
        patch: { pfnmap_tracking: (base) => ({ ...base, reads_leaves: false }) },
      },
    ],
  },
  {
    name: 'remap-error-untrack',
    says: 'when a remap_pfn_range() that fails gives up what it has reserved by VM_PAT',
    cites:
      '79a61cc3fc04 "mm: avoid leaving partial pfn mappings around in error case" (v6.11): zap_page_range_single() comes before untrack_pfn()',
    at: history('first', { 'v6.11': 'last' }),
    values: [
      now('last', 'while it unmaps what it has mapped, by the first entry, or behind that'),
      {
        value: 'first',
        says: 'at once: what it has mapped goes with the VMA',
        patch: { pfnmap_tracking: untracks_first },
      },
    ],
  },
  {
    name: 'mremap-error-untrack',
    says: 'which VMA has no VM_PAT after mremap() has failed, and before the copy is unmapped',
    cites:
      '"mm/mremap: complete refactor of move_vma()" (v6.15): copy_vma_and_data() sets vrm->vma to the copy, and calls untrack_pfn_clear() ' +
      'for the one before; v6.14 move_vma() (vma = new_vma); contexts since v6.16',
    at: history('copy', { 'v6.15': 'source', 'v6.17': 'copy' }),
    values: [
      now('copy', 'the copy'),
      {
        value: 'source',
        says: 'the VMA whose pages are back: the copy, which maps nothing, gives up what is reserved for them',
        patch: { pfnmap_tracking: untracks_source },
      },
    ],
  },
];
