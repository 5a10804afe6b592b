/**
 * Swap entries of powerpc book3s64: arch/powerpc/include/asm/book3s/64/pgtable.h, v7.1. They have _PAGE_PTE, as leaves have, so
 * that pmd_leaf() is true of one at PMD level. There is no uffd-wp.
 */
import type { Pgtable } from '../../formats/pgtable.ts';
import { and, bits, clear, has, join, or, shl, shr, toNumber, type U64, u64 } from '../../formats/u64.ts';
import { _PAGE_NON_IDEMPOTENT, _PAGE_PTE, _PAGE_SOFT_DIRTY, type PowerpcBuild, rpnMask } from './bits.ts';

const SWP_TYPE_MASK = bits(0, 4);

const flag = (one: U64) => ({
  is: (e: U64): boolean => has(e, one),
  set: (e: U64): U64 => or(e, one),
  unset: (e: U64): U64 => clear(e, one),
});
/** _PAGE_SWP_EXCLUSIVE. */
const EXCLUSIVE = flag(_PAGE_NON_IDEMPOTENT);
const SOFT_DIRTY = flag(_PAGE_SOFT_DIRTY);

export const swapOf = (build: PowerpcBuild): Pgtable => {
  const mask = rpnMask(build);
  return {
    swp_pte: (type, offset) => join(u64(type), and(shl(offset, build.pageShift), mask), _PAGE_PTE),
    swp_type: (e) => toNumber(and(e, SWP_TYPE_MASK)),
    swp_offset: (e) => shr(and(e, mask), build.pageShift),
    pte_swp_exclusive: EXCLUSIVE.is,
    pte_swp_mkexclusive: EXCLUSIVE.set,
    pte_swp_clear_exclusive: EXCLUSIVE.unset,
    pte_swp_soft_dirty: SOFT_DIRTY.is,
    pte_swp_mksoft_dirty: SOFT_DIRTY.set,
    pte_swp_clear_soft_dirty: SOFT_DIRTY.unset,
  };
};
