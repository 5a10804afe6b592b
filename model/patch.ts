/**
 * A patch: functions of a kernel replaced, each with the one before at hand. What a file of one's own exports by default, for
 * `mmcheck validate`, `check`, `equiv`, `laws` and `replay`; imported as 'mmcheck/patch'.
 */
import type { PgtablePatch } from './formats/pgtable.ts';
import type { HugetlbPatch } from './hugetlb/kernel.ts';
import type { Patch } from './mm/kernel.ts';

/** A bug that a patch brings back, and the search that finds it. */
export interface BroughtBack {
  /** The commit that mended it, or the mail that reported it. */
  readonly fix: string;
  /** Releases of the kernel that have it, in words. */
  readonly releases?: string;
  /** Versions of a series that have it. */
  readonly posted?: string;
  /** Neither a release nor a version of a series has it: what would. */
  readonly whatIf?: string;
  /** Why those do not show the violation that is found here, or how it looks there. */
  readonly there?: string;
  /** The property that finds it, the world that shows it soonest, and after how many operations. */
  readonly violates: string;
  readonly world: string;
  /** quick by default. */
  readonly size?: 'quick' | 'standard' | 'deep';
  readonly steps: number;
  /** The architecture that carries its entries bit for bit, where only they show it. */
  readonly arch?: string;
}

export interface KernelPatch {
  /** As the subject of a mail has it. */
  readonly title: string;
  readonly author?: string;
  /** A commit, or a mail. */
  readonly source?: string;
  /** What it changes, in a sentence, where the title does not say it. */
  readonly says?: string;
  /** How well it is known that the kernel does this; by default it is only asked what would be if it did. */
  readonly evidence?: 'source' | 'mail' | 'cover letter' | 'inferred' | 'memory' | 'asked';
  /** The kernel that it is made for, as 'v6.11+huge-pfnmaps@v2+gup-fast-special=no'; by default v7.1. What the patch sets wins. */
  readonly base?: string;
  /** Toggles by name (`mmcheck list toggles`), each with the value that the patch gives it. */
  readonly sets?: Readonly<Record<string, string>>;
  /** Functions of mm (model/mm/kernel.ts). */
  readonly mm?: Patch;
  /** Functions of hugetlb, which is a model of its own (model/hugetlb/kernel.ts). */
  readonly hugetlb?: HugetlbPatch;
  /** Functions of page-table entries, by the name of an architecture or a pattern as 'x86_*' (model/formats/pgtable.ts). */
  readonly entries?: Readonly<Record<string, PgtablePatch>>;
  readonly bug?: BroughtBack;
}

/** Gives a patch its types in an editor, and nothing else. */
export const patch = (one: KernelPatch): KernelPatch => one;

export type { HugetlbKernel, HugetlbPatch, Sys as HugetlbSys } from './hugetlb/kernel.ts';
export type { Kernel, Patch, Sys } from './mm/kernel.ts';
export { Page, PageKind } from './state/memmap.ts';
export { Mm, Pgprot, Pmd, PmdKind, Pte, Pud, PudKind, Result, Vma, VmaKind } from './state/mm_types.ts';
export { ModelBug } from '../checker/search/index.ts';
