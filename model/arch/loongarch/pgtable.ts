/**
 * The functions of entries of loongarch64, bit for bit: arch/loongarch/include/asm/pgtable.h, pgtable-bits.h,
 * include/linux/pgtable.h for pgprot_modify(), v7.1. What other releases have: releases.ts.
 * Left out: entries at PUD level, which only the kernel has; wc_enabled is on.
 */
import { named, type Functions, type Pgtable } from '../../formats/pgtable.ts';
import {
  and,
  clear,
  eq,
  flag,
  has,
  isZero,
  join,
  or,
  pick,
  shl,
  shr,
  toNumber,
  type U64,
  u64,
} from '../../formats/u64.ts';
import { genericPgprot } from '../generic_pgprot.ts';
import { swapMarks } from '../swap_marks.ts';
import {
  _CACHE_MASK,
  _CACHE_SUC,
  _CACHE_WUC,
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_GLOBAL,
  _PAGE_HGLOBAL,
  _PAGE_HUGE,
  _PAGE_MODIFIED,
  _PAGE_PRESENT,
  _PAGE_PRESENT_INVALID,
  _PAGE_PROTNONE,
  _PAGE_SPECIAL,
  _PAGE_VALID,
  _PAGE_WRITE,
  hpageChgMask,
  INVALID_PTE_TABLE,
  type LoongarchBuild,
  pageChgMask,
  pfnMask,
} from './bits.ts';

/** The dirty bit of the hardware is the right to write: the kernel keeps its own beside. */
const keepModified = (e: U64): U64 => (has(e, _PAGE_DIRTY) ? or(e, _PAGE_MODIFIED) : e);
const DIRTY = or(_PAGE_DIRTY, _PAGE_MODIFIED);

const mkwrite = (e: U64): U64 => or(e, has(e, _PAGE_MODIFIED) ? or(_PAGE_WRITE, _PAGE_DIRTY) : _PAGE_WRITE);

/** What is the same at both levels, under the name that it has there. */
const FLAGS = {
  write: flag(_PAGE_WRITE).is,
  dirty: flag(DIRTY).is,
  young: flag(_PAGE_ACCESSED).is,
  protnone: flag(_PAGE_PROTNONE).is,
  mkwrite,
  mkwrite_novma: mkwrite,
  wrprotect: (e: U64): U64 => clear(keepModified(e), or(_PAGE_WRITE, _PAGE_DIRTY)),
  mkdirty: (e: U64): U64 => or(e, has(e, _PAGE_WRITE) ? DIRTY : _PAGE_MODIFIED),
  mkclean: flag(DIRTY).unset,
  mkyoung: flag(_PAGE_ACCESSED).set,
  mkold: flag(_PAGE_ACCESSED).unset,
};

/** pte_modify() and pmd_modify(), by the bits that stay. */
export const modifyOf =
  (chgMask: U64) =>
  (e: U64, newprot: U64): U64 =>
    pick(chgMask, keepModified(e), newprot);

/** pfn_pte() and pfn_pmd(): flags as they come. */
const made =
  ({ pageShift }: LoongarchBuild) =>
  (pfn: U64, prot: U64): U64 =>
    or(shl(pfn, pageShift), prot);
/** pte_pfn() and pmd_pfn(): with 4K pages _PAGE_HGLOBAL is counted in. */
const frameIn = (build: LoongarchBuild) => {
  const mask = pfnMask(build);
  return (e: U64): U64 => shr(and(e, mask), build.pageShift);
};

const SWP_TYPE_SHIFT = 16;
const SWP_TYPE_MASK = u64(0x7f);
const SWP_OFFSET_SHIFT = 24;
const EXCLUSIVE = shl(u64(1), SWP_OFFSET_SHIFT - 1);

/** One of a PMD has HUGE beside, which is below what __swp_type() and __swp_offset() read. */
const SWAP: Pgtable = {
  swp_pte: (type, offset) => or(shl(and(u64(type), SWP_TYPE_MASK), SWP_TYPE_SHIFT), shl(offset, SWP_OFFSET_SHIFT)),
  swp_type: (e) => toNumber(and(shr(e, SWP_TYPE_SHIFT), SWP_TYPE_MASK)),
  swp_offset: (e) => shr(e, SWP_OFFSET_SHIFT),
  ...swapMarks('pte', { exclusive: EXCLUSIVE }),
};

const pteOf = (t: Functions, build: LoongarchBuild): Pgtable => ({
  ...named('pte', FLAGS),
  pfn_pte: made(build),
  pte_pfn: frameIn(build),
  pte_present: flag(or(_PAGE_PRESENT, _PAGE_PROTNONE)).is,
  pte_special: flag(_PAGE_SPECIAL).is,
  pte_mkspecial: flag(_PAGE_SPECIAL).set,
  // A PTE that is global is not none by that.
  pte_none: (e) => isZero(clear(e, _PAGE_GLOBAL)),
  pte_huge: flag(_PAGE_HUGE).is,
  pte_mkhuge: flag(_PAGE_HUGE).set,
  pte_modify: modifyOf(pageChgMask(build)),
  arch_make_huge_pte: (e) => t.pte_mkhuge(e),
  ...SWAP,
});

const LEAF_PRESENT = join(_PAGE_PRESENT, _PAGE_PROTNONE, _PAGE_PRESENT_INVALID);
/** log2 of _PAGE_HGLOBAL / _PAGE_GLOBAL. */
const GLOBAL_MOVES = 6;

const pmdOf = (t: Functions, build: LoongarchBuild): Pgtable => ({
  ...named('pmd', FLAGS),
  pfn_pmd: made(build),
  pmd_pfn: frameIn(build),
  // Whatever bit 6 is before is taken for GLOBAL, also where it is HUGE.
  pmd_mkhuge: (e) => join(clear(e, _PAGE_GLOBAL), shl(and(e, _PAGE_GLOBAL), GLOBAL_MOVES), _PAGE_HUGE),
  pmd_none: (e) => eq(e, INVALID_PTE_TABLE),
  pmd_leaf: flag(_PAGE_HUGE).is,
  pmd_present: (e) => (has(e, _PAGE_HUGE) ? has(e, LEAF_PRESENT) : !eq(e, INVALID_PTE_TABLE)),
  pmd_trans_huge: (e) => has(e, _PAGE_HUGE) && t.pmd_present(e),
  pmd_bad: (e) => !isZero(and(e, u64(2 ** build.pageShift - 1))),
  pmd_mkinvalid: (e) =>
    or(clear(e, join(_PAGE_PRESENT, _PAGE_VALID, _PAGE_DIRTY, _PAGE_PROTNONE)), _PAGE_PRESENT_INVALID),
  pmd_modify: modifyOf(hpageChgMask(build)),
  swp_pmd: (type, offset) => or(t.swp_pte(type, offset), _PAGE_HUGE),
  pmd_swp_type: (e) => t.swp_type(e),
  pmd_swp_offset: (e) => t.swp_offset(e),
});

const cached = (type: U64) => (prot: U64) => or(clear(prot, _CACHE_MASK), type);

const pgprotOf = (t: Functions): Pgtable => ({
  pgprot_noncached: cached(_CACHE_SUC),
  pgprot_writecombine: cached(_CACHE_WUC),
  ...genericPgprot(t),
});

/** The functions of loongarch64 in v7.1. */
export const loongarchPgtable =
  (build: LoongarchBuild) =>
  (t: Functions): Pgtable => ({ ...pteOf(t, build), ...pmdOf(t, build), ...pgprotOf(t) });
