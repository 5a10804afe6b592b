/** Bits of loongarch64 entries by the kernel's names: arch/loongarch/include/asm/pgtable-bits.h, v7.1. */
import { bit, bits, hex, join, or, shl, type U64, u64 } from '../../formats/u64.ts';

export const _PAGE_VALID = bit(0);
/** There is no accessed bit: an entry that is old is not valid. */
export const _PAGE_ACCESSED = bit(0);
/** What the hardware takes for the right to write. */
export const _PAGE_DIRTY = bit(1);
export const _PAGE_PLV = bits(2, 3);
export const _PAGE_USER = bits(2, 3);
export const _CACHE_MASK = bits(4, 5);
export const _CACHE_SUC = u64(0);
export const _CACHE_CC = shl(u64(1), 4);
export const _CACHE_WUC = shl(u64(2), 4);
/** In a PTE. */
export const _PAGE_GLOBAL = bit(6);
/** In a PMD: the same bit. */
export const _PAGE_HUGE = bit(6);
export const _PAGE_PRESENT = bit(7);
export const _PAGE_WRITE = bit(8);
export const _PAGE_MODIFIED = bit(9);
export const _PAGE_PROTNONE = bit(10);
export const _PAGE_SPECIAL = bit(11);
/** GLOBAL of a PMD leaf; with 4K pages the lowest bit of a frame number. */
export const _PAGE_HGLOBAL = bit(12);
/** Until v6.16. */
export const _PAGE_DEVMAP = bit(59);
export const _PAGE_PRESENT_INVALID = bit(60);
export const _PAGE_NO_READ = bit(61);
export const _PAGE_NO_EXEC = bit(62);

/** What 16K and 4K pages differ in: PFN_PTE_SHIFT. */
export interface LoongarchBuild {
  readonly pageShift: number;
}
export const LOONGARCH64_BUILD: LoongarchBuild = { pageShift: 14 };
export const LOONGARCH64_4K_BUILD: LoongarchBuild = { pageShift: 12 };

/** _PFN_MASK: the same at every level. */
export const pfnMask = ({ pageShift }: LoongarchBuild): U64 => bits(pageShift, 47);

/** _PAGE_CHG_MASK; _HPAGE_CHG_MASK is this and _PAGE_HUGE. Not the valid bit, which is the accessed bit. */
export const pageChgMask = (build: LoongarchBuild): U64 =>
  join(_PAGE_MODIFIED, _PAGE_SPECIAL, pfnMask(build), _CACHE_MASK, _PAGE_PLV);
export const hpageChgMask = (build: LoongarchBuild): U64 => or(pageChgMask(build), _PAGE_HUGE);

/** What an empty PMD holds: an address of the kernel image. Which one it is does not matter here. */
export const INVALID_PTE_TABLE = hex('0x9000_0000_0180_0000');
