/**
 * The kernel of hugetlb as a value: the functions at which releases, and versions of "hugetlb: introduce HugeTLB
 * high-granularity mapping" (James Houghton, 2022 and 2023), part. Whatever calls one of these goes through `s.kernel`; all else
 * stands as plain functions, written for entries of any size: without high granularity they only meet those of the hstate.
 */
import type { Choose } from '../../checker/search/index.ts';
import type { FaultsKernel } from './kernel_faults.ts';
import type { HgmKernel } from './kernel_hgm.ts';
import type { HwpoisonKernel } from './kernel_hwpoison.ts';
import type { FunctionsKernel } from './kernel_functions.ts';
import type { RmapKernel } from './kernel_rmap.ts';
import type { HugePte, HugetlbDraft, HugetlbPte } from '../state/hugetlb/hugetlb_types.ts';
import type { CollapseKernel } from './kernel_collapse.ts';
import type { FileKernel } from './kernel_file.ts';
import type { ProtectKernel } from './kernel_protect.ts';
import type { UffdKernel } from './kernel_uffd.ts';

/** What a kernel function works on: the state of the machine, the kernel, and whether an allocation fails. */
export interface Sys extends HugetlbDraft {
  readonly kernel: HugetlbKernel;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
  choose: Choose;
}

export interface HugetlbKernel
  extends
    FunctionsKernel,
    HgmKernel,
    FaultsKernel,
    RmapKernel,
    HwpoisonKernel,
    CollapseKernel,
    FileKernel,
    ProtectKernel,
    UffdKernel {
  readonly name: string;

  /** CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING */
  readonly shares_pmd_tables: (s: Sys) => boolean;
  /** Whether a VMA that is split in the middle of a PMD table does not share it any more: hugetlb_split(). */
  readonly split_unshares_pmds: (s: Sys) => boolean;
  /** Whether a VMA that a split has made, and that has no lock since there was no memory, gives up what it shares. */
  readonly split_without_lock_unshares: (s: Sys) => boolean;
  /** Which VMAs are new where munmap() splits one: what stays beside the range, or what is unmapped. */
  readonly munmap_opens: (s: Sys) => 'beside' | 'inside';
  /** Whether CPUs forget what a PMD table had that is given up where it is unmapped. */
  readonly zap_of_shared_flushes: (s: Sys) => boolean;

  // include/linux/rmap.h
  /**
   * A leaf of `size` pages at frame `pfn` is counted, before it is there; whoever calls has a reference for it. `slot`: the hstate's
   * entry, which is the leaf or a table above it; `slotWasNone`: it was none before.
   */
  readonly hugetlb_add_file_rmap: (s: Sys, pfn: number, size: number, slot: HugetlbPte, slotWasNone: boolean) => void;
  /** The leaf does not count any more, after it is gone; whoever calls drops its reference then. */
  readonly hugetlb_remove_rmap: (s: Sys, pfn: number, size: number, slot: HugetlbPte) => void;
  /** A leaf has moved, from a table below one entry of the hstate to a table below another one. */
  readonly hugetlb_move_rmap: (s: Sys, leaf: HugePte, size: number, from: HugetlbPte, to: HugetlbPte) => void;
  /** page_mapcount() of a frame. */
  readonly page_mapcount: (s: Sys, pfn: number) => number;
  readonly folio_mapped: (s: Sys, folio: number) => boolean;
}

/** A patch: some functions of the kernel replaced, each with the one before at hand. */
export type HugetlbPatch = {
  readonly [K in Exclude<keyof HugetlbKernel, 'name'>]?: (base: HugetlbKernel[K]) => HugetlbKernel[K];
};

/** The kernel with a patch on top. */
export const patchedHugetlb = (kernel: HugetlbKernel, patch: HugetlbPatch): HugetlbKernel => {
  const replaced = Object.entries(patch).map(([name, replace]) => {
    const key = name as Exclude<keyof HugetlbKernel, 'name'>;
    return [name, (replace as (base: unknown) => unknown)(kernel[key])] as const;
  });
  return { ...kernel, ...Object.fromEntries(replaced) };
};
