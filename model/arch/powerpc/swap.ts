/**
 * Swap entries of powerpc book3s64: arch/powerpc/include/asm/book3s/64/pgtable.h, v7.1. They have _PAGE_PTE, as leaves have, so
 * that pmd_leaf() is true of one at PMD level. There is no uffd-wp.
 */
import type { Pgtable } from '../../formats/pgtable.ts';
import { and, bits, join, shl, shr, toNumber, type U64, u64 } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_NON_IDEMPOTENT, _PAGE_PTE, _PAGE_SOFT_DIRTY, hasPmdLeaves, type PowerpcBuild, rpnMask } from './bits.ts';

const SWP_TYPE_MASK = bits(0, 4);
const typeOf = (e: U64): number => toNumber(and(e, SWP_TYPE_MASK));

/** One of a PMD is read as a PTE, where there are leaves to migrate. */
export const swapOf = (build: PowerpcBuild): Pgtable => {
  const mask = rpnMask(build);
  const make = (type: number, offset: U64): U64 => join(u64(type), and(shl(offset, build.pageShift), mask), _PAGE_PTE);
  const offsetOf = (e: U64): U64 => shr(and(e, mask), build.pageShift);
  return {
    swp_pte: make,
    swp_type: typeOf,
    swp_offset: offsetOf,
    // _PAGE_SWP_EXCLUSIVE.
    ...swapMarks('pte', { exclusive: _PAGE_NON_IDEMPOTENT, soft_dirty: _PAGE_SOFT_DIRTY }),
    ...(hasPmdLeaves(build)
      ? {
          swp_pmd: make,
          pmd_swp_type: typeOf,
          pmd_swp_offset: offsetOf,
          ...swapMarks('pmd', { soft_dirty: _PAGE_SOFT_DIRTY }),
        }
      : {}),
  };
};
