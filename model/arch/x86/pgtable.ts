/**
 * The functions of entries of x86, bit for bit: arch/x86/include/asm/pgtable.h and pgtable_types.h, pgtable-invert.h,
 * mm/pgtable.c (pte_mkwrite), v7.1. What other releases have: releases.ts; what series propose: series.ts.
 * Left out: shadow stacks, __supported_pte_mask (every bit is supported),
 * the warnings of check_pgprot() and pfn_pte(), Xen.
 */
import { named, type Functions, type Pgtable } from '../../formats/pgtable.ts';
import { ALL, and, clear, has, isZero, join, or, pick, shl, shr, type U64, xor, ZERO } from '../../formats/u64.ts';
import {
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_KNL_ERRATUM_MASK,
  _PAGE_PAT,
  _PAGE_PAT_LARGE,
  _PAGE_PCD,
  _PAGE_PRESENT,
  _PAGE_PROTNONE,
  _PAGE_PSE,
  _PAGE_PWT,
  _PAGE_RW,
  _PAGE_SOFT_DIRTY,
  _PAGE_SPECIAL,
  _PAGE_USER,
  commonChgMask,
  pfnMasks,
  type X86Build,
} from './bits.ts';
import { swapOf } from './swap.ts';

const PAGE_SHIFT = 12;

const needs_invert = (e: U64): boolean => !isZero(e) && !has(e, _PAGE_PRESENT);
/** What the frame number of an entry is xor-ed with: an entry that is not present names no frame that a CPU could guess at (L1TF). */
export const protnone_mask = (e: U64): U64 => (needs_invert(e) ? ALL : ZERO);
/** The frame number changes its form where the entry becomes present, or ceases to be. */
const flip_protnone_guard = (old: U64, e: U64, mask: U64): U64 =>
  needs_invert(old) === needs_invert(e) ? e : xor(e, mask);

/** pfn_pte() and its likes: flags as they come, a bit of the frame number among them included. */
const made = (mask: U64) => (pfn: U64, prot: U64) =>
  or(and(xor(shl(pfn, PAGE_SHIFT), protnone_mask(prot)), mask), prot);
/** Of a table the frame number begins at bit 12, whatever the level: pmd_pfn_mask(). */
export const pfn_mask =
  (leafMask: U64, tableMask: U64) =>
  (e: U64): U64 =>
    has(e, _PAGE_PSE) ? leafMask : tableMask;
const frameIn = (e: U64, mask: U64): U64 => shr(and(xor(e, protnone_mask(e)), mask), PAGE_SHIFT);

const set = (bits: U64) => (e: U64) => or(e, bits);
const unset = (bits: U64) => (e: U64) => clear(e, bits);
const test = (bits: U64) => (e: U64) => has(e, bits);

/** protval_4k_2_large(): PAT to bit 12. It does not set PSE. */
export const protval_4k_2_large = (v: U64): U64 => or(clear(v, PAT_BITS), shl(and(v, _PAGE_PAT), PAT_MOVES));
/** protval_large_2_4k(): PAT to bit 7, and PSE is gone. */
export const protval_large_2_4k = (v: U64): U64 => or(clear(v, PAT_BITS), shr(and(v, _PAGE_PAT_LARGE), PAT_MOVES));
const PAT_BITS = or(_PAGE_PAT, _PAGE_PAT_LARGE);
const PAT_MOVES = 5;

/** The dirty bit of what has just become read-only is kept elsewhere, and comes back with the right to write. */
const dirtyShifts = ({ savedDirty }: X86Build) => ({
  mksaveddirty: (e: U64): U64 => (has(e, _PAGE_RW) || !has(e, _PAGE_DIRTY) ? e : or(clear(e, _PAGE_DIRTY), savedDirty)),
  clear_saveddirty: (e: U64): U64 =>
    has(e, _PAGE_RW) && has(e, savedDirty) ? or(clear(e, savedDirty), _PAGE_DIRTY) : e,
});

