/**
 * The functions of entries of riscv64, bit for bit: arch/riscv/include/asm/pgtable.h, pgtable-64.h, mm/pgtable.c,
 * mm/hugetlbpage.c, include/linux/pgtable.h for pgprot_modify(), v7.1. What other releases have: releases.ts.
 * Left out: shadow stacks (pte_mkwrite_shstk()), contpte of hugetlb beyond one entry, 32 bits.
 */
import { named, type Functions, type Pgtable } from '../../formats/pgtable.ts';
import {
  and,
  bit,
  bits,
  clear,
  eq,
  flag,
  has,
  isZero,
  join,
  not,
  or,
  shl,
  shr,
  type U64,
  xor,
  ZERO,
} from '../../formats/u64.ts';
import { genericPgprot } from '../generic_pgprot.ts';
import {
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_LEAF,
  _PAGE_NAPOT,
  _PAGE_PFN_MASK,
  _PAGE_PFN_SHIFT,
  _PAGE_PRESENT,
  _PAGE_PROT_NONE,
  _PAGE_READ,
  _PAGE_SPECIAL,
  _PAGE_WRITE,
  alt_thead_pma,
  pageChgMask,
  PMD_PFN,
  PUD_PFN,
  type RiscvBuild,
} from './bits.ts';
import { swapOf } from './swap.ts';

/** __page_val_to_pfn(). */
const valToPfn = (e: U64): U64 => shr(and(e, _PAGE_PFN_MASK), _PAGE_PFN_SHIFT);

/** The lowest bit goes: res & (res - 1). */
const withoutLowest = (n: U64): U64 => {
  for (let at = 0; at < 64; at++) if (has(n, bit(at))) return clear(n, bit(at));
  return n;
};

const PRESENT_OR_NONE = or(_PAGE_PRESENT, _PAGE_PROT_NONE);
/** SVNAPOT_CONT64KB: the only order there is. */
const NAPOT_SHIFT = 16;
const NAPOT_ORDER = 4;

/** pte_mknapot(): the order is written into the low bits of the frame number, as its highest zero-filled power of two. */
const pte_mknapot = (e: U64): U64 => {
  const pos = NAPOT_ORDER - 1 + _PAGE_PFN_SHIFT;
  return join(clear(e, bits(_PAGE_PFN_SHIFT, pos)), bit(pos), _PAGE_NAPOT);
};

const pteFlags = ({ softDirty }: RiscvBuild) => ({
  write: flag(_PAGE_WRITE).is,
  dirty: flag(_PAGE_DIRTY).is,
  young: flag(_PAGE_ACCESSED).is,
  special: flag(_PAGE_SPECIAL).is,
  protnone: (e: U64): boolean => eq(and(e, PRESENT_OR_NONE), _PAGE_PROT_NONE),
  mkspecial: flag(_PAGE_SPECIAL).set,
  none: isZero,
  mkwrite: flag(_PAGE_WRITE).set,
  mkwrite_novma: flag(_PAGE_WRITE).set,
  // A page that could only be executed can be read from then on.
  wrprotect: (e: U64): U64 => or(clear(e, _PAGE_WRITE), _PAGE_READ),
  mkdirty: flag(or(_PAGE_DIRTY, softDirty)).set,
  mkclean: flag(_PAGE_DIRTY).unset,
  mkyoung: flag(_PAGE_ACCESSED).set,
  mkold: flag(_PAGE_ACCESSED).unset,
  mkhuge: (e: U64): U64 => e,
});

/** Those of Svrsw60t59b. Without it they are built, and change nothing; here they are absent. */
const softBits = (t: Functions, level: 'pte' | 'pmd', { softDirty, uffdWp }: RiscvBuild): Pgtable => {
  if (isZero(softDirty)) return {};
  return named(level, {
    soft_dirty: flag(softDirty).is,
    mksoft_dirty: flag(softDirty).set,
    clear_soft_dirty: flag(softDirty).unset,
    uffd_wp: flag(uffdWp).is,
    mkuffd_wp: (e: U64): U64 => t.pte_wrprotect(or(e, uffdWp)),
    clear_uffd_wp: flag(uffdWp).unset,
  });
};

