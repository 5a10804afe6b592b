/**
 * Swap entries of x86 with 64-bit entries: arch/x86/include/asm/pgtable_64.h and pgtable-3level.h, v7.1. The type is in bits
 * 59..63, the offset inverted in bits 9..58; the hardware may set A and D by itself (an erratum), so they are left alone.
 */
import type { Pgtable } from '../../formats/pgtable.ts';
import { not, or, shl, shr, toNumber, type U64, u64, ZERO } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_PSE, _PAGE_PWT, _PAGE_RW, _PAGE_USER, type X86Build } from './bits.ts';

const SWP_TYPE_BITS = 5;
/** SWP_OFFSET_FIRST_BIT + SWP_TYPE_BITS: above PROT_NONE. */
const SWP_OFFSET_SHIFT = 14;

const entry = (type: number, offset: U64): U64 =>
  or(shr(shl(not(offset), SWP_OFFSET_SHIFT), SWP_TYPE_BITS), shl(u64(type), 64 - SWP_TYPE_BITS));
const typeOf = (e: U64): number => toNumber(shr(e, 64 - SWP_TYPE_BITS));
const offsetOf = (e: U64): U64 => shr(shl(not(e), SWP_TYPE_BITS), SWP_OFFSET_SHIFT);

/** With PAE a swp_entry_t has 32 bits, and so has what becomes of an entry on its way: __swp_entry_to_pte(). */
export const swapOf = ({ puds }: X86Build): Pgtable => {
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
