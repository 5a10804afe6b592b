/**
 * A kernel as a value: its functions by name. Whatever calls one of these goes through `s.kernel`, so that a patch
 * is a replacement of some of them. Those with a sentence here are the points at which releases, or versions of
 * a series, part; the others are described where they stand.
 */
import type { Choose } from '../../checker/search/index.ts';
import type * as x86 from '../arch/x86.ts';
import type * as dax_device from '../drivers/dax_device.ts';
import type { P2pdmaKernel } from '../drivers/p2pdma.ts';
import type { DaxKernel } from '../fs/dax_kernel.ts';
import type * as vfio from '../drivers/vfio_pci_core.ts';
import type { Machine } from '../state/machine.ts';
import type { MmDraft, Pgprot, Pmd, Pte, Pud, Vma } from '../state/mm_types.ts';
import type { PageCacheKernel } from './collapse_file.ts';
import type * as folio_split from './folio_split.ts';
import type * as filemap from './filemap.ts';
import type { GupKernel } from './gup.ts';
import type { LookupKernel } from './lookup.ts';
import type * as huge_memory from './huge_memory.ts';
import type * as huge_memory_fault from './huge_memory_fault.ts';
import type * as huge_memory_pud from './huge_memory_pud.ts';
import type * as huge_memory_split from './huge_memory_split.ts';
import type * as khugepaged from './khugepaged.ts';
import type * as lazyfree from './lazyfree.ts';
import type { RmapSys } from './large_mapcount.ts';
import type * as mapping_dirty_helpers from './mapping_dirty_helpers.ts';
import type * as memory from './memory.ts';
import type { ReclaimKernel } from './vmscan.ts';
import type { HwpoisonKernel } from './memory_failure.ts';
import type { DevicePrivateKernel } from './migrate_device.ts';
import type { MlockKernel } from './mlock.ts';
import type * as memory_anon from './memory_anon.ts';
import type * as memory_fault from './memory_fault.ts';
import type * as memory_file from './memory_file.ts';
import type * as memory_swap from './memory_swap.ts';
import type * as memory_wp from './memory_wp.ts';
import type * as mempolicy_move from './mempolicy_move.ts';
import type * as migrate from './migrate.ts';
import type * as mincore from './mincore.ts';
import type * as mprotect from './mprotect.ts';
import type * as mremap from './mremap.ts';
import type * as pagewalk from './pagewalk.ts';
import type * as page_ref from './page_ref.ts';
import type { PfnmapTracking } from './pfnmap_track.ts';
import type * as pgalloc from './pgalloc.ts';
import type * as pgtable_generic from './pgtable_generic.ts';
import type * as remap from './remap_pfn_range.ts';
import type * as rmap from './rmap.ts';
import type * as rmap_unmap from './rmap_unmap.ts';
import type * as task_mmu from './task_mmu.ts';
import type * as swapfile from './swapfile.ts';
import type * as truncate from './truncate.ts';
import type * as userfaultfd from './userfaultfd.ts';
import type * as vma from './vma.ts';

/** What a kernel function works on: the state of the machine, the kernel, and whether an allocation fails. */
export interface Sys extends MmDraft {
  readonly kernel: Kernel;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
  choose: Choose;
}

