/**
 * The functions of entries of powerpc book3s64, bit for bit: arch/powerpc/include/asm/book3s/64/pgtable.h, radix.h, hash.h,
 * hash-4k.h, hash-64k.h, include/asm/pgtable.h, mm/book3s64/pgtable.c, v7.1. Other releases: releases.ts; series: series.ts.
 * A function that is BUG() with an MMU or a page size is absent there: architecture.ts says why.
 * Left out: VM_BUG_ON() and WARN_ON() of pfn_pte(), pmd_mkhuge(), pud_mkhuge(), and what set_pte_filter_hash() takes
 * out of an entry on its way into a table (_PAGE_HPTEFLAGS; H_PAGE_4K_PFN stays).
 */
import { named, type Functions, type Pgtable } from '../../formats/pgtable.ts';
import { and, bits, clear, eq, has, hasAll, isZero, join, or, shl, shr, type U64 } from '../../formats/u64.ts';
import { genericPgprot } from '../generic_pgprot.ts';
import {
  _PAGE_ACCESSED,
  _PAGE_CACHE_CTL,
  _PAGE_DIRTY,
  _PAGE_INVALID,
  _PAGE_NON_IDEMPOTENT,
  _PAGE_PRESENT,
  _PAGE_PTE,
  _PAGE_RW,
  _PAGE_RWX,
  _PAGE_SOFT_DIRTY,
  _PAGE_SPECIAL,
  _PAGE_TOLERANT,
  _PAGE_WRITE,
  chgMask,
  hasPmdLeaves,
  hpageChgMask,
  type PowerpcBuild,
  rpnMask,
} from './bits.ts';
import { swapOf } from './swap.ts';

const set = (flags: U64) => (e: U64) => or(e, flags);
const unset = (flags: U64) => (e: U64) => clear(e, flags);
const test = (flags: U64) => (e: U64) => has(e, flags);
const same = (e: U64): U64 => e;

/** pte_modify() and its likes: the rest of the old entry is gone, and nothing of the new protection is, so young comes with it. */
export const modifyOf =
  (mask: U64) =>
  (e: U64, newprot: U64): U64 =>
    or(and(e, mask), newprot);

const PRESENT_PTE = or(_PAGE_PRESENT, _PAGE_PTE);
const INVALID_PTE = or(_PAGE_INVALID, _PAGE_PTE);
/** pte_protnone(): the hardware finds it valid, and allows nothing. */
const protnone = (e: U64): boolean => eq(and(e, or(PRESENT_PTE, _PAGE_RWX)), PRESENT_PTE);

/** pmd_dirty() is pte_dirty(pmd_pte(pmd)), and so on. */
const FLAGS = {
  write: test(_PAGE_WRITE),
  dirty: test(_PAGE_DIRTY),
  young: test(_PAGE_ACCESSED),
  special: test(_PAGE_SPECIAL),
  soft_dirty: test(_PAGE_SOFT_DIRTY),
  mkspecial: set(_PAGE_SPECIAL),
  mkwrite: set(_PAGE_RW),
  wrprotect: unset(_PAGE_WRITE),
  mkdirty: set(or(_PAGE_DIRTY, _PAGE_SOFT_DIRTY)),
  mkclean: unset(_PAGE_DIRTY),
  mkyoung: set(_PAGE_ACCESSED),
  mkold: unset(_PAGE_ACCESSED),
  mksoft_dirty: set(_PAGE_SOFT_DIRTY),
  clear_soft_dirty: unset(_PAGE_SOFT_DIRTY),
  // The constructor has made a leaf already.
  mkhuge: same,
};

/** pmdp_invalidate() and pudp_invalidate(): powerpc has no pmd_mkinvalid(), and changes the entry in its place. */
const invalidated = (e: U64): U64 => or(clear(e, _PAGE_PRESENT), _PAGE_INVALID);

/** RADIX_PTE_NONE_MASK, H_PTE_NONE_MASK: what is looked past in an entry that is none. */
const pteNoneMask = ({ radix, hpteFlags }: PowerpcBuild): U64 => (radix ? or(_PAGE_DIRTY, _PAGE_ACCESSED) : hpteFlags);

