/**
 * The functions of entries of arm64, bit for bit: arch/arm64/include/asm/pgtable.h, mm/hugetlbpage.c arch_make_huge_pte(),
 * include/linux/pgtable.h pgprot_modify(), v7.1. What other releases have: releases.ts; what series propose: series.ts.
 * A PMD or PUD is cast to a PTE, handled as one, and cast back; so it is here. From v7.3 on uffd_wp is called uffd.
 * Left out: realms (pgprot_decrypted() sets the top bit of the address), __pte_to_phys() clearing SH where LPA2 is built in but
 * not used (no address is read from there), the warnings, and the cache and tag maintenance that comes with a store.
 */
import { type Arm64Granule, shiftOf } from '../../formats/arm64.ts';
import type { Functions, Pgtable } from '../../formats/pgtable.ts';
import { and, bits, clear, eq, has, isZero, join, or, pick, shl, shr, type U64, xor, ZERO } from '../../formats/u64.ts';
import { genericPgprotModify } from '../generic_pgprot.ts';
import {
  MT_DEVICE_nGnRE,
  MT_DEVICE_nGnRnE,
  MT_NORMAL_NC,
  PMD_TABLE_BIT,
  PTE_AF,
  PTE_ATTRINDX,
  PTE_ATTRINDX_MASK,
  PTE_CONT,
  PTE_DIRTY,
  PTE_GP,
  PTE_PO_IDX_MASK,
  PTE_PRESENT_INVALID,
  PTE_PXN,
  PTE_RDONLY,
  PTE_SPECIAL,
  PTE_TYPE_MASK,
  PTE_UFFD_WP,
  PTE_USER,
  PTE_UXN,
  PTE_VALID,
  PTE_WRITE,
  pteAddrHigh,
  pteAddrLow,
} from './bits.ts';
import { swapOf } from './swap.ts';

const pte_present_invalid = (e: U64): boolean => !has(e, PTE_VALID) && has(e, PTE_PRESENT_INVALID);
const pte_hw_dirty = (e: U64): boolean => has(e, PTE_WRITE) && !has(e, PTE_RDONLY);
const pte_sw_dirty = (e: U64): boolean => has(e, PTE_DIRTY);

/** The place of an address in an entry, and back. */
const addressesOf = (granule: Arm64Granule) => {
  const low = pteAddrLow(granule);
  const { mask, shift } = pteAddrHigh(granule);
  return {
    // Without 52 bits the address is taken as it comes. With 64K pages bits 48 and 49 of one are put down twice: bits.ts pteAddrLow().
    __phys_to_pte_val: (phys: U64): U64 => (shift === 0 ? phys : and(or(phys, shr(phys, shift)), or(low, mask))),
    __pte_to_phys: (e: U64): U64 => or(and(e, low), shl(and(e, mask), shift)),
  };
};

/** pfn_pte() and its likes are one at every level, and p?d_pfn() takes no bit below the leaf. */
const framesOf = (granule: Arm64Granule) => {
  const { __phys_to_pte_val, __pte_to_phys } = addressesOf(granule);
  const { pageShift } = granule;
  return {
    make: (pfn: U64, prot: U64): U64 => or(__phys_to_pte_val(shl(pfn, pageShift)), prot),
    frameAt: (level: 'pte' | 'pmd' | 'pud') => {
      const offset = bits(0, shiftOf(granule, level) - 1);
      return (e: U64): U64 => shr(clear(__pte_to_phys(e), offset), pageShift);
    },
  };
};

/** What pte_modify() takes from the new protection; the rest, as the type, CONT, AF, SH and the software bits, stays. */
const MODIFIED = join(
  PTE_USER,
  PTE_PXN,
  PTE_UXN,
  PTE_RDONLY,
  PTE_PRESENT_INVALID,
  PTE_VALID,
  PTE_WRITE,
  PTE_GP,
  PTE_ATTRINDX_MASK,
  PTE_PO_IDX_MASK,
);

