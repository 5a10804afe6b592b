/** Swap entries of riscv64: arch/riscv/include/asm/pgtable.h, v7.1. Type in bits 7..11, offset above, 3 and 4 for Svrsw60t59b. */
import type { Pgtable } from '../../formats/pgtable.ts';
import { and, flag, isZero, or, shl, shr, toNumber, u64 } from '../../formats/u64.ts';
import { _PAGE_ACCESSED, _PAGE_EXEC, _PAGE_USER, type RiscvBuild } from './bits.ts';

const SWP_TYPE_SHIFT = 7;
const SWP_TYPE_MASK = u64(0x1f);
const SWP_OFFSET_SHIFT = 12;

const EXCLUSIVE = flag(_PAGE_ACCESSED);
const SOFT_DIRTY = flag(_PAGE_EXEC);
const UFFD_WP = flag(_PAGE_USER);

export const swapOf = ({ softDirty, uffdWp }: RiscvBuild): Pgtable => ({
  swp_pte: (type, offset) => or(shl(and(u64(type), SWP_TYPE_MASK), SWP_TYPE_SHIFT), shl(offset, SWP_OFFSET_SHIFT)),
  swp_type: (e) => toNumber(and(shr(e, SWP_TYPE_SHIFT), SWP_TYPE_MASK)),
  swp_offset: (e) => shr(e, SWP_OFFSET_SHIFT),
  pte_swp_exclusive: EXCLUSIVE.is,
  pte_swp_mkexclusive: EXCLUSIVE.set,
  pte_swp_clear_exclusive: EXCLUSIVE.unset,
  ...(isZero(softDirty)
    ? {}
    : {
        pte_swp_soft_dirty: SOFT_DIRTY.is,
        pte_swp_mksoft_dirty: SOFT_DIRTY.set,
        pte_swp_clear_soft_dirty: SOFT_DIRTY.unset,
      }),
  ...(isZero(uffdWp)
    ? {}
    : { pte_swp_uffd_wp: UFFD_WP.is, pte_swp_mkuffd_wp: UFFD_WP.set, pte_swp_clear_uffd_wp: UFFD_WP.unset }),
});
