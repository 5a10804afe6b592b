/** Bits of x86 entries by the kernel's names: arch/x86/include/asm/pgtable_types.h, v7.1. */
import { bit, bits, clear, join, or, type U64, ZERO } from '../../formats/u64.ts';

export const _PAGE_PRESENT = bit(0);
export const _PAGE_RW = bit(1);
export const _PAGE_USER = bit(2);
export const _PAGE_PWT = bit(3);
export const _PAGE_PCD = bit(4);
export const _PAGE_ACCESSED = bit(5);
export const _PAGE_DIRTY = bit(6);
/** Of a leaf; in a PTE the same bit is PAT. */
export const _PAGE_PSE = bit(7);
export const _PAGE_PAT = bit(7);
export const _PAGE_GLOBAL = bit(8);
/** Where _PAGE_PRESENT is clear. */
export const _PAGE_PROTNONE = bit(8);
export const _PAGE_SPECIAL = bit(9);
export const _PAGE_SOFT_DIRTY = bit(11);
/** PAT of a leaf; in a PTE the same bit is the lowest one of the frame number. */
export const _PAGE_PAT_LARGE = bit(12);
/** SOFTW4: _PAGE_DEVMAP until v6.16. */
export const _PAGE_SOFTW4 = bit(57);
export const _PAGE_PKEY_MASK = bits(59, 62);
export const _PAGE_NX = bit(63);

/** __PHYSICAL_MASK_SHIFT is 52 with 64-bit entries, whatever the CPU has. */
const PHYSICAL_TOP = 51;
export const PTE_PFN_MASK = bits(12, PHYSICAL_TOP);
export const PHYSICAL_PMD_PAGE_MASK = bits(21, PHYSICAL_TOP);
export const PHYSICAL_PUD_PAGE_MASK = bits(30, PHYSICAL_TOP);

/** What a CPU may set in an entry that is none: an erratum of Knights Landing, which pte_none() and its likes look past. */
export const _PAGE_KNL_ERRATUM_MASK = or(_PAGE_DIRTY, _PAGE_ACCESSED);

/** What 64 and 32 bits differ in. */
export interface X86Build {
  /** Where the dirty bit of a read-only entry is kept, so that it is no shadow stack. */
  readonly savedDirty: U64;
  /** Absent on 32 bits, where its bit is that of SAVED_DIRTY. */
  readonly uffdWp: U64;
  /** PUD entries of their own: x86-64. */
  readonly puds: boolean;
  /** sme_me_mask and cc_mask: the bit that says encrypted, which is no bit of a frame number then. 0 where memory is not. */
  readonly enc: U64;
}
export const X86_64_BUILD: X86Build = { savedDirty: bit(58), uffdWp: bit(10), puds: true, enc: ZERO };
/** AMD SME, with the C-bit of Zen 1 to 3. */
export const X86_64_SME_BUILD: X86Build = { ...X86_64_BUILD, enc: bit(47) };
export const X86_PAE_BUILD: X86Build = { savedDirty: bit(10), uffdWp: ZERO, puds: false, enc: ZERO };

/** PTE_PFN_MASK, PHYSICAL_PMD_PAGE_MASK and PHYSICAL_PUD_PAGE_MASK: physical_mask has no C-bit. */
export const pfnMasks = ({ enc }: X86Build) => ({
  pte: clear(PTE_PFN_MASK, enc),
  pmd: clear(PHYSICAL_PMD_PAGE_MASK, enc),
  pud: clear(PHYSICAL_PUD_PAGE_MASK, enc),
});

/** _COMMON_PAGE_CHG_MASK: what stays of an entry, at every level, when its protection changes. */
export const commonChgMask = ({ savedDirty, uffdWp, enc }: X86Build): U64 =>
  join(
    PTE_PFN_MASK,
    enc,
    _PAGE_PCD,
    _PAGE_PWT,
    _PAGE_SPECIAL,
    _PAGE_ACCESSED,
    _PAGE_DIRTY,
    savedDirty,
    _PAGE_SOFT_DIRTY,
    uffdWp,
  );