const asksOfPte = (t: Functions): Pgtable => ({
  pte_none: isZero,
  pte_present: (e) => has(e, PTE_VALID) || pte_present_invalid(e),
  pte_write: (e) => has(e, PTE_WRITE),
  pte_dirty: (e) => pte_sw_dirty(e) || pte_hw_dirty(e),
  pte_young: (e) => has(e, PTE_AF),
  pte_special: (e) => has(e, PTE_SPECIAL),
  pte_uffd_wp: (e) => has(e, PTE_UFFD_WP),
  pte_protnone: (e) => pte_present_invalid(e) && !has(e, PTE_USER) && has(e, PTE_UXN),
  pte_pgprot: (e) => xor(t.pfn_pte(t.pte_pfn(e), ZERO), e),
});

const changesOfPte = (t: Functions): Pgtable => ({
  pte_mkspecial: (e) => or(e, PTE_SPECIAL),
  pte_mkwrite_novma: (e) => {
    const made = or(e, PTE_WRITE);
    return pte_sw_dirty(made) ? clear(made, PTE_RDONLY) : made;
  },
  // Also of a shadow stack: PAGE_GCS_RO, with it, is PAGE_GCS.
  pte_mkwrite: (e) => t.pte_mkwrite_novma(e),
  pte_wrprotect: (e) => or(clear(pte_hw_dirty(e) ? or(e, PTE_DIRTY) : e, PTE_WRITE), PTE_RDONLY),
  pte_mkdirty: (e) => {
    const made = or(e, PTE_DIRTY);
    return t.pte_write(made) ? clear(made, PTE_RDONLY) : made;
  },
  pte_mkclean: (e) => or(clear(e, PTE_DIRTY), PTE_RDONLY),
  pte_mkyoung: (e) => or(e, PTE_AF),
  pte_mkold: (e) => clear(e, PTE_AF),
  pte_mkuffd_wp: (e) => t.pte_wrprotect(or(e, PTE_UFFD_WP)),
  pte_clear_uffd_wp: (e) => clear(e, PTE_UFFD_WP),
  pte_modify: (e, newprot) => {
    const old = pte_hw_dirty(e) ? or(e, PTE_DIRTY) : e;
    const made = pick(MODIFIED, newprot, old);
    return pte_sw_dirty(made) ? t.pte_mkdirty(made) : made;
  },
});

const isTable = (e: U64): boolean => eq(and(e, PTE_TYPE_MASK), PTE_TYPE_MASK);
/** The type of a table becomes that of a block; an entry that is not valid stays so. */
const mkhuge = (e: U64): U64 => clear(e, PMD_TABLE_BIT);

/** Those of a PMD that are the PTE's. */
const castOfPmd = (t: Functions): Pgtable => ({
  pmd_none: isZero,
  pmd_present: (e) => t.pte_present(e),
  pmd_write: (e) => t.pte_write(e),
  pmd_dirty: (e) => t.pte_dirty(e),
  pmd_young: (e) => t.pte_young(e),
  pmd_uffd_wp: (e) => t.pte_uffd_wp(e),
  pmd_protnone: (e) => t.pte_protnone(e),
  pmd_mkwrite_novma: (e) => t.pte_mkwrite_novma(e),
  pmd_mkwrite: (e) => t.pmd_mkwrite_novma(e),
  pmd_wrprotect: (e) => t.pte_wrprotect(e),
  pmd_mkdirty: (e) => t.pte_mkdirty(e),
  pmd_mkclean: (e) => t.pte_mkclean(e),
  pmd_mkyoung: (e) => t.pte_mkyoung(e),
  pmd_mkold: (e) => t.pte_mkold(e),
  pmd_mkuffd_wp: (e) => t.pte_mkuffd_wp(e),
  pmd_clear_uffd_wp: (e) => t.pte_clear_uffd_wp(e),
  pmd_modify: (e, newprot) => t.pte_modify(e, newprot),
});

