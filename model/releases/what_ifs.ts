/**
 * What no release here has: repairs, that tell whether a finding goes away with them, and a mistake of older releases.
 * The first value of each is that of every release.
 */
import { ModelBug } from '../../checker/search/index.ts';
import { memtype_erase_part } from '../arch/memtype_interval.ts';
import { copies_by_pgoff, untracks_moved_part } from '../arch/track_pfn.ts';
import { DEVICE_FRAMES, pudPages } from '../state/geometry.ts';
import { isHash } from '../state/machine.ts';
import { hwpoison_pud_entry } from '../mm/memory_failure.ts';
import { ACTION_CONTINUE } from '../mm/pagewalk.ts';
import { covers } from '../mm/pfnmap_track.ts';
import { pmd_is_huge, pud_none, pud_of, pud_offset, pud_trans_huge } from '../mm/pgtable.ts';
import { Result } from '../state/mm_types.ts';
import { asItIs, type Toggle } from '../series/toggles.ts';

export const WHAT_IFS: readonly Toggle[] = [
  {
    name: 'vfio-passes-write',
    says: "whether vfio's handler passes the write flag of a fault on to vmf_insert_pfn_pmd() and vmf_insert_pfn_pud(); a what-if",
    cites: 'v7.1 drivers/vfio/pci/vfio_pci_core.c vfio_pci_vmf_insert_pfn() (write is false)',
    values: [
      asItIs('no', 'never'),
      {
        value: 'yes',
        says: 'a write fault on a read-only leaf makes it writable',
        patch: { vfio_passes_write: () => () => true },
      },
    ],
  },
  {
    name: 'mremap-pud',
    says: 'what get_old_pud() of mremap() makes of a PUD leaf; a what-if',
    cites: 'v7.1 mm/mremap.c get_old_pud() (pud_none_or_clear_bad())',
    values: [
      asItIs('bad', 'a bad entry: it is cleared, with a message and without a flush'),
      {
        value: 'leaf',
        says: 'a leaf, which moves whole, or is split',
        patch: {
          get_old_pud_is_none: () => (s, mm, pud) => pud_none(s.pud.at(pud_offset(s.geometry, mm, pud))),
        },
      },
    ],
  },
  {
    name: 'vma-split-pud',
    says: 'what a VMA boundary inside a PUD leaf does to it; a what-if',
    cites: 'v7.1 mm/huge_memory.c vma_adjust_trans_huge() (PMDs only)',
    values: [
      asItIs('ignored', 'nothing, or, where it is not PMD-aligned, a walk into the leaf'),
      {
        value: 'splits',
        says: 'the leaf is split, and a fault brings it back in parts',
        patch: {
          vma_adjust_trans_huge: (base) => (s, mm, row, page) => {
            if (page % pudPages(s.geometry) !== 0)
              s.kernel.split_huge_pud(s, mm, s.vma.at(row), pud_of(s.geometry, page));
            base(s, mm, row, page);
          },
        },
      },
    ],
  },
  {
    name: 'hash-pud-order',
    says: "whether PUD leaves are offered with powerpc's hash MMU; a what-if",
    cites:
      'v7.1 mm/huge_memory.c __thp_vma_allowable_orders() (THP_ORDERS_ALL_SPECIAL_DAX), arch/powerpc has_transparent_pud_hugepage()',
    values: [
      asItIs('yes', 'they are, by what was configured'),
      {
        value: 'no',
        says: 'has_transparent_pud_hugepage() is asked',
        patch: {
          thp_vma_allowable_order: (base) => (s, vma, level) =>
            base(s, vma, level) && (level === 'PMD' || !isHash(s.machine)),
        },
      },
    ],
  },
  {
    name: 'dirty-scan',
    says: 'what a driver that collects dirty pages by ->pfn_mkwrite does to the entries; a what-if',
    cites:
      'drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c vmw_bo_dirty_scan_mkwrite() (wp_shared_mapping_range() alone; ' +
      'vmw_bo_dirty_add() and vmw_bo_dirty_pre_unmap() also clean)',
    values: [
      asItIs('protects', 'they lose the right to write, and stay dirty'),
      {
        value: 'cleans',
        says: 'they lose the right to write, and are clean',
        patch: { dirty_scan_cleans: () => () => true },
      },
    ],
  },
  {
    name: 'walk-skipped-vma',
    says: 'what walk_page_mapping() does at a VMA that it is not to walk; a what-if',
    cites: 'v6.12 mm/pagewalk.c walk_page_mapping() (break, where walk_page_range() goes on)',
    values: [
      asItIs('ends', 'it ends: what comes behind in the i_mmap tree is not walked'),
      {
        value: 'goes-on',
        says: 'it goes on with the next',
        patch: { skipped_vma_ends_walk: () => () => false },
      },
    ],
  },
  {
    name: 'leaf-counted-by',
    says: 'what tells zap and split of a PUD leaf, and the split of a PMD leaf, that it has no folio; a what-if',
    cites:
      'v7.1 mm/huge_memory.c zap_huge_pud(), __split_huge_pud_locked(), __split_huge_pmd_locked() (vma_is_special_huge())',
    values: [
      asItIs('vma', 'the VMA'),
      {
        value: 'entry',
        says: 'the entry, as zap_huge_pmd() does since v7.1',
        patch: {
          counts_pud: () => (s, vma, pud, e) =>
            s.kernel.vm_normal_page_pud(s, vma, pud * pudPages(s.geometry), e) >= DEVICE_FRAMES,
          split_counts_pmd: () => (s, vma, slot, e) =>
            pmd_is_huge(e) && s.kernel.vm_normal_page_pmd(s, vma, slot * s.geometry.ptrsPerPte, e) >= DEVICE_FRAMES,
        },
      },
    ],
  },
  {
    name: 'fork-counts-pud',
    says: 'whether fork counts the folio of a PUD leaf that it copies; a what-if',
    cites: 'v7.1 mm/huge_memory.c copy_huge_pud()',
    values: [
      asItIs('no', 'it copies the entry'),
      {
        value: 'yes',
        says: 'with a reference, a mapping and rss, as copy_huge_pmd() does for anonymous memory',
        patch: { copy_counts_pud: () => () => true },
      },
    ],
  },
  {
    name: 'unshare-dirty',
    says: 'whether the copy that GUP unshares for a read pin is dirty; a what-if',
    cites: 'v6.12 mm/memory.c wp_page_copy()',
    values: [
      asItIs('no', 'neither its entry nor its folio is, although it holds data'),
      { value: 'yes', says: 'its entry is', patch: { unshare_marks_dirty: () => () => true } },
    ],
  },
  {
    name: 'gup-slow-special',
    says: 'whether the slow path of GUP looks at the special bit of PMD and PUD leaves; a what-if',
    cites: 'v6.12 mm/gup.c follow_huge_pmd(), follow_huge_pud()',
    values: [
      asItIs('no', 'only the VMA keeps it away'),
      { value: 'yes', says: 'as gup-fast does', patch: { gup_slow_checks_special: () => () => true } },
    ],
  },
  {
    name: 'uffd-move-deposit',
    says: 'when UFFDIO_MOVE moves the deposit of a leaf; a what-if',
    cites: 'v6.12 mm/huge_memory.c move_pages_huge_pmd()',
    values: [
      asItIs('last', 'when the leaf is in its new slot'),
      {
        value: 'first',
        says: 'before the leaf is put there',
        patch: { uffd_move_deposits_first: () => () => true },
      },
    ],
  },
  {
    name: 'readers-pud',
    says: 'what readers of page tables do about a PUD leaf; a what-if, but for mincore() since v7.3',
    cites:
      'v7.1 fs/proc/task_mmu.c smaps_walk_ops, show_numa_ops, mm/memory-failure.c hwpoison_walk_ops, mm/mempolicy.c ' +
      'queue_pages_walk_ops (no ->pud_entry); v7.3 mm/mincore.c mincore_pud_entry()',
    values: [
      asItIs('split', 'nothing: the walk splits it, and the next access faults'),
      {
        value: 'kept',
        says: 'they look at it, and leave it alone',
        patch: {
          reader_pud_entry: () => (s, walk, row) => {
            if (pud_trans_huge(s.pud.at(row))) walk.action = ACTION_CONTINUE;
            return 0;
          },
        },
      },
    ],
  },
  {
    name: 'hwpoison-pud',
    says: 'what kill_accessing_process() does about a PUD leaf; a what-if',
    cites: 'v7.1 and v7.3.4 mm/memory-failure.c hwpoison_walk_ops (no ->pud_entry)',
    values: [
      asItIs('split', 'nothing: the walk splits it, and what it mapped is not found'),
      {
        value: 'checked',
        says: 'it looks at the frames, as it does at PMD level',
        patch: { hwpoison_pud_entry: () => hwpoison_pud_entry },
      },
    ],
  },
  {
    name: 'collapse-pte-dirty',
    says: 'whether PTEs of a large folio of shmem that a collapse takes away leave their dirty bit with it; a what-if',
    cites: 'v7.1 mm/khugepaged.c try_collapse_pte_mapped_thp() ("PTE dirty? Shmem page is already dirty")',
    values: [
      asItIs('drops', 'it is lost'),
      { value: 'keeps', says: 'the folio is dirty then', patch: { collapse_keeps_dirty: () => () => true } },
    ],
  },
  {
    name: 'split-file-migration',
    says: 'what the split of a file leaf makes of a migration entry; a mistake until v5.12',
    cites: '99fa8a48203d (v5.13), mm/huge_memory.c __split_huge_pmd_locked()',
    values: [
      asItIs('entry', 'a migration entry: only rss is counted down'),
      {
        value: 'leaf',
        says: 'a leaf: its folio loses a mapping and a reference as well',
        patch: { split_file_maps: () => () => true },
      },
    ],
  },
  {
    name: 'vma-border',
    says: 'whether a border between VMAs moves to a page without a question to ->may_split(); a what-if',
    cites: 'v7.1 mm/vma.c vma_modify(), vma_merge_existing_range(), __split_vma() (which alone asks)',
    values: [
      asItIs('moves', 'it does'),
      {
        value: 'asks',
        says: 'the VMA is split there, or stays as it is',
        patch: { border_may_move: () => (s, vma, page) => s.kernel.may_split(s, vma, page) },
      },
    ],
  },
  {
    name: 'pud-split',
    avoids: true,
    says: 'what comes of the split of a PUD leaf; a what-if, to see whether there is one',
    cites: 'v7.1 mm/huge_memory.c __split_huge_pud()',
    values: [
      asItIs('splits', 'nothing maps its pages, until a fault does'),
      {
        value: 'stops',
        says: 'the machine stops',
        patch: {
          split_huge_pud: (base) => (s, mm, vma, pud) => {
            if (pud_trans_huge(s.pud.at(pud_offset(s.geometry, mm, pud))))
              throw new ModelBug('BUG(pud-split)', `PUD leaf ${pud} is split`);
            base(s, mm, vma, pud);
          },
        },
      },
    ],
  },
  {
    name: 'remap-part',
    says: 'what remap_pfn_range() of a part of a VMA makes of cache modes on x86; a what-if',
    cites: 'v7.1 mm/memory.c remap_pfn_range() (pfnmap_setup_cachemode())',
    values: [
      asItIs('looks-up', 'it takes that for which the frames are reserved, and reserves none'),
      {
        value: 'refused',
        says: 'it fails (-EINVAL)',
        patch: {
          pfnmap_tracking: (base) => ({
            ...base,
            track_remap: (s, mm, vma, from, to, pfn, prot) =>
              covers(vma, from, to) ? base.track_remap(s, mm, vma, from, to, pfn, prot) : -Result.EINVAL,
          }),
        },
      },
    ],
  },
  {
    name: 'memtype-erase',
    says: 'what may be given up of a reservation while modes are tracked by VM_PAT; a what-if',
    cites: 'v6.14 arch/x86/mm/pat/memtype_interval.c memtype_erase() (MEMTYPE_EXACT_MATCH, MEMTYPE_END_MATCH)',
    values: [
      asItIs('end', 'all of it, or its end'),
      {
        value: 'any-part',
        says: 'any part',
        patch: { pfnmap_tracking: (base) => ({ ...base, memtype_erase: memtype_erase_part }) },
      },
    ],
  },
  {
    name: 'mremap-untrack',
    says: 'from what mremap() of a part of a VMA takes VM_PAT; a what-if',
    cites: 'v6.14 mm/mremap.c move_vma() (untrack_pfn_clear() of the whole VMA)',
    values: [
      asItIs('vma', 'from all of the VMA'),
      {
        value: 'part',
        says: 'from the part that has moved; the VMA is split first',
        patch: { pfnmap_tracking: untracks_moved_part },
      },
    ],
  },
  {
    name: 'pat-fork-of-copy',
    says: 'which cache mode fork() takes for a private VMA with VM_PAT whose first page is a copy; a what-if',
    cites: 'v6.14 arch/x86/mm/pat/memtype.c get_pat_info() (-EINVAL where a pgprot is asked for)',
    values: [
      asItIs('none', 'none: it fails'),
      {
        value: 'of-vma',
        says: 'that which the VMA asks for',
        patch: { pfnmap_tracking: copies_by_pgoff },
      },
    ],
  },
];
