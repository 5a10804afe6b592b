/**
 * A law of page-table entries: a statement about the functions of an architecture that is to hold of every page protection
 * and every frame. It is judged from raw bits, by what the hardware makes of them (mmu.ts).
 */
import type { FunctionName, LeafLevel, Pgtable } from '../../model/formats/pgtable.ts';
import type { U64 } from '../../model/formats/u64.ts';
import type { Mmu } from './mmu.ts';

/** Callers of the kernel that a law protects; each is explained in callers.ts. */
export type Caller =
  | 'split'
  | 'follow_pfnmap'
  | 'access_phys'
  | 'insert'
  | 'mprotect'
  | 'fork'
  | 'CPA'
  | 'split_kernel_leaf_mapping'
  | 'vmalloc'
  | 'hibernate'
  | 'hugetlb'
  | 'swap'
  | 'every walker';

/** One value on the way, for a report: what it is, and as what it is read. */
export interface Stage {
  readonly says: string;
  readonly word: U64;
  readonly as: LeafLevel | 'pgprot' | 'frame';
}

/** What a law is asked about: one architecture at one level. */
export interface Subject {
  readonly level: LeafLevel;
  readonly t: Pgtable;
  readonly mmu: Mmu;
  /** log2 of the bytes that a leaf of the level maps. */
  readonly shift: number;
}

/**
 * One case: frame `pfn`, and `prot` with flags of its own (special, dirty ...) on top of `vmProt`, the vm_page_prot that it comes
 * from. `newprot` is vm_get_page_prot() of the flags that mprotect() gives the VMA; 0 for laws that do not ask for it. Of a swap
 * entry `pfn` is the offset and `prot` the type; of vm_get_page_prot() `newprot` is its vm_flags.
 */
export interface Case {
  readonly pfn: U64;
  readonly prot: U64;
  readonly vmProt: U64;
  readonly newprot: U64;
}
export type Judge = (pfn: U64, prot: U64, vmProt: U64, newprot: U64) => boolean;

export interface Law {
  readonly name: string;
  /** The statement; L is the level. */
  readonly says: string;
  readonly cites: string;
  readonly levels: readonly LeafLevel[];
  /** The functions that it is about, at a level; where one is absent, the law does not apply. */
  readonly needs: (level: LeafLevel) => readonly FunctionName[];
  /**
   * `pairs`: of a protection and another one, as in mprotect(). `vm_get_page_prot()`: what it gives for every combination of
   * vm_flags, without anything that came later.
   */
  readonly over: 'protections' | 'pairs' | 'vm_get_page_prot()' | 'swap entries';
  /**
   * `few`: as few frames as show each bit as 0 and as 1, which is so of all but `protections` anyway: where no bit of a frame
   * number can matter without the others of its kind. `one`: the law is about no frame.
   */
  readonly frames?: 'few' | 'one';
  /** Why the law says nothing of some hardware. */
  readonly unless?: (mmu: Mmu) => string | undefined;
  readonly hurts: readonly Caller[];
  /** Why a failure can come to nothing, and of which case it does. */
  readonly harmless?: { readonly says: string; readonly judge: (subject: Subject) => Judge };
  readonly judge: (subject: Subject) => Judge;
  /** The way to the violation, for a report. */
  readonly tell: (subject: Subject, one: Case) => readonly Stage[];
}
