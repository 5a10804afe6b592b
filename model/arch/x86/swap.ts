/**
 * Swap entries of x86 with 64-bit entries: arch/x86/include/asm/pgtable_64.h and pgtable-3level.h, v7.1. The type is in bits
 * 59..63, the offset inverted in bits 9..58; the hardware may set A and D by itself (an erratum), so they are left alone.
 */
import type { Pgtable } from '../../formats/pgtable.ts';
import { ALL, and, bits, not, or, shl, shr, toNumber, type U64, u64, ZERO } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_PSE, _PAGE_PWT, _PAGE_RW, _PAGE_USER, type X86Build } from './bits.ts';

const SWP_TYPE_BITS = 5;
/** SWP_OFFSET_FIRST_BIT + SWP_TYPE_BITS: above PROT_NONE. */
const SWP_OFFSET_SHIFT = 14;
/** Of the 32 bits of a swp_entry_t of PAE, through which type and offset go both ways, the type has the low ones. */
const PAE_OFFSET = bits(0, 31 - SWP_TYPE_BITS);

const swapEntry = (mask: U64) => ({
  entry: (type: number, offset: U64): U64 =>
    or(shr(shl(not(and(offset, mask)), SWP_OFFSET_SHIFT), SWP_TYPE_BITS), shl(u64(type), 64 - SWP_TYPE_BITS)),
  typeOf: (e: U64): number => toNumber(shr(e, 64 - SWP_TYPE_BITS)),
  offsetOf: (e: U64): U64 => and(shr(shl(not(e), SWP_TYPE_BITS), SWP_OFFSET_SHIFT), mask),
});

export const swapOf = ({ puds }: X86Build): Pgtable => {
  const { entry, typeOf, offsetOf } = swapEntry(puds ? ALL : PAE_OFFSET);
  const marks = { soft_dirty: _PAGE_RW, uffd_wp: puds ? _PAGE_USER : ZERO };
  return {
    swp_pte: entry,
    swp_type: typeOf,
    swp_offset: offsetOf,
    ...swapMarks('pte', { ...marks, exclusive: puds ? _PAGE_PWT : _PAGE_PSE }),
    ...swapMarks('pmd', marks),
    // CONFIG_ARCH_ENABLE_THP_MIGRATION is of 64 bits.
    ...(puds ? { swp_pmd: entry, pmd_swp_type: typeOf, pmd_swp_offset: offsetOf } : {}),
  };
};
