/**
 * The functions of an architecture that make, read and change page-table entries, by the kernel's names: what
 * arch/ARCH/include/asm/pgtable.h gives to mm. An architecture has those that its kernel has; the others are absent.
 * They call each other through the record, so that a patch of one is felt by all (see `assemble`).
 */
import type { U64 } from './u64.ts';

/** A page protection: the bits of a base PTE without its frame number, which is what mm passes around. */
export type Pgprot = U64;
export type Entry = U64;

export const LEAF_LEVELS = ['pte', 'pmd', 'pud'] as const;
/** Levels whose entries may map memory. */
export type LeafLevel = (typeof LEAF_LEVELS)[number];

type Asking = 'none' | 'present' | 'write' | 'dirty' | 'young' | 'special' | 'soft_dirty' | 'uffd_wp' | 'protnone';
type AskingHuge = 'leaf' | 'trans_huge' | 'bad';
type Changing =
  | 'mkhuge'
  | 'mkspecial'
  | 'mkwrite'
  | 'wrprotect'
  | 'mkdirty'
  | 'mkclean'
  | 'mkyoung'
  | 'mkold'
  | 'mksoft_dirty'
  | 'clear_soft_dirty'
  | 'mkuffd_wp'
  | 'clear_uffd_wp';

type Ask = (e: Entry) => boolean;
type Change = (e: Entry) => Entry;

type Of<L extends LeafLevel> = Record<`pfn_${L}`, (pfn: U64, prot: Pgprot) => Entry> &
  Record<`${L}_pfn`, (e: Entry) => U64> &
  Record<`${L}_pgprot`, (e: Entry) => Pgprot> &
  Record<`${L}_modify`, (e: Entry, newprot: Pgprot) => Entry> &
  Record<`${L}_${Asking}`, Ask> &
  Record<`${L}_${Changing}`, Change>;

type OfHuge<L extends 'pmd' | 'pud'> = Record<`${L}_${AskingHuge}`, Ask> & Record<`${L}_mkinvalid`, Change>;

/** mkwrite() for those who know that it is no shadow stack; pud_mkwrite() is it. */
type OfNovma = Record<'pte_mkwrite_novma' | 'pmd_mkwrite_novma', Change>;

/** A swap entry: the type in its low bits is for __swp_type(), the rest for __swp_offset(). */
interface Swap {
  /** The PTE of slot `offset` of swap device `type`: __swp_entry_to_pte(__swp_entry(type, offset)). */
  readonly swp_pte: (type: number, offset: U64) => Entry;
  readonly swp_type: (e: Entry) => number;
  readonly swp_offset: (e: Entry) => U64;
  /** The same of a PMD, and back: migration of huge pages. */
  readonly swp_pmd: (type: number, offset: U64) => Entry;
  readonly pmd_swp_type: (e: Entry) => number;
  readonly pmd_swp_offset: (e: Entry) => U64;
  readonly pmd_swp_soft_dirty: Ask;
  readonly pmd_swp_mksoft_dirty: Change;
  readonly pmd_swp_clear_soft_dirty: Change;
  readonly pmd_swp_uffd_wp: Ask;
  readonly pmd_swp_mkuffd_wp: Change;
  readonly pmd_swp_clear_uffd_wp: Change;
  readonly pte_swp_exclusive: Ask;
  readonly pte_swp_mkexclusive: Change;
  readonly pte_swp_clear_exclusive: Change;
  readonly pte_swp_soft_dirty: Ask;
  readonly pte_swp_mksoft_dirty: Change;
  readonly pte_swp_clear_soft_dirty: Change;
  readonly pte_swp_uffd_wp: Ask;
  readonly pte_swp_mkuffd_wp: Change;
  readonly pte_swp_clear_uffd_wp: Change;
}

interface OfPgprot {
  /** vm_page_prot after mprotect(): what stays of the old one, and the rest of the new. */
  readonly pgprot_modify: (oldprot: Pgprot, newprot: Pgprot) => Pgprot;
  readonly pgprot_noncached: (prot: Pgprot) => Pgprot;
  readonly pgprot_writecombine: (prot: Pgprot) => Pgprot;
  readonly pgprot_writethrough: (prot: Pgprot) => Pgprot;
  readonly pgprot_device: (prot: Pgprot) => Pgprot;
  /** x86: the PAT bit to its place in a leaf, and back. */
  readonly pgprot_4k_2_large: (prot: Pgprot) => Pgprot;
  readonly pgprot_large_2_4k: (prot: Pgprot) => Pgprot;
}

interface OfMm {
  readonly pte_huge: Ask;
  readonly pte_clrhuge: Change;
  /** hugetlb: an entry made by pfn_pte() becomes a leaf of 2^shift bytes. */
  readonly arch_make_huge_pte: (e: Entry, shift: number) => Entry;
  /** mm/huge_memory.c: the PTE for frame `pfn` where a special leaf is split; v7.1 drops the leaf instead. */
  readonly split_pfnmap_pte: (pfn: U64, leaf: Entry) => Entry;
}

/** Every function, for those who call. */
export type Functions = Readonly<
  Of<'pte'> & Of<'pmd'> & Of<'pud'> & OfHuge<'pmd'> & OfHuge<'pud'> & OfNovma & Swap & OfPgprot & OfMm
>;
export type FunctionName = keyof Functions;
/** Those that an architecture has. */
export type Pgtable = Readonly<Partial<Functions>>;

/** Functions by name that take the place of others; `base` is the one before, and `t` the record that all of them are called through. */
export type PgtablePatch = {
  readonly [N in FunctionName]?: (base: Functions[N], t: Functions) => Functions[N];
};

/** The patch by which a release lacks functions. */
export const without = (...names: readonly FunctionName[]): PgtablePatch =>
  Object.fromEntries(names.map((name) => [name, () => undefined]));

/**
 * An architecture with patches applied in their order. A function that a patch brings need not have been there; one that a patch
 * takes away is no key of the record, so that who lists them finds functions alone.
 */
export const assemble = (define: (t: Functions) => Pgtable, patches: readonly PgtablePatch[] = []): Pgtable => {
  const t: Record<string, unknown> = {};
  const functions = t as unknown as Functions;
  Object.assign(t, define(functions));
  for (const patch of patches)
    for (const [name, replace] of Object.entries(patch))
      t[name] = (replace as (base: unknown, all: Functions) => unknown)(t[name], functions);
  for (const [name, one] of Object.entries(t)) if (one === undefined) delete t[name];
  return functions;
};

/** Functions under the names that they have at a level: young becomes pte_young. */
export const named = (level: LeafLevel, functions: Readonly<Record<string, unknown>>): Pgtable =>
  Object.fromEntries(Object.entries(functions).map(([name, one]) => [`${level}_${name}`, one]));
