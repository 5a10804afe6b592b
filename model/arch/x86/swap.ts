/**
 * Swap entries of x86 with 64-bit entries: arch/x86/include/asm/pgtable_64.h and pgtable-3level.h, v7.1. The type is in bits
 * 59..63, the offset inverted in bits 9..58; the hardware may set A and D by itself (an erratum), so they are left alone.
 */
import type { Pgtable } from '../../formats/pgtable.ts';
import { bit, clear, has, not, or, shl, shr, toNumber, type U64, u64 } from '../../formats/u64.ts';
import { _PAGE_PSE, _PAGE_RW, _PAGE_USER, type X86Build } from './bits.ts';

const SWP_TYPE_BITS = 5;
/** SWP_OFFSET_FIRST_BIT + SWP_TYPE_BITS: above PROT_NONE. */
const SWP_OFFSET_SHIFT = 14;

const flag = (one: U64) => ({
  is: (e: U64): boolean => has(e, one),
  set: (e: U64): U64 => or(e, one),
  unset: (e: U64): U64 => clear(e, one),
});
const SOFT_DIRTY = flag(_PAGE_RW);
const UFFD_WP = flag(_PAGE_USER);

const entry = (type: number, offset: U64): U64 =>
  or(shr(shl(not(offset), SWP_OFFSET_SHIFT), SWP_TYPE_BITS), shl(u64(type), 64 - SWP_TYPE_BITS));
const typeOf = (e: U64): number => toNumber(shr(e, 64 - SWP_TYPE_BITS));
const offsetOf = (e: U64): U64 => shr(shl(not(e), SWP_TYPE_BITS), SWP_OFFSET_SHIFT);

/** With PAE a swp_entry_t has 32 bits, and so has what becomes of an entry on its way: __swp_entry_to_pte(). */
export const swapOf = ({ puds }: X86Build): Pgtable => {
  const exclusive = flag(puds ? bit(3) : _PAGE_PSE);
  return {
    swp_pte: entry,
    swp_type: typeOf,
    swp_offset: offsetOf,
    pmd_swp_soft_dirty: SOFT_DIRTY.is,
    pmd_swp_mksoft_dirty: SOFT_DIRTY.set,
    pmd_swp_clear_soft_dirty: SOFT_DIRTY.unset,
    pte_swp_exclusive: exclusive.is,
    pte_swp_mkexclusive: exclusive.set,
    pte_swp_clear_exclusive: exclusive.unset,
    pte_swp_soft_dirty: SOFT_DIRTY.is,
    pte_swp_mksoft_dirty: SOFT_DIRTY.set,
    pte_swp_clear_soft_dirty: SOFT_DIRTY.unset,
    ...(puds
      ? {
          pte_swp_uffd_wp: UFFD_WP.is,
          pte_swp_mkuffd_wp: UFFD_WP.set,
          pte_swp_clear_uffd_wp: UFFD_WP.unset,
          // CONFIG_ARCH_ENABLE_THP_MIGRATION is of 64 bits.
          swp_pmd: entry,
          pmd_swp_type: typeOf,
          pmd_swp_offset: offsetOf,
          pmd_swp_uffd_wp: UFFD_WP.is,
          pmd_swp_mkuffd_wp: UFFD_WP.set,
          pmd_swp_clear_uffd_wp: UFFD_WP.unset,
        }
      : {}),
  };
};
