/** Swap entries of riscv64: arch/riscv/include/asm/pgtable.h, v7.1. Type in bits 7..11, offset above, 3 and 4 for Svrsw60t59b. */
import type { Pgtable } from '../../formats/pgtable.ts';
import { and, isZero, or, shl, shr, toNumber, type U64, u64, ZERO } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_ACCESSED, _PAGE_EXEC, _PAGE_USER, type RiscvBuild } from './bits.ts';

const SWP_TYPE_SHIFT = 7;
const SWP_TYPE_MASK = u64(0x1f);
const SWP_OFFSET_SHIFT = 12;

const entry = (type: number, offset: U64): U64 =>
  or(shl(and(u64(type), SWP_TYPE_MASK), SWP_TYPE_SHIFT), shl(offset, SWP_OFFSET_SHIFT));
const typeOf = (e: U64): number => toNumber(and(shr(e, SWP_TYPE_SHIFT), SWP_TYPE_MASK));
const offsetOf = (e: U64): U64 => shr(e, SWP_OFFSET_SHIFT);

/** One of a PMD is the same. There pmd_present() asks for bit 3, too, which is soft-dirty here. */
export const swapOf = ({ softDirty, uffdWp }: RiscvBuild): Pgtable => {
  const marks = { soft_dirty: isZero(softDirty) ? ZERO : _PAGE_EXEC, uffd_wp: isZero(uffdWp) ? ZERO : _PAGE_USER };
  return {
    swp_pte: entry,
    swp_type: typeOf,
    swp_offset: offsetOf,
    ...swapMarks('pte', { exclusive: _PAGE_ACCESSED, ...marks }),
    swp_pmd: entry,
    pmd_swp_type: typeOf,
    pmd_swp_offset: offsetOf,
    ...swapMarks('pmd', marks),
  };
};