const ofPmd = (t: Functions): Pgtable => ({
  ...castOfPmd(t),
  pmd_pgprot: (e) => xor(t.pfn_pmd(t.pmd_pfn(e), ZERO), e),
  pmd_special: (e) => has(e, PTE_SPECIAL),
  pmd_mkspecial: (e) => or(e, PTE_SPECIAL),
  pmd_mkhuge: mkhuge,
  pmd_mkinvalid: (e) => clear(or(e, PTE_PRESENT_INVALID), PTE_VALID),
  pmd_leaf: (e) => t.pmd_present(e) && !isTable(e),
  // One that is not valid is asked as if it were.
  pmd_trans_huge: (e) => t.pmd_present(e) && !isTable(or(e, PTE_VALID)),
  pmd_bad: (e) => !isTable(e),
});

/** Of PUDs hugetlb and the kernel's own memory have leaves, with 4K pages only: pud_sect_supported(). */
const ofPud = (t: Functions): Pgtable => ({
  pud_none: isZero,
  pud_present: (e) => t.pte_present(e),
  pud_write: (e) => t.pte_write(e),
  pud_young: (e) => t.pte_young(e),
  pud_mkyoung: (e) => t.pte_mkyoung(e),
  pud_pgprot: (e) => xor(t.pfn_pud(t.pud_pfn(e), ZERO), e),
  pud_mkhuge: mkhuge,
  pud_leaf: (e) => t.pud_present(e) && !isTable(e),
  pud_bad: (e) => !isTable(e),
});

const withAttribute = (index: number) => {
  const made = join(PTE_ATTRINDX(index), PTE_PXN, PTE_UXN);
  return (prot: U64) => or(clear(prot, PTE_ATTRINDX_MASK), made);
};

/** pgprot_modify() is the generic one. */
const ofPgprot = (t: Functions): Pgtable => ({
  pgprot_noncached: withAttribute(MT_DEVICE_nGnRnE),
  pgprot_writecombine: withAttribute(MT_NORMAL_NC),
  pgprot_device: withAttribute(MT_DEVICE_nGnRE),
  pgprot_modify: genericPgprotModify(t),
});

/** CONFIG_ARM64_CONT_PTE_SHIFT, CONFIG_ARM64_CONT_PMD_SHIFT: log2 of how many entries are one for a TLB. */
const CONT: Readonly<Record<number, { readonly pte: number; readonly pmd: number }>> = {
  12: { pte: 4, pmd: 4 },
  14: { pte: 7, pmd: 5 },
  16: { pte: 5, pmd: 5 },
};

/** The sizes of huge pages of hugetlb, as log2. */
export const hugetlbShifts = (granule: Arm64Granule) => {
  const cont = CONT[granule.pageShift]!;
  const pmd = shiftOf(granule, 'pmd');
  return {
    contPte: granule.pageShift + cont.pte,
    pmd,
    contPmd: pmd + cont.pmd,
    pud: hasPuds(granule) ? shiftOf(granule, 'pud') : undefined,
  };
};

/** pud_sect_supported(). */
export const hasPuds = ({ pageShift }: Arm64Granule): boolean => pageShift === 12;

/** A size that hugetlb does not have leaves the entry as it is, with a warning. */
const arch_make_huge_pte = (t: Functions, granule: Arm64Granule): Functions['arch_make_huge_pte'] => {
  const { contPte, pmd, contPmd, pud } = hugetlbShifts(granule);
  return (e, shift) => {
    if (shift === pud) return t.pud_mkhuge(e);
    if (shift === contPmd) return t.pmd_mkhuge(or(e, PTE_CONT));
    if (shift === pmd) return t.pmd_mkhuge(e);
    return shift === contPte ? or(e, PTE_CONT) : e;
  };
};

/** The functions of arm64 in v7.1. */
export const arm64Pgtable =
  (granule: Arm64Granule) =>
  (t: Functions): Pgtable => {
    const { make, frameAt } = framesOf(granule);
    return {
      ...asksOfPte(t),
      ...changesOfPte(t),
      ...ofPmd(t),
      ...(hasPuds(granule) ? { ...ofPud(t), pfn_pud: make, pud_pfn: frameAt('pud') } : {}),
      ...ofPgprot(t),
      ...swapOf(t),
      pfn_pte: make,
      pte_pfn: frameAt('pte'),
      pfn_pmd: make,
      pmd_pfn: frameAt('pmd'),
      arch_make_huge_pte: arch_make_huge_pte(t, granule),
    };
  };
