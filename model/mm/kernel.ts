/**
 * A kernel as a value: the functions that releases and series tell apart. Everything else of model/mm is the
 * same in all of them and calls these through `s.kernel`, so that a patch is a replacement of some of them.
 */
import type { Choose } from '../../checker/search/index.ts';
import type { MmDraft, Pgprot, Pmd, Pte, Vma } from '../state/mm_types.ts';

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
  readonly pfn_pte: (pfn: number, prot: Pgprot) => Pte;
  readonly pfn_pmd: (pfn: number, prot: Pgprot) => Pmd;
  readonly pmd_pgprot: (e: Pmd) => Pgprot;
  readonly arch_needs_pgtable_deposit: (s: Sys) => boolean;

  // mm/huge_memory.c
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
  /** Whether vma_close() comes before the pages of a VMA are unmapped. */
  readonly vma_closes_first: (s: Sys) => boolean;

  // mm/memory.c, remap_pfn_range()
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