const pteOf = (t: Functions, build: RiscvBuild): Pgtable => {
  const chg = pageChgMask(build);
  return {
    ...named('pte', pteFlags(build)),
    ...softBits(t, 'pte', build),
    pfn_pte: (pfn, prot) => or(shl(pfn, _PAGE_PFN_SHIFT), alt_thead_pma(build, prot)),
    pte_pfn: (e) => (build.svnapot && has(e, _PAGE_NAPOT) ? withoutLowest(valToPfn(e)) : valToPfn(e)),
    // On T-Head pfn_pte(pfn, 0) has the PMA type: its bits go from an entry that has another type, too, or come into it.
    pte_pgprot: (e) => xor(t.pfn_pte(t.pte_pfn(e), ZERO), e),
    pte_present: flag(PRESENT_OR_NONE).is,
    pte_huge: (e) => t.pte_present(e) && has(e, _PAGE_LEAF),
    pte_modify: (e, newprot) => or(and(e, chg), alt_thead_pma(build, newprot)),
    arch_make_huge_pte: (e, shift) => (build.svnapot && shift === NAPOT_SHIFT ? pte_mknapot(e) : t.pte_mkhuge(e)),
    ...swapOf(build),
  };
};

/** What is the PTE's function by the same name, through pmd_pte() and pte_pmd(). */
const asPte = (t: Functions, level: 'pmd' | 'pud', names: readonly string[]): Pgtable => {
  const of = t as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  return named(
    level,
    Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => of[`pte_${name}`]!(...args)])),
  );
};
const SHARED = [
  'pgprot',
  'modify',
  'write',
  'dirty',
  'young',
  'special',
  'none',
  'mkspecial',
  'mkwrite',
  'wrprotect',
  'mkdirty',
  'mkclean',
  'mkyoung',
  'mkold',
];
const invalid = flag(PRESENT_OR_NONE).unset;

const pmdOf = (t: Functions, build: RiscvBuild): Pgtable => ({
  ...asPte(t, 'pmd', [...SHARED, 'protnone', 'mkwrite_novma']),
  ...softBits(t, 'pmd', build),
  pfn_pmd: (pfn, prot) => or(shl(pfn, _PAGE_PFN_SHIFT), alt_thead_pma(build, prot)),
  pmd_pfn: (e) => and(valToPfn(e), PMD_PFN),
  pmd_mkhuge: (e) => e,
  // A leaf that is being split stays present: R, W and X say so.
  pmd_present: flag(or(PRESENT_OR_NONE, _PAGE_LEAF)).is,
  pmd_leaf: (e) => t.pmd_present(e) && has(e, _PAGE_LEAF),
  pmd_trans_huge: (e) => t.pmd_leaf(e),
  pmd_bad: (e) => !t.pmd_present(e) || has(e, _PAGE_LEAF),
  pmd_mkinvalid: invalid,
});

const pudOf = (t: Functions): Pgtable => ({
  ...asPte(t, 'pud', SHARED),
  // Without ALT_THEAD_PMA(), which pfn_pte(), pfn_pmd() and pfn_pgd() have (and pfn_p4d() has not).
  pfn_pud: (pfn, prot) => or(shl(pfn, _PAGE_PFN_SHIFT), prot),
  pud_pfn: (e) => and(valToPfn(e), PUD_PFN),
  pud_mkhuge: (e) => e,
  // One of PROT_NONE is not present, and one that is being split neither.
  pud_present: flag(_PAGE_PRESENT).is,
  pud_leaf: (e) => t.pud_present(e) && has(e, _PAGE_LEAF),
  pud_trans_huge: (e) => t.pud_leaf(e),
  pud_bad: (e) => !t.pud_present(e) || has(e, _PAGE_LEAF),
  pud_mkinvalid: invalid,
});

const pgprotOf = (t: Functions, { mtmask, nocache, io }: RiscvBuild): Pgtable => {
  const typed = (type: U64) => (prot: U64) => or(and(prot, not(mtmask)), type);
  return {
    pgprot_noncached: typed(io),
    pgprot_writecombine: typed(nocache),
    ...genericPgprot(t),
  };
};

/** The functions of riscv64 in v7.1. */
export const riscvPgtable =
  (build: RiscvBuild) =>
  (t: Functions): Pgtable => ({
    ...pteOf(t, build),
    ...pmdOf(t, build),
    ...pudOf(t),
    ...pgprotOf(t, build),
  });