/** pte_modify() and its likes, by the bits that stay. */
export const modifyOf = (build: X86Build, chgMask: U64, pfnMask: U64) => {
  const { mksaveddirty, clear_saveddirty } = dirtyShifts(build);
  return (old: U64, newprot: U64): U64 => {
    const e = flip_protnone_guard(old, pick(chgMask, old, newprot), pfnMask);
    return has(old, _PAGE_RW) ? mksaveddirty(e) : clear_saveddirty(e);
  };
};

/** What is the same at every level, under the name that it has there. */
const flagsOf = (build: X86Build) => {
  const { savedDirty } = build;
  const { mksaveddirty, clear_saveddirty } = dirtyShifts(build);
  const wrprotect = (e: U64): U64 => mksaveddirty(clear(e, _PAGE_RW));
  const dirtyBits = or(_PAGE_DIRTY, savedDirty);
  return {
    none: (e: U64): boolean => isZero(clear(e, _PAGE_KNL_ERRATUM_MASK)),
    write: test(_PAGE_RW),
    dirty: test(dirtyBits),
    young: test(_PAGE_ACCESSED),
    special: test(_PAGE_SPECIAL),
    soft_dirty: test(_PAGE_SOFT_DIRTY),
    protnone: (e: U64): boolean => has(e, _PAGE_PROTNONE) && !has(e, _PAGE_PRESENT),
    mkspecial: set(_PAGE_SPECIAL),
    mkwrite: (e: U64): U64 => clear_saveddirty(or(e, _PAGE_RW)),
    wrprotect,
    mkdirty: (e: U64): U64 => mksaveddirty(or(e, or(_PAGE_DIRTY, _PAGE_SOFT_DIRTY))),
    mkclean: unset(dirtyBits),
    mkyoung: set(_PAGE_ACCESSED),
    mkold: unset(_PAGE_ACCESSED),
    mksoft_dirty: set(_PAGE_SOFT_DIRTY),
    clear_soft_dirty: unset(_PAGE_SOFT_DIRTY),
    mkhuge: set(_PAGE_PSE),
  };
};

/** CONFIG_HAVE_ARCH_USERFAULTFD_WP, which x86-64 alone selects. */
const uffdOf = (build: X86Build) => {
  const { uffdWp } = build;
  if (isZero(uffdWp)) return {};
  const { wrprotect } = flagsOf(build);
  return {
    uffd_wp: test(uffdWp),
    mkuffd_wp: (e: U64): U64 => wrprotect(or(e, uffdWp)),
    clear_uffd_wp: unset(uffdWp),
  };
};

/** hugetlb takes the protection as it comes, and sets PSE. */
const arch_make_huge_pte =
  (t: Functions): Functions['arch_make_huge_pte'] =>
  (e) =>
    t.pte_mkhuge(e);

const pteOf = (t: Functions, build: X86Build): Pgtable => {
  const { pte: mask } = pfnMasks(build);
  return {
    ...named('pte', { ...flagsOf(build), ...uffdOf(build) }),
    pfn_pte: made(mask),
    pte_pfn: (e) => frameIn(e, mask),
    pte_pgprot: (e) => clear(e, mask),
    pte_present: test(or(_PAGE_PRESENT, _PAGE_PROTNONE)),
    pte_huge: test(_PAGE_PSE),
    pte_clrhuge: unset(_PAGE_PSE),
    pte_mkwrite_novma: set(_PAGE_RW),
    pte_modify: modifyOf(build, or(commonChgMask(build), _PAGE_PAT), mask),
    arch_make_huge_pte: arch_make_huge_pte(t),
    ...swapOf(build),
  };
};

const ACCESS = join(_PAGE_PRESENT, _PAGE_RW, _PAGE_ACCESSED, _PAGE_DIRTY);
/** With _ENC, which pmd_flags() and pud_flags() leave in. */
const _KERNPG_TABLE = ({ enc }: X86Build): U64 => or(ACCESS, enc);

