/** Swap entries of riscv64: arch/riscv/include/asm/pgtable.h, v7.1. Type in bits 7..11, offset above, 3 and 4 for Svrsw60t59b. */
import type { Pgtable } from '../../formats/pgtable.ts';
import { and, isZero, or, shl, shr, toNumber, u64, ZERO } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_ACCESSED, _PAGE_EXEC, _PAGE_USER, type RiscvBuild } from './bits.ts';

const SWP_TYPE_SHIFT = 7;
const SWP_TYPE_MASK = u64(0x1f);
const SWP_OFFSET_SHIFT = 12;

export const swapOf = ({ softDirty, uffdWp }: RiscvBuild): Pgtable => ({
  swp_pte: (type, offset) => or(shl(and(u64(type), SWP_TYPE_MASK), SWP_TYPE_SHIFT), shl(offset, SWP_OFFSET_SHIFT)),
  swp_type: (e) => toNumber(and(shr(e, SWP_TYPE_SHIFT), SWP_TYPE_MASK)),
  swp_offset: (e) => shr(e, SWP_OFFSET_SHIFT),
  ...swapMarks({
    exclusive: _PAGE_ACCESSED,
    soft_dirty: isZero(softDirty) ? ZERO : _PAGE_EXEC,
    uffd_wp: isZero(uffdWp) ? ZERO : _PAGE_USER,
  }),
});
