/** Swap entries of arm64: arch/arm64/include/asm/pgtable.h, v7.1. The type is in bits 6..10, the offset in bits 12..61. */
import type { Functions, Pgtable } from '../../formats/pgtable.ts';
import { and, bits, clear, has, or, shl, shr, toNumber, type U64, u64 } from '../../formats/u64.ts';
import { PTE_SWP_EXCLUSIVE, PTE_SWP_UFFD_WP } from './bits.ts';

const __SWP_TYPE_SHIFT = 6;
const __SWP_TYPE_MASK = bits(0, 4);
const __SWP_OFFSET_SHIFT = 12;
const __SWP_OFFSET_MASK = bits(0, 49);

const entry = (type: number, offset: U64): U64 => or(shl(u64(type), __SWP_TYPE_SHIFT), shl(offset, __SWP_OFFSET_SHIFT));
const typeOf = (e: U64): number => toNumber(and(shr(e, __SWP_TYPE_SHIFT), __SWP_TYPE_MASK));
const offsetOf = (e: U64): U64 => and(shr(e, __SWP_OFFSET_SHIFT), __SWP_OFFSET_MASK);

/** A PMD is cast to a PTE, as everywhere. */
export const swapOf = (t: Functions): Pgtable => ({
  swp_pte: entry,
  swp_type: typeOf,
  swp_offset: offsetOf,
  pte_swp_exclusive: (e) => has(e, PTE_SWP_EXCLUSIVE),
  pte_swp_mkexclusive: (e) => or(e, PTE_SWP_EXCLUSIVE),
  pte_swp_clear_exclusive: (e) => clear(e, PTE_SWP_EXCLUSIVE),
  pte_swp_uffd_wp: (e) => has(e, PTE_SWP_UFFD_WP),
  pte_swp_mkuffd_wp: (e) => or(e, PTE_SWP_UFFD_WP),
  pte_swp_clear_uffd_wp: (e) => clear(e, PTE_SWP_UFFD_WP),
  swp_pmd: entry,
  pmd_swp_type: typeOf,
  pmd_swp_offset: offsetOf,
  pmd_swp_uffd_wp: (e) => t.pte_swp_uffd_wp(e),
  pmd_swp_mkuffd_wp: (e) => t.pte_swp_mkuffd_wp(e),
  pmd_swp_clear_uffd_wp: (e) => t.pte_swp_clear_uffd_wp(e),
});
