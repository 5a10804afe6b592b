/** Linux v7.1, as read in its source (7.1.5). remap_pfn_range() maps PTEs only. */
import {
  pfn_pmd,
  pfn_pte,
  pfn_pud,
  pmd_modify,
  pmd_pgprot,
  pte_modify,
  pud_modify,
  vm_page_prot,
} from '../arch/x86.ts';
import { dax_insert, dev_dax_may_split } from '../drivers/dax_device.ts';
import { driver_fault, driver_huge_fault, driver_pfn_mkwrite } from '../drivers/fault.ts';
import { supports_pfnmap, vfio_is_aligned, vfio_pci_core_mmap } from '../drivers/vfio_pci_core.ts';
import {
  change_huge_pmd,
  copy_huge_pmd,
  insert_pmd,
  insert_pmd_entry,
  is_anon_leaf,
  move_huge_pmd,
  zap_counts_pmd,
  zap_huge_pmd,
} from '../mm/huge_memory.ts';
import { folio_expected_ref_count, remap_page, unmap_folio } from '../mm/folio_split.ts';
import { filemap_get_folio } from '../mm/filemap.ts';
import { do_huge_zero_wp_pmd, map_anon_folio_pmd } from '../mm/huge_memory_fault.ts';
import {
  change_huge_pud,
  copy_huge_pud,
  copy_protects_pud,
  counts_pud,
  insert_pud_entry,
  move_huge_pud,
  split_huge_pud,
  split_normal_pud,
  zap_huge_pud,
  zap_normal_pud,
} from '../mm/huge_memory_pud.ts';
import {
  __split_huge_pfnmap_pmd,
  counter_then_put,
  split_anon_pmd,
  split_counts_pmd,
  split_file_maps,
  split_pfnmap_pte,
  vma_adjust_trans_huge,
} from '../mm/huge_memory_split.ts';
import { is_huge_zero_pmd } from '../mm/huge_memory_zero.ts';
import type { Kernel } from '../mm/kernel.ts';
import { collapse_copied_ptes, collapse_restores_table, collapse_scan_folio } from '../mm/khugepaged.ts';
import { unmap_huge_pmd_locked } from '../mm/lazyfree.ts';
import {
  copy_pte_range,
  vm_normal_page,
  vm_normal_page_pmd,
  vm_normal_page_pud,
  zap_page_range_single,
  zap_pte_range,
} from '../mm/memory.ts';
import { zero_pte } from '../mm/memory_anon.ts';
import { create_huge_pmd, create_huge_pud, wp_huge_pmd, wp_huge_pud } from '../mm/memory_fault.ts';
import { do_set_pmd } from '../mm/memory_file.ts';
import { copy_swap_pte, do_swap_page, unmap_to_swap, zap_swap_pte } from '../mm/memory_swap.ts';
import { is_mapped_once, wp_can_reuse_anon_folio, wp_pfn_shared } from '../mm/memory_wp.ts';
import { unmap_region } from '../mm/mmap.ts';
import { remove_migration_ptes, split_pmd_ends_walk } from '../mm/migrate.ts';
import { change_pte_range, change_pud_leaf, prot_none_pte_entry } from '../mm/mprotect.ts';
import { get_old_pud_is_none, move_ptes } from '../mm/mremap.ts';
import { PageAnonExclusive } from '../mm/page_flags.ts';
import { folio_maybe_dma_pinned } from '../mm/page_ref.ts';
import { pte_alloc_one, pte_free } from '../mm/pgalloc.ts';
import { pgtable_trans_huge_deposit, pgtable_trans_huge_withdraw } from '../mm/pgtable_generic.ts';
import { TRACK_CTX } from '../mm/pfnmap_track_ctx.ts';
import { cow_remap_fits, remap_is_aligned, remap_pfn_range, remap_pte_range } from '../mm/remap_pfn_range.ts';
import {
  folio_add_anon_rmap_ptes,
  folio_add_file_rmap_pud,
  folio_maybe_mapped_shared,
  folio_remove_rmap_pud,
  folio_try_dup_anon_rmap_ptes,
  folio_try_share_anon_rmap,
} from '../mm/rmap.ts';
import { folio_unmap_pte_batch } from '../mm/rmap_unmap.ts';
import { folio_free_swap } from '../mm/swapfile.ts';
import { unmap_mapping_range_tree } from '../mm/truncate.ts';
import { move_pages, moved_zero_pmd } from '../mm/userfaultfd.ts';
import { is_mergeable_anon_vma, split_vma, vma_is_anonymous, vma_is_dax, vma_is_special_huge } from '../mm/vma.ts';
import { hasPudLeaves } from '../state/machine.ts';
import { Pmd, Vma, VmaKind } from '../state/mm_types.ts';
import { DEVICE_PRIVATE_7_1 } from './v7_1_device_private.ts';
import { HWPOISON_7_1 } from './v7_1_hwpoison.ts';
import { WALKS_7_1 } from './v7_1_walks.ts';
import { DAX_7_1 } from './v7_1_dax.ts';
import { GUP_7_1 } from './v7_1_gup.ts';
import { LOOKUPS_7_1 } from './v7_1_lookups.ts';
import { MLOCK_7_1 } from './v7_1_mlock.ts';
import { PAGE_CACHE_7_1 } from './v7_1_page_cache.ts';
import { RECLAIM_7_1 } from './v7_1_reclaim.ts';
import { P2PDMA_7_1 } from './v7_1_p2pdma.ts';

