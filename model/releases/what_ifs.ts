/**
 * What no release here has: repairs, that tell whether a finding goes away with them, and a mistake of older releases.
 * The first value of each is that of every release.
 */
import { DEVICE_FRAMES, pudPages } from '../state/geometry.ts';
import { pmd_is_huge, pud_none, pud_of, pud_offset } from '../mm/pgtable.ts';
import type { Toggle, ToggleValue } from '../series/toggles.ts';

const asItIs = (value: string, says: string): ToggleValue => ({ value, says, patch: {} });

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
];
