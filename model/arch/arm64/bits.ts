/** Bits of arm64 entries by the kernel's names: arch/arm64/include/asm/pgtable-hwdef.h, pgtable-prot.h, memory.h, v7.1. */
import { type Arm64Granule, highPlace, isLpa2 } from '../../formats/arm64.ts';
import { bit, bits, shl, type U64, u64, ZERO } from '../../formats/u64.ts';

export const PTE_VALID = bit(0);
export const PTE_TYPE_MASK = bits(0, 1);
/** 3 is a page at level 3, and a table above it, where 1 is a block: PMD_TYPE_SECT. */
export const PTE_TYPE_PAGE = bits(0, 1);
/** PMD_TYPE_MASK & ~PTE_VALID: what tells a table from a block, valid or not. */
export const PMD_TABLE_BIT = bit(1);
export const PTE_ATTRINDX_MASK = bits(2, 4);
export const PTE_USER = bit(6);
export const PTE_RDONLY = bit(7);
export const PTE_SHARED = bits(8, 9);
export const PTE_AF = bit(10);
export const PTE_NG = bit(11);
/** Where PTE_VALID is clear. */
export const PTE_PRESENT_INVALID = PTE_NG;
export const PTE_GP = bit(50);
/** PTE_DBM: the hardware may clear PTE_RDONLY at the first write. */
export const PTE_WRITE = bit(51);
export const PTE_CONT = bit(52);
export const PTE_PXN = bit(53);
export const PTE_UXN = bit(54);
export const PTE_DIRTY = bit(55);
export const PTE_SPECIAL = bit(56);
/** PTE_DEVMAP in v6.12; no function of entries that is modelled here asks for it. */
export const PTE_SOFTW57 = bit(57);
/** PTE_UFFD since v7.3. */
export const PTE_UFFD_WP = bit(58);
export const PTE_PO_IDX_MASK = bits(60, 62);

export const PTE_SWP_EXCLUSIVE = bit(2);
export const PTE_SWP_UFFD_WP = bit(3);

/** Indices into MAIR_EL1. */
export const MT_NORMAL = 0;
export const MT_NORMAL_TAGGED = 1;
export const MT_NORMAL_NC = 2;
export const MT_DEVICE_nGnRnE = 3;
export const MT_DEVICE_nGnRE = 4;
export const PTE_ATTRINDX = (index: number): U64 => shl(u64(index), 2);

/** PTE_ADDR_LOW has bits 48 and 49 with every granule, also where no address, or another place, has them. */
export const pteAddrLow = ({ pageShift }: Arm64Granule): U64 => bits(pageShift, 49);
/** PTE_ADDR_HIGH, and PTE_ADDR_HIGH_SHIFT. */
export const pteAddrHigh = (granule: Arm64Granule): { readonly mask: U64; readonly shift: number } => {
  const place = highPlace(granule);
  if (place === undefined) return { mask: ZERO, shift: 0 };
  return { mask: bits(...place), shift: isLpa2(granule) ? 42 : 36 };
};

/** PTE_MAYBE_SHARED. */
export const maybeShared = (granule: Arm64Granule): U64 => (isLpa2(granule) ? ZERO : PTE_SHARED);
