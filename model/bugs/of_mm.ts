/** Bugs of leaves that map devices, of page tables in reserve, and of who looks frames up. */
import type { Bug } from './bug.ts';
import acrn_follow_pte_meets_leaf from './acrn_follow_pte_meets_leaf.ts';
import acrn_ignores_write_permission from './acrn_ignores_write_permission.ts';
import acrn_looks_up_first_page from './acrn_looks_up_first_page.ts';
import follow_pfnmap_pgprot_as_of_leaf from './follow_pfnmap_pgprot_as_of_leaf.ts';
import follow_pfnmap_returns_stale_entry from './follow_pfnmap_returns_stale_entry.ts';
import fork_copies_huge_zero_as_special from './fork_copies_huge_zero_as_special.ts';
import fork_copies_migration_pmd_as_special from './fork_copies_migration_pmd_as_special.ts';
import fork_copies_vm_pat from './fork_copies_vm_pat.ts';
import fork_of_pfnmap_pmd_deposits_nothing from './fork_of_pfnmap_pmd_deposits_nothing.ts';
import fork_of_pud_leaf_beyond_vma from './fork_of_pud_leaf_beyond_vma.ts';
import fork_protects_shared_pud_leaf from './fork_protects_shared_pud_leaf.ts';
import fork_skips_pfnmap_pmd from './fork_skips_pfnmap_pmd.ts';
import generic_access_phys_crosses_page from './generic_access_phys_crosses_page.ts';
import generic_access_phys_follow_pte_meets_leaf from './generic_access_phys_follow_pte_meets_leaf.ts';
import generic_access_phys_maps_ram from './generic_access_phys_maps_ram.ts';
import gup_slow_takes_special_leaf from './gup_slow_takes_special_leaf.ts';
import hash_dax_load_hole_deposits_nothing from './hash_dax_load_hole_deposits_nothing.ts';
import hash_do_set_pmd_deposits_nothing from './hash_do_set_pmd_deposits_nothing.ts';
import hash_fork_of_special_pmd from './hash_fork_of_special_pmd.ts';
import hash_insert_pmd_deposits_nothing from './hash_insert_pmd_deposits_nothing.ts';
import hash_mremap_in_one_pmd_table from './hash_mremap_in_one_pmd_table.ts';
import hash_mremap_of_file_pmd from './hash_mremap_of_file_pmd.ts';
import hash_retract_keeps_table from './hash_retract_keeps_table.ts';
import hash_split_withdraws_first from './hash_split_withdraws_first.ts';
import hwpoison_walk_skips_pfnmap from './hwpoison_walk_skips_pfnmap.ts';
import insert_pmd_over_leaf from './insert_pmd_over_leaf.ts';
import kvm_arm64_block_by_vma from './kvm_arm64_block_by_vma.ts';
import kvm_assumes_pte_writable from './kvm_assumes_pte_writable.ts';
import kvm_follow_pte_meets_leaf from './kvm_follow_pte_meets_leaf.ts';
import mprotect_clears_pud_leaf from './mprotect_clears_pud_leaf.ts';
import mremap_clears_pud_leaf from './mremap_clears_pud_leaf.ts';
import mremap_leaves_deposit from './mremap_leaves_deposit.ts';
import pmd_modify_drops_dirty from './pmd_modify_drops_dirty.ts';
import readers_drop_pud_leaf from './readers_drop_pud_leaf.ts';
import remap_error_leaves_part from './remap_error_leaves_part.ts';
import remap_frees_user_pmd_as_kernel from './remap_frees_user_pmd_as_kernel.ts';
import remap_leaf_of_high_frames from './remap_leaf_of_high_frames.ts';
import remap_leaf_without_deposit from './remap_leaf_without_deposit.ts';
import split_of_file_pmd_keeps_deposit from './split_of_file_pmd_keeps_deposit.ts';
import split_of_mixedmap_pmd_leaf_leaks from './split_of_mixedmap_pmd_leaf_leaks.ts';
import thead_pgprot_of_nc_leaf from './thead_pgprot_of_nc_leaf.ts';
import thp_policy_gates_huge_pfnmap from './thp_policy_gates_huge_pfnmap.ts';
import uffd_move_zero_pmd_not_special from './uffd_move_zero_pmd_not_special.ts';
import uffd_move_zero_pmd_of_null_folio from './uffd_move_zero_pmd_of_null_folio.ts';
import untrack_by_copied_page from './untrack_by_copied_page.ts';
import vfio_dma_frame_by_vm_pgoff from './vfio_dma_frame_by_vm_pgoff.ts';
import vfio_drops_write_flag from './vfio_drops_write_flag.ts';
import vfio_follow_pte_meets_leaf from './vfio_follow_pte_meets_leaf.ts';
import vfio_leaf_by_first_touch from './vfio_leaf_by_first_touch.ts';
import vfio_leaf_of_unaligned_frame from './vfio_leaf_of_unaligned_frame.ts';
import vm_normal_page_pmd_without_special from './vm_normal_page_pmd_without_special.ts';
import vma_boundary_inside_pud_leaf from './vma_boundary_inside_pud_leaf.ts';
import vmf_insert_folio_pmd_marks_special from './vmf_insert_folio_pmd_marks_special.ts';
import vmf_insert_folio_pud_marks_special from './vmf_insert_folio_pud_marks_special.ts';
import vmf_insert_pfn_pud_ignores_cachemode from './vmf_insert_pfn_pud_ignores_cachemode.ts';
import zap_drops_dirty_pmd from './zap_drops_dirty_pmd.ts';
import zap_of_mixedmap_pud_leaf_leaks from './zap_of_mixedmap_pud_leaf_leaks.ts';

