/**
 * Swap entries of s390: arch/s390/include/asm/pgtable.h, v7.1. Those of segments have their own format; a swp_entry_t has that of
 * PTEs, whose mark of soft-dirty is the PTE's own. There is no uffd-wp.
 */
import type { Functions, Pgtable } from '../../formats/pgtable.ts';
import { and, join, shl, shr, toNumber, type U64, u64 } from '../../formats/u64.ts';
import { swapMarks } from '../swap_marks.ts';
import { _PAGE_INVALID, _PAGE_LARGE, _PAGE_PROTECT, _SEGMENT_ENTRY_COMM, _SEGMENT_ENTRY_INVALID } from './bits.ts';

const OFFSET_SHIFT = 12;
const TYPE_MASK = u64(0x1f);

/** Two bits that say what it is, and type and offset. */
const swapEntry = (is: U64, typeShift: number) => ({
  make: (type: number, offset: U64): U64 =>
    join(is, shl(offset, OFFSET_SHIFT), shl(and(u64(type), TYPE_MASK), typeShift)),
  type: (e: U64): number => toNumber(and(shr(e, typeShift), TYPE_MASK)),
  offset: (e: U64): U64 => shr(e, OFFSET_SHIFT),
});
const PTE = swapEntry(join(_PAGE_INVALID, _PAGE_PROTECT), 2);
const RSTE = swapEntry(join(_SEGMENT_ENTRY_INVALID, _SEGMENT_ENTRY_COMM), 6);

export const swapOf = (t: Functions): Pgtable => ({
  swp_pte: PTE.make,
  swp_type: PTE.type,
  swp_offset: PTE.offset,
  ...swapMarks('pte', { exclusive: _PAGE_LARGE }),
  pte_swp_soft_dirty: (e) => t.pte_soft_dirty(e),
  pte_swp_mksoft_dirty: (e) => t.pte_mksoft_dirty(e),
  pte_swp_clear_soft_dirty: (e) => t.pte_clear_soft_dirty(e),
  swp_pmd: RSTE.make,
  pmd_swp_type: RSTE.type,
  pmd_swp_offset: RSTE.offset,
  pmd_swp_soft_dirty: (e) => t.pmd_soft_dirty(e),
  pmd_swp_mksoft_dirty: (e) => t.pmd_mksoft_dirty(e),
  pmd_swp_clear_soft_dirty: (e) => t.pmd_clear_soft_dirty(e),
});