const no = (): boolean => false;
const yes = (): boolean => true;

export const v7_1: Kernel = {
  ...LOOKUPS_7_1,
  ...MLOCK_7_1,
  ...DAX_7_1,
  ...GUP_7_1,
  ...HWPOISON_7_1,
  ...DEVICE_PRIVATE_7_1,
  ...WALKS_7_1,
  ...PAGE_CACHE_7_1,
  ...RECLAIM_7_1,
  ...P2PDMA_7_1,
  name: 'v7.1',
  // ARCH_SUPPORTS_HUGE_PFNMAP of arch/x86, arm64, riscv and powerpc.
  configured: (machine) =>
    machine.arch === 's390' || machine.arch === 'loongarch'
      ? { ...machine, pmdSpecial: false, pudSpecial: false }
      : machine,
  vm_page_prot,
  pmd_modify,
  pte_modify,
  pud_modify,
  pfn_pte,
  pfn_pmd,
  pfn_pud,
  pmd_pgprot,
  pte_alloc_one,
  pte_free,
  pgtable_trans_huge_deposit,
  pgtable_trans_huge_withdraw,
  folio_add_file_rmap_pud,
  folio_remove_rmap_pud,
  folio_maybe_mapped_shared,
  folio_try_dup_anon_rmap_ptes,
  folio_add_anon_rmap_ptes,
  folio_unmap_pte_batch,
  // Since v7.0 (29f40594a281); v6.15, which began to batch, did not.
  unmap_batch_respects_write: yes,
  // Since v6.15 (2f9b43d617e2, faeb2831b517).
  unmap_splits_lazyfree_pmd: no,
  swapbacked_iff_dirty: yes,
  insert_pmd,
  insert_pmd_entry,
  insert_pud_entry,
  // Since v6.17.
  insert_pud_uses_memtype: yes,
  do_set_pmd,
  // Since v6.16.
  read_fault_dirties: yes,
  // Since v6.10.
  set_pmd_from_tail: yes,
  map_anon_folio_pmd,
  do_huge_zero_wp_pmd,
  copy_huge_pmd,
  copy_huge_pud,
  zap_huge_pmd,
  zap_huge_pud,
  split_anon_pmd,
  split_keeps_dirty: () => true,
  split_huge_pud,
  unmap_huge_pmd_locked,
  __split_huge_pfnmap_pmd,
  move_huge_pmd,
  move_huge_pud,
  change_huge_pmd,
  mprotect_upgrades_pmd: () => true,
  change_huge_pud,
  vma_adjust_trans_huge,
  // __thp_vma_allowable_orders(): PUD leaves only of devices; the rest of its questions are the world's.
  thp_vma_allowable_order: (s, vma, level) =>
    s.kernel.thp_policy_allows(s, vma) &&
    (level === 'PMD'
      ? s.machine.pmdLeaves
      : hasPudLeaves(s.machine) && (s.kernel.vma_is_special_huge(vma) || Vma.kind(vma) === VmaKind.dax)),
  thp_policy_allows: (s, vma) => s.machine.thp === 'always' || Vma.kind(vma) === VmaKind.dax,
  pfnmap_may_be_cow: no,
  huge_zero_is_special: yes,
  copy_as_special: (s, e) => Pmd.special(e) === 1 && !is_huge_zero_pmd(s, e),
  copy_protects_pud,
  zap_counts_pmd,
  // "transfer the pmd dirty bit to the folio on zap" came later.
  zap_marks_dirty: no,
  copy_counts_pud: no,
  counts_pud,
  split_counts_pmd,
  zap_normal_pud,
  split_normal_pud,
  split_file_maps,
  split_file_counts: counter_then_put,
  // radix, x86 and others: no; powerpc's hash MMU keeps its slots in the reserved table.
  arch_needs_pgtable_deposit: (s) => s.machine.depositsPer === 'slot',
  has_deposited_pgtable: (s, vma, e) =>
    s.kernel.arch_needs_pgtable_deposit(s) || (is_huge_zero_pmd(s, e) && !vma_is_dax(vma)) || is_anon_leaf(s, e),
  // The lists differ; the caller has seen to that, except that the hash MMU's cells always do.
  pmd_move_must_withdraw: (s, vma) => s.machine.depositsPer === 'slot' || vma_is_anonymous(vma),
  copy_special_allocates: no,
  copy_special_deposits: no,
  split_special_populates: no,
  split_pfnmap_pte,
  split_file_frees_deposit: (s) => s.kernel.arch_needs_pgtable_deposit(s),
  vma_is_special_huge,
  split_vma,
  is_mergeable_anon_vma,
  border_may_move: () => true,
  may_split: (s, vma, page) => Vma.kind(vma) !== VmaKind.dax || dev_dax_may_split(s, page),
  unmap_and_free_vma: unmap_region,
  vma_closes_first: no,
  // VM_SPECIAL, since v7.0.
  dofork_refused: (_s, vma) => Vma.pfnmap(vma) === 1 || Vma.mixedmap(vma) === 1,
  // Since v6.10, it is a part of one that has to be split.
  madvise_free_splits: no,
  // Since v6.18 (fa04f5b60fda).
  truncate_unmaps_unsplit: yes,
  unmap_mapping_range_tree,
  folio_expected_ref_count,
  // Since v6.10 (7491f3f34891).
  queues_unmapped: no,
  // As read in v7.1.3.
  migration_requeues: yes,
  unmap_folio,
  remap_page,
  filemap_get_folio,
  collapse_scan_folio,
  khugepaged_skips_lazyfree: yes,
  collapse_wants_writable: no,
  collapse_restores_table,
  // As read in v6.12 .. v7.3.
  collapse_keeps_dirty: no,
  collapse_copied_ptes,
  vm_normal_page,
  vm_normal_page_pmd,
  vm_normal_page_pud,
  zap_pte_range,
  // CONFIG_PT_RECLAIM, v6.14.
  reclaims_empty_tables: yes,
  copy_pte_range,
  create_huge_pud,
  create_huge_pmd,
  wp_huge_pud,
  wp_huge_pmd,
  // Since v5.19 (6c287605fd56).
  wp_reuses_exclusive: PageAnonExclusive,
  wp_can_reuse_anon_folio,
  is_mapped_once,
  // As read in v6.12.
  unshare_marks_dirty: no,
  wp_pfn_shared,
  zero_pte,
  // finish_fault(): of any file, within the VMA and the page table.
  fault_maps_folio: () => true,
  // Since v6.14 (34b82f33cf3f).
  finish_fault_falls_back: yes,
  change_pte_range,
  change_pud_leaf,
  prot_none_pte_entry,
  move_ptes,
  get_old_pud_is_none,
  split_pmd_ends_walk,
  remove_migration_ptes,
  move_pages,
  moved_zero_pmd,
  // Since v6.15.
  moved_pte_keeps_clean: yes,
  uffd_move_deposits_first: no,
  driver_mmap: vfio_pci_core_mmap,
  do_swap_page,
  // Since v7.0: every page that is read in from swap is in the swap cache first.
  swapin_skips_cache: no,
  swapin_puts_first: no,
  swapin_frees_sync: (s) => s.machine.syncSwap,
  swapin_asks_entry: no,
  copy_swap_pte,
  zap_swap_pte,
  unmap_to_swap,
  folio_try_share_anon_rmap_pte: folio_try_share_anon_rmap,
  folio_maybe_dma_pinned,
  folio_free_swap,
  // Since v6.14 (c50f8e6053b0).
  uffd_refuses_large_swapcache: yes,
  driver_fault,
  driver_huge_fault,
  driver_pfn_mkwrite,
  dirty_scan_cleans: no,
  vfio_is_aligned,
  vfio_maps_leaves: supports_pfnmap,
  vfio_maps_private: no,
  vfio_maps_bars: yes,
  vfio_passes_write: no,
  dax_insert,
  inserts_folio_leaves: yes,
  // Since v6.16.
  pfnmap_tracking: TRACK_CTX,
  remap_pfn_range,
  cow_remap_fits,
  remap_unmaps: zap_page_range_single,
  remap_pte_range,
  remap_is_aligned,
  remap_pmd_allowed: no,
  remap_clear_slot: no,
  remap_clear_pud: no,
  install: { deposits: false, underLock: true, fallsBack: true, depositFirst: true },
};
