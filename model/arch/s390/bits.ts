/** Bits of the entries of s390 by the kernel's names: arch/s390/include/asm/pgtable.h, v7.1. */
import { bit, bits, hex, join, not, or, type U64, u64, ZERO } from '../../formats/u64.ts';

export const _PAGE_PRESENT = bit(0);
export const _PAGE_SOFT_DIRTY = bit(1);
export const _PAGE_YOUNG = bit(2);
export const _PAGE_DIRTY = bit(3);
export const _PAGE_READ = bit(4);
export const _PAGE_WRITE = bit(5);
export const _PAGE_SPECIAL = bit(6);
export const _PAGE_NOEXEC = bit(8);
export const _PAGE_PROTECT = bit(9);
export const _PAGE_INVALID = bit(10);
export const _PAGE_LARGE = bit(11);
export const PAGE_MASK = bits(12, 63);
/** Of what pte_modify() keeps the frame number is a part. */
export const _PAGE_CHG_MASK = join(PAGE_MASK, _PAGE_SPECIAL, _PAGE_DIRTY, _PAGE_YOUNG, _PAGE_SOFT_DIRTY);

/** Common segment: a swap entry. */
export const _SEGMENT_ENTRY_COMM = bit(4);
export const _SEGMENT_ENTRY_INVALID = bit(5);
export const _SEGMENT_ENTRY_NOEXEC = bit(8);
export const _SEGMENT_ENTRY_PROTECT = bit(9);
export const _SEGMENT_ENTRY_LARGE = bit(10);
export const _SEGMENT_ENTRY_YOUNG = bit(12);
export const _SEGMENT_ENTRY_DIRTY = bit(13);
export const _SEGMENT_ENTRY_TYPE_MASK = bits(2, 3);
export const _SEGMENT_ENTRY_BITS = not(u64(0x1c0));
export const _SEGMENT_ENTRY_ORIGIN = bits(11, 63);
export const _SEGMENT_ENTRY_ORIGIN_LARGE = bits(20, 63);
/** pmd_none() is this value. */
export const _SEGMENT_ENTRY_EMPTY = _SEGMENT_ENTRY_INVALID;

export const _REGION_ENTRY_TYPE_MASK = bits(2, 3);
export const _REGION_ENTRY_TYPE_R3 = bit(2);
/** pud_none() is this value. */
export const _REGION3_ENTRY_EMPTY = or(_REGION_ENTRY_TYPE_R3, bit(5));
export const _REGION_ENTRY_BITS = hex('0xfffffffffffff22f');
export const _REGION_ENTRY_ORIGIN = bits(12, 63);
export const _REGION3_ENTRY_ORIGIN_LARGE = bits(31, 63);

/** Where software bits of segments and of regions are: moved after v6.12, when PRESENT came to be. */
export interface S390Build {
  readonly present: U64;
  readonly read: U64;
  readonly write: U64;
  readonly softDirty: U64;
}
export const S390_BUILD: S390Build = { present: bit(0), read: bit(14), write: bit(15), softDirty: bit(1) };
/** Without PRESENT, what is not empty is present. */
export const S390_6_12_BUILD: S390Build = { present: ZERO, read: bit(0), write: bit(1), softDirty: bit(14) };

const PROTECTED = join(_PAGE_INVALID, _PAGE_PROTECT);
export const PAGE_NONE = join(_PAGE_PRESENT, PROTECTED);
export const PAGE_RO = join(_PAGE_PRESENT, _PAGE_READ, _PAGE_NOEXEC, PROTECTED);
export const PAGE_RX = join(_PAGE_PRESENT, _PAGE_READ, PROTECTED);
export const PAGE_RW = join(_PAGE_PRESENT, _PAGE_READ, _PAGE_WRITE, _PAGE_NOEXEC, PROTECTED);
export const PAGE_RWX = join(_PAGE_PRESENT, _PAGE_READ, _PAGE_WRITE, PROTECTED);
/** PAGE_SHARED is the same. */
export const PAGE_KERNEL = join(_PAGE_PRESENT, _PAGE_READ, _PAGE_WRITE, _PAGE_YOUNG, _PAGE_DIRTY, _PAGE_NOEXEC);
export const PAGE_KERNEL_RO = join(_PAGE_PRESENT, _PAGE_READ, _PAGE_YOUNG, _PAGE_PROTECT, _PAGE_NOEXEC);
