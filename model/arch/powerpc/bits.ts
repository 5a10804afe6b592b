/**
 * Bits of powerpc book3s64 entries by the kernel's names, as CPU values (memory has them big-endian, pte_raw()):
 * arch/powerpc/include/asm/book3s/64/pgtable.h, hash-4k.h, hash-64k.h, radix.h, v7.1.
 */
import { bit, bits, join, type U64, ZERO } from '../../formats/u64.ts';

export const _PAGE_EXEC = bit(0);
export const _PAGE_WRITE = bit(1);
export const _PAGE_READ = bit(2);
export const _PAGE_PRIVILEGED = bit(3);
export const _PAGE_SAO = bit(4);
export const _PAGE_NON_IDEMPOTENT = bit(5);
export const _PAGE_TOLERANT = bits(4, 5);
export const _PAGE_CACHE_CTL = bits(4, 5);
export const H_PAGE_BUSY = bit(6);
export const _PAGE_DIRTY = bit(7);
export const _PAGE_ACCESSED = bit(8);
export const _PAGE_SOFT_DIRTY = bit(9);
export const _PAGE_SPECIAL = bit(10);
/** _RPAGE_SW1: _PAGE_DEVMAP until v6.16. */
export const _RPAGE_SW1 = bit(11);
/** _RPAGE_SW0: where _PAGE_PRESENT is clear for a moment. */
export const _PAGE_INVALID = bit(61);
/** An entry that maps, or a swap entry; not the address of a table. */
export const _PAGE_PTE = bit(62);
export const _PAGE_PRESENT = bit(63);
export const _PAGE_RW = join(_PAGE_READ, _PAGE_WRITE);
export const _PAGE_RWX = join(_PAGE_RW, _PAGE_EXEC);

/** _PAGE_PA_MAX is 53: a frame number ends below, whatever the CPU has. */
export const RPN_TOP = 52;

/** H_PAGE_4K_PFN of a PTE is H_PAGE_THP_HUGE of a PMD. Both are of hash with 64K pages. */
export const H_PAGE_4K_PFN = bit(13);
export const H_PAGE_COMBO = bit(12);

/** What page size and MMU differ in. A kernel has one page size, and radix or hash at boot: constants go by the page size. */
export interface PowerpcBuild {
  readonly radix: boolean;
  readonly pageShift: 12 | 16;
  /** H_PAGE_THP_HUGE: nothing with 4K pages. */
  readonly thpHuge: U64;
  readonly hashpte: U64;
  /** _PAGE_HPTEFLAGS: what is known of the entry of the hash table. Radix keeps these bits clear. */
  readonly hpteFlags: U64;
  /** H_PTE_PKEY_BIT0..4: no keys with radix, 8 with 4K pages. */
  readonly pkeys: readonly [from: number, to: number] | undefined;
}

const PAGES_4K = {
  pageShift: 12,
  thpHuge: ZERO,
  hashpte: bit(60),
  // H_PAGE_BUSY, H_PAGE_HASHPTE, H_PAGE_F_SECOND, H_PAGE_F_GIX.
  hpteFlags: join(H_PAGE_BUSY, bit(60), bit(56), bits(53, 55)),
} as const;
const PAGES_64K = {
  pageShift: 16,
  thpHuge: H_PAGE_4K_PFN,
  hashpte: bit(55),
  hpteFlags: join(H_PAGE_BUSY, bit(55), H_PAGE_COMBO),
} as const;

export const RADIX_4K: PowerpcBuild = { ...PAGES_4K, radix: true, pkeys: undefined };
export const RADIX_64K: PowerpcBuild = { ...PAGES_64K, radix: true, pkeys: undefined };
export const HASH_4K: PowerpcBuild = { ...PAGES_4K, radix: false, pkeys: [57, 59] };
export const HASH_64K: PowerpcBuild = { ...PAGES_64K, radix: false, pkeys: [56, 60] };

/** With hash and 4K pages hash__pmd_mkhuge() is BUG(), and hash__pmd_trans_huge() is 0. */
export const hasPmdLeaves = ({ radix, pageShift }: PowerpcBuild): boolean => radix || pageShift === 16;

/** PTE_RPN_MASK. */
export const rpnMask = ({ pageShift }: PowerpcBuild): U64 => bits(pageShift, RPN_TOP);

/** _PAGE_CHG_MASK. H_PAGE_4K_PFN is not in it. */
export const chgMask = (build: PowerpcBuild): U64 =>
  join(rpnMask(build), build.hpteFlags, _PAGE_DIRTY, _PAGE_ACCESSED, _PAGE_SPECIAL, _PAGE_PTE, _PAGE_SOFT_DIRTY);
/** _HPAGE_CHG_MASK. */
export const hpageChgMask = (build: PowerpcBuild): U64 => join(chgMask(build), build.thpHuge);