const pmdOf = (t: Functions, build: X86Build): Pgtable => {
  const masks = pfnMasks(build);
  const mask = pfn_mask(masks.pmd, masks.pte);
  const chg = join(commonChgMask(build), _PAGE_PSE, _PAGE_PAT_LARGE);
  return {
    ...named('pmd', { ...flagsOf(build), ...uffdOf(build) }),
    pfn_pmd: made(masks.pmd),
    pmd_pfn: (e) => frameIn(e, mask(e)),
    pmd_pgprot: (e) => clear(e, mask(e)),
    // A leaf that is being split stays present: PSE alone says so.
    pmd_present: test(join(_PAGE_PRESENT, _PAGE_PROTNONE, _PAGE_PSE)),
    pmd_mkwrite_novma: set(_PAGE_RW),
    pmd_leaf: test(_PAGE_PSE),
    pmd_trans_huge: test(_PAGE_PSE),
    pmd_bad: (e) => !isZero(clear(xor(clear(e, mask(e)), _KERNPG_TABLE(build)), or(_PAGE_USER, _PAGE_ACCESSED))),
    pmd_mkinvalid: (e) => t.pfn_pmd(t.pmd_pfn(e), clear(clear(e, mask(e)), or(_PAGE_PRESENT, _PAGE_PROTNONE))),
    // Not the dirty bit: from v6.6 until f7491d7c81db, in which release that is: releases.ts.
    pmd_modify: modifyOf(build, clear(chg, _PAGE_DIRTY), masks.pmd),
  };
};

const pudOf = (t: Functions, build: X86Build): Pgtable => {
  const masks = pfnMasks(build);
  const mask = pfn_mask(masks.pud, masks.pte);
  const { protnone: _none, ...flags } = flagsOf(build);
  return {
    ...named('pud', flags),
    pfn_pud: made(masks.pud),
    pud_pfn: (e) => frameIn(e, mask(e)),
    pud_pgprot: (e) => clear(e, mask(e)),
    // One of PROT_NONE is not present.
    pud_present: test(_PAGE_PRESENT),
    pud_leaf: test(_PAGE_PSE),
    pud_trans_huge: test(_PAGE_PSE),
    pud_bad: (e) => !isZero(clear(clear(e, mask(e)), or(_KERNPG_TABLE(build), _PAGE_USER))),
    pud_mkinvalid: (e) => t.pfn_pud(t.pud_pfn(e), clear(clear(e, mask(e)), or(_PAGE_PRESENT, _PAGE_PROTNONE))),
    pud_modify: modifyOf(build, join(commonChgMask(build), _PAGE_PSE, _PAGE_PAT_LARGE), masks.pud),
  };
};

const _PAGE_CACHE_MASK = join(_PAGE_PAT, _PAGE_PCD, _PAGE_PWT);

/**
 * pgprot_*() that drivers call; the numbers are cachemode2protval() of the mode. pgprot_noncached() alone joins its bits to those
 * that are there: of WC it makes UC, and WT stays WT.
 */
const pgprotOf = (build: X86Build): Pgtable => {
  const chg = or(commonChgMask(build), _PAGE_PAT);
  return {
    pgprot_modify: (oldprot, newprot) => pick(chg, oldprot, newprot),
    pgprot_noncached: (prot) => or(prot, _PAGE_PCD),
    pgprot_writecombine: (prot) => or(clear(prot, _PAGE_CACHE_MASK), _PAGE_PWT),
    pgprot_writethrough: (prot) => or(prot, _PAGE_CACHE_MASK),
    pgprot_4k_2_large: protval_4k_2_large,
    pgprot_large_2_4k: protval_large_2_4k,
  };
};

/** The functions of x86 in v7.1. */
export const x86Pgtable =
  (build: X86Build) =>
  (t: Functions): Pgtable => ({
    ...pteOf(t, build),
    ...pmdOf(t, build),
    ...(build.puds ? pudOf(t, build) : {}),
    ...pgprotOf(build),
  });