const pteOf = (t: Functions, build: PowerpcBuild): Pgtable => {
  const mask = rpnMask(build);
  return {
    ...named('pte', FLAGS),
    pfn_pte: (pfn, prot) => join(shl(pfn, build.pageShift), prot, _PAGE_PTE),
    pte_pfn: (e) => shr(and(e, mask), build.pageShift),
    pte_pgprot: (e) => clear(e, mask),
    pte_none: (e) => isZero(clear(e, pteNoneMask(build))),
    pte_present: (e) => hasAll(e, PRESENT_PTE) || hasAll(e, INVALID_PTE),
    pte_protnone: protnone,
    pte_modify: modifyOf(chgMask(build)),
    arch_make_huge_pte: (e) => t.pte_mkhuge(e),
    ...swapOf(build),
  };
};

/** RADIX_PMD_BAD_BITS, RADIX_PUD_BAD_BITS: what is reserved in the address of a table. */
const RADIX_BAD_BITS = join(bits(61, 62), bits(5, 7));
/** H_PMD_BAD_BITS and H_PUD_BAD_BITS: below the size of the table, a fragment of a page. */
const HASH_BAD_BITS = {
  12: { pmd: bits(0, 11), pud: bits(0, 9) },
  16: { pmd: bits(0, 11), pud: bits(0, 13) },
};

/** radix__pmd_mkhuge(), hash__pmd_mkhuge(). */
const hugeBits = ({ radix, thpHuge }: PowerpcBuild): U64 => (radix ? _PAGE_PTE : or(_PAGE_PTE, thpHuge));

/** pfn_pmd() and pfn_pud(): bits of the frame number beyond PTE_RPN_MASK are dropped. */
const madeHuge = (build: PowerpcBuild) => (pfn: U64, prot: U64) =>
  join(and(shl(pfn, build.pageShift), rpnMask(build)), prot, hugeBits(build));

/** What PMD and PUD entries have in common; each is read as a PTE. */
const hugeOf = (t: Functions, build: PowerpcBuild) => ({
  ...FLAGS,
  none: isZero,
  pfn: (e: U64): U64 => t.pte_pfn(e),
  pgprot: (e: U64): U64 => t.pte_pgprot(e),
  leaf: test(_PAGE_PTE),
  modify: modifyOf(hpageChgMask(build)),
});

const pmdOf = (t: Functions, build: PowerpcBuild): Pgtable => {
  const huge = hugeBits(build);
  const leaves = hasPmdLeaves(build);
  return {
    ...named('pmd', hugeOf(t, build)),
    ...(leaves ? { pfn_pmd: madeHuge(build) } : {}),
    pmd_present: test(or(_PAGE_PRESENT, _PAGE_INVALID)),
    pmd_protnone: protnone,
    pmd_trans_huge: (e) => leaves && t.pmd_present(e) && hasAll(e, huge),
    pmd_bad: test(build.radix ? RADIX_BAD_BITS : HASH_BAD_BITS[build.pageShift].pmd),
    pmd_mkinvalid: invalidated,
  };
};

const pudOf = (t: Functions, build: PowerpcBuild): Pgtable => ({
  ...named('pud', hugeOf(t, build)),
  // With hash __pud_mkhuge() and pud_hugepage_update() are BUG().
  ...(build.radix ? { pfn_pud: madeHuge(build), pud_mkinvalid: invalidated } : {}),
  // One that pudp_invalidate() has changed is not present, and no trans_huge.
  pud_present: test(_PAGE_PRESENT),
  pud_trans_huge: (e) => build.radix && t.pud_present(e) && has(e, _PAGE_PTE),
  pud_bad: test(build.radix ? RADIX_BAD_BITS : HASH_BAD_BITS[build.pageShift].pud),
});

const withCache =
  (cache: U64) =>
  (prot: U64): U64 =>
    or(clear(prot, _PAGE_CACHE_CTL), cache);

/** Of include/linux/pgtable.h are pgprot_device(), pgprot_writethrough() and pgprot_modify(). */
const pgprotOf = (t: Functions): Pgtable => ({
  pgprot_noncached: withCache(_PAGE_NON_IDEMPOTENT),
  pgprot_writecombine: withCache(_PAGE_TOLERANT),
  ...genericPgprot(t),
});

/** The functions of powerpc book3s64 in v7.1. */
export const powerpcPgtable =
  (build: PowerpcBuild) =>
  (t: Functions): Pgtable => ({
    ...pteOf(t, build),
    ...pmdOf(t, build),
    ...pudOf(t, build),
    ...pgprotOf(t),
  });
