/**
 * Swap entries of powerpc book3s64: arch/powerpc/include/asm/book3s/64/pgtable.h, v7.1. They have _PAGE_PTE, as leaves have, so
 * that pmd_leaf() is true of one at PMD level. There is no uffd-wp.
 */
import type { Pgtable } from '../../formats/pgtable.ts';
import { and, bits, join, shl, shr, toNumber, u64 } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_NON_IDEMPOTENT, _PAGE_PTE, _PAGE_SOFT_DIRTY, type PowerpcBuild, rpnMask } from './bits.ts';

const SWP_TYPE_MASK = bits(0, 4);

export const swapOf = (build: PowerpcBuild): Pgtable => {
  const mask = rpnMask(build);
  return {
    swp_pte: (type, offset) => join(u64(type), and(shl(offset, build.pageShift), mask), _PAGE_PTE),
    swp_type: (e) => toNumber(and(e, SWP_TYPE_MASK)),
    swp_offset: (e) => shr(and(e, mask), build.pageShift),
    // _PAGE_SWP_EXCLUSIVE.
    ...swapMarks('pte', { exclusive: _PAGE_NON_IDEMPOTENT, soft_dirty: _PAGE_SOFT_DIRTY }),
  };
};
