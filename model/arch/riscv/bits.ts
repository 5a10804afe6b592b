/** Bits of riscv64 entries by the kernel's names: arch/riscv/include/asm/pgtable-bits.h, pgtable-64.h, v7.1. */
import { bit, bits, isZero, join, has, not, or, type U64, ZERO } from '../../formats/u64.ts';

export const _PAGE_PRESENT = bit(0);
export const _PAGE_READ = bit(1);
export const _PAGE_WRITE = bit(2);
export const _PAGE_EXEC = bit(3);
export const _PAGE_USER = bit(4);
export const _PAGE_GLOBAL = bit(5);
/** Where _PAGE_PRESENT is clear. */
export const _PAGE_PROT_NONE = bit(5);
export const _PAGE_ACCESSED = bit(6);
export const _PAGE_DIRTY = bit(7);
export const _PAGE_SPECIAL = bit(8);
/** The other bit of RSW: _PAGE_DEVMAP until v6.16. */
export const _PAGE_RSW_HIGH = bit(9);
export const _PAGE_NAPOT = bit(63);
/** What makes a leaf of an entry. */
export const _PAGE_LEAF = join(_PAGE_READ, _PAGE_WRITE, _PAGE_EXEC);

export const _PAGE_PFN_SHIFT = 10;
export const _PAGE_PFN_MASK = bits(10, 53);
/** Frame numbers of leaves: those bits of a frame number that PMD_MASK and PUD_MASK leave. */
export const PMD_PFN = bits(9, 43);
export const PUD_PFN = bits(18, 43);

/** What the alternatives of the kernel become on a CPU: ALT_SVPBMT(), ALT_THEAD_PMA(), riscv_has_extension_*(). */
export interface RiscvBuild {
  readonly mtmask: U64;
  readonly nocache: U64;
  readonly io: U64;
  /** What a protection without a memory type gets: T-Head's type of ordinary memory is not 0. */
  readonly pma: U64;
  /** Svrsw60t59b: two more software bits, in v7.1 and later. */
  readonly softDirty: U64;
  readonly uffdWp: U64;
  readonly svnapot: boolean;
}

const NONE = { mtmask: ZERO, nocache: ZERO, io: ZERO, pma: ZERO, softDirty: ZERO, uffdWp: ZERO, svnapot: false };

export const RISCV64_BUILD: RiscvBuild = NONE;
export const RISCV64_SVPBMT_BUILD: RiscvBuild = {
  ...NONE,
  mtmask: bits(61, 62),
  nocache: bit(61),
  io: bit(62),
  softDirty: bit(59),
  uffdWp: bit(60),
  svnapot: true,
};
/** ERRATA_THEAD_MAE: Sec is bit 59, then SH, B, C, SO. Neither Svnapot nor Svrsw60t59b has room beside. */
export const RISCV64_THEAD_BUILD: RiscvBuild = {
  ...NONE,
  mtmask: bits(59, 63),
  nocache: or(bit(60), bit(61)),
  io: or(bit(60), bit(63)),
  pma: bits(60, 62),
};

/** ALT_THEAD_PMA(): the type of ordinary memory, where there is none. */
export const alt_thead_pma = ({ mtmask, pma }: RiscvBuild, prot: U64): U64 =>
  isZero(pma) || has(prot, mtmask) ? prot : or(prot, pma);

/** _PAGE_CHG_MASK: what pte_modify() keeps. The memory type is not in it. */
export const pageChgMask = ({ mtmask }: RiscvBuild): U64 =>
  not(join(_PAGE_PRESENT, _PAGE_LEAF, _PAGE_USER, _PAGE_GLOBAL, mtmask));
