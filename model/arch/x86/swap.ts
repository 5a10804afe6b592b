/**
 * Swap entries of x86 with 64-bit entries: arch/x86/include/asm/pgtable_64.h and pgtable-3level.h, v7.1. The type is in bits
 * 59..63, the offset inverted in bits 9..58; the hardware may set A and D by itself (an erratum), so they are left alone.
 */
import type { Pgtable } from '../../formats/pgtable.ts';
import { bit, not, or, shl, shr, toNumber, u64, ZERO } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_PSE, _PAGE_RW, _PAGE_USER, type X86Build } from './bits.ts';

const SWP_TYPE_BITS = 5;
/** SWP_OFFSET_FIRST_BIT + SWP_TYPE_BITS: above PROT_NONE. */
const SWP_OFFSET_SHIFT = 14;

/** With PAE a swp_entry_t has 32 bits, and so has what becomes of an entry on its way: __swp_entry_to_pte(). */
export const swapOf = ({ puds }: X86Build): Pgtable => {
  return {
    swp_pte: (type, offset) =>
      or(shr(shl(not(offset), SWP_OFFSET_SHIFT), SWP_TYPE_BITS), shl(u64(type), 64 - SWP_TYPE_BITS)),
    swp_type: (e) => toNumber(shr(e, 64 - SWP_TYPE_BITS)),
    swp_offset: (e) => shr(shl(not(e), SWP_TYPE_BITS), SWP_OFFSET_SHIFT),
    ...swapMarks({ exclusive: puds ? bit(3) : _PAGE_PSE, soft_dirty: _PAGE_RW, uffd_wp: puds ? _PAGE_USER : ZERO }),
  };
};