export interface Kernel
  extends
    PageCacheKernel,
    LookupKernel,
    MlockKernel,
    HwpoisonKernel,
    DevicePrivateKernel,
    DaxKernel,
    ReclaimKernel,
    GupKernel,
    P2pdmaKernel {
  readonly name: string;
  /** What this kernel makes of a configuration: options that it does not know have no effect. */
  readonly configured: (machine: Machine) => Machine;

  // arch/*/include/asm/pgtable.h
  readonly vm_page_prot: typeof x86.vm_page_prot;
  readonly pmd_modify: typeof x86.pmd_modify;
  readonly pte_modify: typeof x86.pte_modify;
  readonly pud_modify: typeof x86.pud_modify;
  readonly pfn_pte: (pfn: number, prot: Pgprot) => Pte;
  readonly pfn_pmd: (pfn: number, prot: Pgprot) => Pmd;
  readonly pfn_pud: (pfn: number, prot: Pgprot) => Pud;
  readonly pmd_pgprot: (e: Pmd) => Pgprot;
  readonly arch_needs_pgtable_deposit: (s: Sys) => boolean;

  // include/asm-generic/pgalloc.h, mm/pgtable-generic.c
  readonly pte_alloc_one: typeof pgalloc.pte_alloc_one;
  readonly pte_free: typeof pgalloc.pte_free;
  readonly pgtable_trans_huge_deposit: typeof pgtable_generic.pgtable_trans_huge_deposit;
  readonly pgtable_trans_huge_withdraw: typeof pgtable_generic.pgtable_trans_huge_withdraw;

  // mm/rmap.c, include/linux/rmap.h
  readonly folio_add_file_rmap_pud: typeof rmap.folio_add_file_rmap_pud;
  readonly folio_remove_rmap_pud: typeof rmap.folio_remove_rmap_pud;
  readonly folio_maybe_mapped_shared: typeof rmap.folio_likely_mapped_shared;
  readonly folio_try_dup_anon_rmap_ptes: typeof rmap.folio_try_dup_anon_rmap_ptes;
  readonly folio_add_anon_rmap_ptes: typeof rmap.folio_add_anon_rmap_ptes;
  readonly folio_unmap_pte_batch: typeof rmap_unmap.folio_unmap_pte_batch;
  /** Whether reclaim unmaps and restores only PTEs together that are alike in the right to write. */
  readonly unmap_batch_respects_write: (s: Sys) => boolean;
  /** Whether reclaim splits a leaf of memory that MADV_FREE gave up, where it does not discard the leaf. */
  readonly unmap_splits_lazyfree_pmd: (s: Sys) => boolean;
  /** Whether memory that MADV_FREE gave up, and that cannot be dropped, is taken back only if it is dirty. */
  readonly swapbacked_iff_dirty: (s: Sys) => boolean;

  // mm/huge_memory.c
  readonly insert_pmd: typeof huge_memory.insert_pmd;
  readonly insert_pmd_entry: typeof huge_memory.insert_pmd_entry;
  readonly insert_pud_entry: typeof huge_memory_pud.insert_pud_entry;
  /** Whether vmf_insert_pfn_pud() uses the cache mode that it has looked up. */
  readonly insert_pud_uses_memtype: (s: Sys) => boolean;
  readonly map_anon_folio_pmd: typeof huge_memory_fault.map_anon_folio_pmd;
  readonly do_huge_zero_wp_pmd: typeof huge_memory_fault.do_huge_zero_wp_pmd;
  readonly copy_huge_pmd: typeof huge_memory.copy_huge_pmd;
  readonly copy_huge_pud: typeof huge_memory_pud.copy_huge_pud;
  readonly zap_huge_pmd: typeof huge_memory.zap_huge_pmd;
  readonly zap_huge_pud: typeof huge_memory_pud.zap_huge_pud;
  readonly split_anon_pmd: typeof huge_memory_split.split_anon_pmd;
  /** Whether PTEs that follow a leaf of anonymous memory are dirty where it was. */
  readonly split_keeps_dirty: (s: Sys) => boolean;
  readonly split_huge_pud: typeof huge_memory_pud.split_huge_pud;
  readonly unmap_huge_pmd_locked: typeof lazyfree.unmap_huge_pmd_locked;
  readonly __split_huge_pfnmap_pmd: typeof huge_memory_split.__split_huge_pfnmap_pmd;
  readonly move_huge_pmd: typeof huge_memory.move_huge_pmd;
  readonly move_huge_pud: typeof huge_memory_pud.move_huge_pud;
  readonly change_huge_pmd: typeof huge_memory.change_huge_pmd;
  /** Whether mprotect() makes a leaf writable that could be, at once. */
  readonly mprotect_upgrades_pmd: (s: Sys) => boolean;
  readonly change_huge_pud: typeof huge_memory_pud.change_huge_pud;
  readonly vma_adjust_trans_huge: typeof huge_memory_split.vma_adjust_trans_huge;
  /** Whether leaves of this size are tried in a fault of this VMA: thp_vma_allowable_order(). */
  readonly thp_vma_allowable_order: (s: Sys, vma: Vma, level: 'PMD' | 'PUD') => boolean;
  /** Whether /sys/kernel/mm/transparent_hugepage/enabled, as it is set, lets a fault of this VMA try leaves. */
  readonly thp_policy_allows: (s: Sys, vma: Vma) => boolean;
  /** Whether frames may be inserted at this level in a VM_PFNMAP VMA that is a CoW mapping; otherwise it is a BUG. */
  readonly pfnmap_may_be_cow: (s: Sys, level: 'PTE' | 'PMD' | 'PUD') => boolean;
  /** Whether a leaf of the huge zero folio is special. */
  readonly huge_zero_is_special: (s: Sys) => boolean;
  /** Whether fork copies the entry as it is, whatever the VMA. */
  readonly copy_as_special: (s: Sys, e: Pmd) => boolean;
  /** Whether fork takes the right to write from a PUD leaf of this VMA. */
  readonly copy_protects_pud: (s: Sys, vma: Vma) => boolean;
  /** Whether zap_huge_pmd() finds a folio behind the entry, and uncounts it. */
  readonly zap_counts_pmd: (s: Sys, vma: Vma, slot: number, e: Pmd) => boolean;
  /** Whether zap_huge_pmd() marks the folio of a file dirty, where the leaf was. */
  readonly zap_marks_dirty: (s: Sys) => boolean;
  /** Whether fork counts what a PUD leaf maps that it copies. */
  readonly copy_counts_pud: (s: Sys) => boolean;
  /** Whether zap and split of a PUD leaf, or the split of a PMD leaf, find a folio behind it. */
  readonly counts_pud: typeof huge_memory_pud.counts_pud;
  readonly split_counts_pmd: typeof huge_memory_split.split_counts_pmd;
  readonly zap_normal_pud: typeof huge_memory_pud.zap_normal_pud;
  readonly split_normal_pud: typeof huge_memory_pud.split_normal_pud;
  readonly split_file_maps: typeof huge_memory_split.split_file_maps;
  /** The end of a split of a file's leaf: the mm's counter, and the leaf's reference. */
  readonly split_file_counts: typeof huge_memory_split.counter_then_put;
  /** Whether the entry `e`, which has just been taken out of a slot of `vma`, has a table in reserve. */
  readonly has_deposited_pgtable: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** Whether move_huge_pmd() must take the deposit along; the slots hang on different deposit lists. */
  readonly pmd_move_must_withdraw: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** Whether copy_huge_pmd() allocates a table before it copies a special leaf, and whether it deposits it. */
  readonly copy_special_allocates: (s: Sys, vma: Vma, e: Pmd) => boolean;
  readonly copy_special_deposits: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** Whether a split of a special leaf fills PTEs; otherwise the leaf is dropped. */
  readonly split_special_populates: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** The PTE for frame `pfn` where a special leaf is split into PTEs. */
  readonly split_pfnmap_pte: (s: Sys, pfn: number, leaf: Pmd) => Pte;
  /** Whether a split of a file leaf frees the deposit. */
  readonly split_file_frees_deposit: (s: Sys) => boolean;

  readonly vma_is_special_huge: typeof vma.vma_is_special_huge;

  // mm/vma.c
  readonly split_vma: typeof vma.split_vma;
  readonly is_mergeable_anon_vma: typeof vma.is_mergeable_anon_vma;
  /** Whether a neighbour may take pages over, so that the VMA ends at this page. */
  readonly border_may_move: (s: Sys, vma: Vma, page: number) => boolean;
  /** What mmap_region() does with its VMA when ->mmap has failed (the label of that name). */
  readonly unmap_and_free_vma: (s: Sys, mm: number, vmaRow: number) => void;
  /** Whether vma_close() comes before the pages of a VMA are unmapped. */
  readonly vma_closes_first: (s: Sys) => boolean;

  /** vm_ops->may_split: whether the VMA may end at this page. */
  readonly may_split: (s: Sys, vma: Vma, page: number) => boolean;

  // mm/madvise.c, mm/truncate.c
  /** Whether MADV_DOFORK is refused for this VMA. */
  readonly dofork_refused: (s: Sys, vma: Vma) => boolean;
  /** Whether MADV_FREE splits every large folio that PTEs map, also one that is given up as a whole. */
  readonly madvise_free_splits: (s: Sys) => boolean;
  /** Whether truncation unmaps a file's folio that lies across the new end and could not be split. */
  readonly truncate_unmaps_unsplit: (s: Sys) => boolean;
  readonly unmap_mapping_range_tree: typeof truncate.unmap_mapping_range_tree;

  // mm/huge_memory.c: the split of a folio
  readonly folio_expected_ref_count: typeof folio_split.folio_expected_ref_count;
  /** Whether a large folio is queued for a deferred split of which all that was mapped is unmapped at once. */
  readonly queues_unmapped: (s: RmapSys) => boolean;
  /** Whether the new folio of a migration is queued for a deferred split where the old one was. */
  readonly migration_requeues: (s: Sys) => boolean;
  readonly unmap_folio: typeof folio_split.unmap_folio;
  readonly remap_page: typeof folio_split.remap_page;

  // mm/filemap.c, mm/khugepaged.c
  readonly filemap_get_folio: typeof filemap.filemap_get_folio;
  readonly collapse_scan_folio: typeof khugepaged.collapse_scan_folio;
  /** Whether khugepaged leaves memory alone that MADV_FREE gave up. */
  readonly khugepaged_skips_lazyfree: (s: Sys) => boolean;
  /** Whether a collapse asks for one PTE, at least, that can be written. */
  readonly collapse_wants_writable: (s: Sys) => boolean;
  readonly collapse_restores_table: typeof khugepaged.collapse_restores_table;
  /** Whether the folio is marked dirty where PTEs were that a leaf takes the place of. */
  readonly collapse_keeps_dirty: (s: Sys) => boolean;
  readonly collapse_copied_ptes: typeof khugepaged.collapse_copied_ptes;

  // mm/memory.c, mm/mprotect.c, mm/mremap.c
  readonly vm_normal_page: typeof memory.vm_normal_page;
  readonly vm_normal_page_pmd: typeof memory.vm_normal_page_pmd;
  readonly vm_normal_page_pud: typeof memory.vm_normal_page_pud;
  readonly zap_pte_range: typeof memory.zap_pte_range;
  /** Whether MADV_DONTNEED frees a PTE table that it has emptied. */
  readonly reclaims_empty_tables: (s: Sys) => boolean;
  readonly copy_pte_range: typeof memory.copy_pte_range;
  readonly create_huge_pud: typeof memory_fault.create_huge_pud;
  readonly create_huge_pmd: typeof memory_fault.create_huge_pmd;
  readonly wp_huge_pud: typeof memory_fault.wp_huge_pud;
  readonly wp_huge_pmd: typeof memory_fault.wp_huge_pmd;
  readonly do_set_pmd: typeof memory_file.do_set_pmd;
  /** Whether a read fault makes a PTE dirty that may be written to, where the folio is dirty already. */
  readonly read_fault_dirties: (s: Sys) => boolean;
  /** Whether a fault on any page of a folio maps it by a leaf; otherwise only one on its first page does. */
  readonly set_pmd_from_tail: (s: Sys) => boolean;
  /** Whether a write fault takes a page for its own by PG_anon_exclusive, without a look at its references (v5.19). */
  readonly wp_reuses_exclusive: (s: Sys, pfn: number) => boolean;
  readonly wp_can_reuse_anon_folio: typeof memory_wp.wp_can_reuse_anon_folio;
  /** Whether a large folio is mapped once at most, as one of its pages. */
  readonly is_mapped_once: typeof memory_wp.is_mapped_once;
  /** Whether wp_page_copy() marks the entry of an unshared copy dirty, as it does that of a written one. */
  readonly unshare_marks_dirty: (s: Sys) => boolean;
  readonly wp_pfn_shared: typeof memory_wp.wp_pfn_shared;
  readonly zero_pte: typeof memory_anon.zero_pte;
  /** Whether a fault on a file maps its whole folio by PTEs. */
  readonly fault_maps_folio: (s: Sys, vma: Vma) => boolean;
  /** Whether such a fault maps one page where a part of the folio is mapped; otherwise it maps nothing. */
  readonly finish_fault_falls_back: (s: Sys) => boolean;
  /** Whether mprotect(PROT_NONE) may have a PTE on a CPU with L1TF. */
  readonly prot_none_pte_entry: pagewalk.WalkEntry;
  readonly change_pte_range: typeof mprotect.change_pte_range;
  readonly change_pud_leaf: typeof mprotect.change_pud_leaf;
  readonly move_ptes: typeof mremap.move_ptes;
  readonly get_old_pud_is_none: typeof mremap.get_old_pud_is_none;

  // mm/pagewalk.c, mm/mapping_dirty_helpers.c
  /** Whether walk_page_mapping() ends at the first VMA that it is not to walk. */
  readonly skipped_vma_ends_walk: (s: Sys) => boolean;
  readonly wp_shared_mapping_range: typeof mapping_dirty_helpers.wp_shared_mapping_range;
  /** What readers do about a PUD entry before they go down: nothing, and then the walk splits a leaf. */
  readonly reader_pud_entry: pagewalk.WalkEntry;

  // fs/proc/task_mmu.c, mm/mincore.c
  readonly smaps_pte_range: typeof task_mmu.smaps_pte_range;
  readonly clear_refs_pte_range: pagewalk.WalkEntry;
  /** The page that pagemap and mbind() take from a PMD leaf: a frame, or NO_PAGE. */
  readonly walked_pmd_page: (s: Sys, vma: Vma, page: number, e: Pmd) => number;
  readonly mincore_walk: typeof mincore.mincore_by_range;
  readonly mincore_pte_range: typeof mincore.mincore_pte_range;

  // mm/mempolicy.c, mm/migrate.c
  readonly migrate_queued: typeof mempolicy_move.migrate_queued;

  // mm/migrate.c, mm/rmap.c, mm/userfaultfd.c
  readonly split_pmd_ends_walk: typeof migrate.split_pmd_ends_walk;
  readonly remove_migration_ptes: typeof migrate.remove_migration_ptes;
  readonly move_pages: typeof userfaultfd.move_pages;
  readonly moved_zero_pmd: typeof userfaultfd.moved_zero_pmd;
  /** Whether a page that UFFDIO_MOVE moves is dirty there only if it was. */
  readonly moved_pte_keeps_clean: (s: Sys) => boolean;
  /** Whether UFFDIO_MOVE of a leaf moves the deposit before the leaf can be seen. */
  readonly uffd_move_deposits_first: (s: Sys) => boolean;

  // mm/memory.c, mm/rmap.c, mm/vmscan.c, mm/swapfile.c: swap
  readonly do_swap_page: typeof memory_swap.do_swap_page;
  /** Whether a page that is read in from a slot is not put into the swap cache. */
  readonly swapin_skips_cache: (s: Sys, slot: number) => boolean;
  /** Whether do_swap_page() gives the slot back before it looks whether the page is its own, not after it has mapped it. */
  readonly swapin_puts_first: (s: Sys) => boolean;
  /** Whether do_swap_page() takes what comes from a synchronous device out of the swap cache, wherever it can. */
  readonly swapin_frees_sync: (s: Sys) => boolean;
  /** Whether the entry alone tells whose a page from swap is, and whether a write takes it out of the swap cache. */
  readonly swapin_asks_entry: (s: Sys) => boolean;
  readonly copy_swap_pte: typeof memory_swap.copy_swap_pte;
  readonly zap_swap_pte: typeof memory_swap.zap_swap_pte;
  readonly unmap_to_swap: typeof memory_swap.unmap_to_swap;
  readonly folio_try_share_anon_rmap_pte: typeof rmap.folio_try_share_anon_rmap;
  readonly folio_maybe_dma_pinned: typeof page_ref.folio_maybe_dma_pinned;
  readonly folio_free_swap: typeof swapfile.folio_free_swap;
  /** Whether UFFDIO_MOVE refuses a swap entry of which a large folio is in the swap cache. */
  readonly uffd_refuses_large_swapcache: (s: Sys) => boolean;
  // drivers/
  /** What ->mmap says to a VMA before it maps anything: a code of `Result`. */
  readonly driver_mmap: (s: Sys, vma: Vma) => number;
  readonly driver_fault: (s: Sys, mm: number, vmaRow: number, page: number, write: boolean) => number;
  readonly driver_huge_fault: (
    s: Sys,
    mm: number,
    vmaRow: number,
    page: number,
    level: 'PMD' | 'PUD',
    write: boolean,
  ) => number;
  /** vm_ops->pfn_mkwrite: a code of `Result`, or NOPAGE. */
  readonly driver_pfn_mkwrite: (s: Sys, mm: number, vma: Vma, page: number) => number;
  /** Whether a driver that collects dirty pages also makes the entries clean that it protects. */
  readonly dirty_scan_cleans: (s: Sys) => boolean;
  readonly vfio_is_aligned: typeof vfio.vfio_is_aligned;
  /** Whether vfio has a ->huge_fault that maps by leaves. */
  readonly vfio_maps_leaves: typeof vfio.supports_pfnmap;
  /** Whether vfio's ->mmap takes a private mapping. */
  readonly vfio_maps_private: (s: Sys) => boolean;
  /** CONFIG_VFIO_PCI_MMAP, or what came after it. */
  readonly vfio_maps_bars: (s: Sys) => boolean;
  /** Whether vfio's handler passes on that the fault is a write. */
  readonly vfio_passes_write: (s: Sys, vma: Vma) => boolean;
  readonly dax_insert: typeof dax_device.dax_insert;
  /** Whether there are vmf_insert_folio_pmd() and vmf_insert_folio_pud(). */
  readonly inserts_folio_leaves: (s: Sys) => boolean;

  // mm/memory.c, remap_pfn_range()
  /** Which frames a VMA keeps reserved for a cache mode (x86). */
  readonly pfnmap_tracking: PfnmapTracking;
  readonly remap_pfn_range: typeof remap.remap_pfn_range;
  readonly remap_pte_range: typeof remap.remap_pte_range;
  readonly cow_remap_fits: typeof remap.cow_remap_fits;
  /** What becomes of what remap_pfn_range() has mapped when it fails. */
  readonly remap_unmaps: typeof memory.zap_page_range_single;
  readonly remap_is_aligned: typeof remap.remap_is_aligned;
  /** Whether a PMD leaf may be installed for this VMA, frame and protection; alignment has been checked. */
  readonly remap_pmd_allowed: (s: Sys, vma: Vma, step: remap.RemapStep) => boolean;
  /** Makes a slot that is not none ready for a leaf; false when it can not. */
  readonly remap_clear_slot: (s: Sys, step: remap.RemapStep) => boolean;
  /** The same of a PUD slot, whose PMD table goes; no release, and no version of the series, installs a leaf there. */
  readonly remap_clear_pud: (s: Sys, mm: number, pud: number) => boolean;
  /** How the leaf and its deposit are put in. */
  readonly install: remap.Install;
}

/** A patch: some functions of the kernel replaced, each with the one before at hand. */
export type Patch = { readonly [K in Exclude<keyof Kernel, 'name'>]?: (base: Kernel[K]) => Kernel[K] };

/** The kernel with a patch on top. A record is that of other kernels too: a patch cannot change it in its place. */
export const patched = (kernel: Kernel, patch: Patch): Kernel => {
  const replaced = Object.entries(patch).map(([name, replace]) => {
    const base = kernel[name as Exclude<keyof Kernel, 'name'>];
    if (typeof base === 'object') Object.freeze(base);
    return [name, (replace as (base: unknown) => unknown)(base)] as const;
  });
  return { ...kernel, ...Object.fromEntries(replaced) };
};
