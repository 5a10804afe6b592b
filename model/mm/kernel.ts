/**
 * A kernel as a value: its functions by name. Whatever calls one of these goes through `s.kernel`, so that a patch
 * is a replacement of some of them. Those with a sentence here are the points at which versions of a series part;
 * the others are described where they stand.
 */
import type { Choose } from '../../checker/search/index.ts';
import type * as x86 from '../arch/x86.ts';
import type { MmDraft, Pgprot, Pmd, Pte, Vma } from '../state/mm_types.ts';
import type * as huge_memory from './huge_memory.ts';
import type * as memory from './memory.ts';
import type * as mprotect from './mprotect.ts';
import type * as mremap from './mremap.ts';
import type * as pgalloc from './pgalloc.ts';
import type * as pgtable_generic from './pgtable_generic.ts';
import type * as remap from './remap_pfn_range.ts';
import type * as vma from './vma.ts';

/** What a kernel function works on: the state of the machine, the kernel, and whether an allocation fails. */
export interface Sys extends MmDraft {
  readonly kernel: Kernel;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
  choose: Choose;
}

/** One step of remap_pmd_range(): `pages` pages from the start of `slot` on, or less than all of it. */
export interface RemapStep {
  readonly mm: number;
  readonly vmaRow: number;
  readonly slot: number;
  /** First page, and the page behind the last. */
  readonly from: number;
  readonly to: number;
  readonly pfn: number;
  readonly prot: Pgprot;
}

export interface Kernel {
  readonly name: string;

  // arch/*/include/asm/pgtable.h
  readonly vm_page_prot: typeof x86.vm_page_prot;
  readonly pmd_modify: typeof x86.pmd_modify;
  readonly pte_modify: typeof x86.pte_modify;
  readonly pfn_pte: (pfn: number, prot: Pgprot) => Pte;
  readonly pfn_pmd: (pfn: number, prot: Pgprot) => Pmd;
  readonly pmd_pgprot: (e: Pmd) => Pgprot;
  readonly arch_needs_pgtable_deposit: (s: Sys) => boolean;

  // include/asm-generic/pgalloc.h, mm/pgtable-generic.c
  readonly pte_alloc_one: typeof pgalloc.pte_alloc_one;
  readonly pte_free: typeof pgalloc.pte_free;
  readonly pgtable_trans_huge_deposit: typeof pgtable_generic.pgtable_trans_huge_deposit;
  readonly pgtable_trans_huge_withdraw: typeof pgtable_generic.pgtable_trans_huge_withdraw;

  // mm/huge_memory.c
  readonly insert_pmd: typeof huge_memory.insert_pmd;
  readonly do_set_pmd: typeof huge_memory.do_set_pmd;
  readonly map_anon_folio_pmd: typeof huge_memory.map_anon_folio_pmd;
  readonly copy_huge_pmd: typeof huge_memory.copy_huge_pmd;
  readonly zap_huge_pmd: typeof huge_memory.zap_huge_pmd;
  readonly split_anon_pmd: typeof huge_memory.split_anon_pmd;
  readonly __split_huge_pfnmap_pmd: typeof huge_memory.__split_huge_pfnmap_pmd;
  readonly move_huge_pmd: typeof huge_memory.move_huge_pmd;
  readonly change_huge_pmd: typeof huge_memory.change_huge_pmd;
  readonly vma_adjust_trans_huge: typeof huge_memory.vma_adjust_trans_huge;
  /** Whether the entry `e`, which has just been taken out of a slot of `vma`, has a table in reserve. */
  readonly has_deposited_pgtable: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** Whether move_huge_pmd() must take the deposit along; the slots hang on different deposit lists. */
  readonly pmd_move_must_withdraw: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** Whether copy_huge_pmd() allocates a table before it copies a special leaf, and whether it deposits it. */
  readonly copy_special_allocates: (s: Sys, vma: Vma, e: Pmd) => boolean;
  readonly copy_special_deposits: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** Whether a split of a special leaf fills PTEs; otherwise the leaf is dropped. */
  readonly split_special_populates: (s: Sys, vma: Vma, e: Pmd) => boolean;
  /** What a split takes as the protection of the PTEs that follow a special leaf. */
  readonly split_special_pgprot: (prot: Pgprot) => Pgprot;
  /** Whether a split of a file leaf frees the deposit. */
  readonly split_file_frees_deposit: (s: Sys) => boolean;

  // mm/vma.c
  readonly split_vma: typeof vma.split_vma;
  /** What mmap_region() does with its VMA when ->mmap has failed (the label of that name). */
  readonly unmap_and_free_vma: (s: Sys, mm: number, vmaRow: number) => void;
  /** Whether vma_close() comes before the pages of a VMA are unmapped. */
  readonly vma_closes_first: (s: Sys) => boolean;

  // mm/memory.c, mm/mprotect.c, mm/mremap.c
  readonly zap_pte_range: typeof memory.zap_pte_range;
  readonly copy_pte_range: typeof memory.copy_pte_range;
  readonly change_pte_range: typeof mprotect.change_pte_range;
  readonly move_ptes: typeof mremap.move_ptes;

  // mm/memory.c, remap_pfn_range()
  readonly remap_pfn_range: typeof remap.remap_pfn_range;
  readonly remap_pte_range: typeof remap.remap_pte_range;
  readonly remap_is_aligned: typeof remap.remap_is_aligned;
  /** Whether a PMD leaf may be installed for this VMA, frame and protection; alignment has been checked. */
  readonly remap_pmd_allowed: (s: Sys, vma: Vma, step: RemapStep) => boolean;
  /** Makes a slot that is not none ready for a leaf; false when it can not. */
  readonly remap_clear_slot: (s: Sys, step: RemapStep) => boolean;
  /** How the leaf and its deposit are put in. */
  readonly install: Install;
}

/** The order of events in the installation of a PMD leaf by remap_pfn_range(). */
export interface Install {
  /** A table is deposited with the leaf. */
  readonly deposits: boolean;
  /** The leaf is written inside the PMD lock; otherwise before the table is even allocated. */
  readonly underLock: boolean;
  /** When the table can not be allocated there is no leaf, and PTEs are tried; otherwise the leaf stays. */
  readonly fallsBack: boolean;
  /** The deposit comes before the leaf can be seen. */
  readonly depositFirst: boolean;
}

/** A patch: some functions of the kernel replaced, each with the one before at hand. */
export type Patch = { readonly [K in Exclude<keyof Kernel, 'name'>]?: (base: Kernel[K]) => Kernel[K] };

/** The kernel with a patch on top. */
export const patched = (kernel: Kernel, patch: Patch): Kernel => {
  const replaced = Object.entries(patch).map(([name, replace]) => {
    const key = name as Exclude<keyof Kernel, 'name'>;
    return [name, (replace as (base: unknown) => unknown)(kernel[key])] as const;
  });
  return { ...kernel, ...Object.fromEntries(replaced) };
};