export const MM_BUGS: Readonly<Record<string, Bug>> = {
  acrn_follow_pte_meets_leaf,
  acrn_ignores_write_permission,
  acrn_looks_up_first_page,
  follow_pfnmap_pgprot_as_of_leaf,
  follow_pfnmap_returns_stale_entry,
  fork_copies_huge_zero_as_special,
  fork_copies_migration_pmd_as_special,
  fork_copies_vm_pat,
  fork_of_pfnmap_pmd_deposits_nothing,
  fork_of_pud_leaf_beyond_vma,
  fork_protects_shared_pud_leaf,
  fork_skips_pfnmap_pmd,
  generic_access_phys_crosses_page,
  generic_access_phys_follow_pte_meets_leaf,
  generic_access_phys_maps_ram,
  gup_slow_takes_special_leaf,
  hash_dax_load_hole_deposits_nothing,
  hash_do_set_pmd_deposits_nothing,
  hash_fork_of_special_pmd,
  hash_insert_pmd_deposits_nothing,
  hash_mremap_in_one_pmd_table,
  hash_mremap_of_file_pmd,
  hash_retract_keeps_table,
  hash_split_withdraws_first,
  hwpoison_walk_skips_pfnmap,
  insert_pmd_over_leaf,
  kvm_arm64_block_by_vma,
  kvm_assumes_pte_writable,
  kvm_follow_pte_meets_leaf,
  mprotect_clears_pud_leaf,
  mremap_clears_pud_leaf,
  mremap_leaves_deposit,
  pmd_modify_drops_dirty,
  readers_drop_pud_leaf,
  remap_error_leaves_part,
  remap_frees_user_pmd_as_kernel,
  remap_leaf_of_high_frames,
  remap_leaf_without_deposit,
  split_of_file_pmd_keeps_deposit,
  split_of_mixedmap_pmd_leaf_leaks,
  thead_pgprot_of_nc_leaf,
  thp_policy_gates_huge_pfnmap,
  uffd_move_zero_pmd_not_special,
  uffd_move_zero_pmd_of_null_folio,
  untrack_by_copied_page,
  vfio_dma_frame_by_vm_pgoff,
  vfio_drops_write_flag,
  vfio_follow_pte_meets_leaf,
  vfio_leaf_by_first_touch,
  vfio_leaf_of_unaligned_frame,
  vm_normal_page_pmd_without_special,
  vma_boundary_inside_pud_leaf,
  vmf_insert_folio_pmd_marks_special,
  vmf_insert_folio_pud_marks_special,
  vmf_insert_pfn_pud_ignores_cachemode,
  zap_drops_dirty_pmd,
  zap_of_mixedmap_pud_leaf_leaks,
};
