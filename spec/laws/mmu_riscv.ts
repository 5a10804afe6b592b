/**
 * The RISC-V MMU: privileged specification, Sv39 to Sv57, with Svpbmt and Svnapot, or with the memory types of T-Head. Left out:
 * shadow stacks (W without R is reserved), and whether A and D fault or are set.
 */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import {
  and,
  bit,
  bits,
  clear,
  eq,
  has,
  isZero,
  join,
  or,
  shl,
  shr,
  toNumber,
  type U64,
  u64,
} from '../../model/formats/u64.ts';
import { EXEC, type Mmu, READ, USER, WRITE } from './mmu.ts';

const V = bit(0);
const R = bit(1);
const W = bit(2);
const X = bit(3);
const U = bit(4);
const G = bit(5);
const N = bit(63);
const FRAME = bits(10, 53);
/** Bits of the frame number of a leaf that must be 0: it is aligned to its size. */
const MISALIGNED: Readonly<Record<LeafLevel, U64>> = { pte: u64(0), pmd: bits(10, 18), pud: bits(10, 27) };
/** Bits 54..58, reserved in every kind. */
const ALWAYS_RESERVED = bits(54, 58);
/** The one size of Svnapot: 64K. */
const NAPOT_BITS = bits(10, 13);
const NAPOT_64K = bit(13);

/** Memory types: where they are, which there are by their bits, and what else must be 0 there. */
interface Types {
  readonly from: number;
  readonly bits: U64;
  /** What each value is called; the names of those that a mode has, in their order, are `modes`. */
  readonly values: readonly string[];
  readonly modes: readonly string[];
  readonly reserved: U64;
  readonly svnapot: boolean;
  /** What pgprot_noncached() and its likes promise. */
  readonly promises?: Mmu['promises'];
}

const mmu = (cites: string, types: Types): Mmu => {
  const { modes, values } = types;
  const modeAt = values.map((name) => modes.indexOf(name));
  const modeOf = (e: U64): number => modeAt[toNumber(shr(and(e, types.bits), types.from))]!;
  const frame = (e: U64): U64 => shr(and(e, types.svnapot && has(e, N) ? clear(FRAME, NAPOT_BITS) : FRAME), 10);
  const napotIsLegal = (level: LeafLevel, e: U64): boolean =>
    !types.svnapot || !has(e, N) || (level === 'pte' && eq(and(e, NAPOT_BITS), NAPOT_64K));
  return {
    cites,
    valid: (e) => has(e, V),
    legal: (level, e) =>
      !has(e, V) ||
      (has(e, or(R, X)) &&
        (has(e, R) || !has(e, W)) &&
        !has(e, join(types.reserved, MISALIGNED[level])) &&
        modeOf(e) >= 0 &&
        napotIsLegal(level, e)),
    frame: (_level, e) => frame(e),
    rights: (_level, e) => {
      if (!has(e, V)) return 0;
      return (has(e, R) ? READ : 0) | (has(e, W) ? WRITE : 0) | (has(e, X) ? EXEC : 0) | (has(e, U) ? USER : 0);
    },
    mode: (_level, e) => modeOf(e),
    modes,
    withMode: (_level, e, mode) => or(clear(e, types.bits), shl(u64(values.indexOf(modes[mode]!)), types.from)),
    isNone: (e) => !has(e, V) && has(e, G),
    ...(types.promises === undefined ? {} : { promises: types.promises }),
    // A protection without a type asks for that of ordinary memory, whatever bits that has.
    asked: (prot) => (isZero(and(prot, types.bits)) ? modes.indexOf('PMA') : modeOf(prot)),
  };
};

/** v7.1 arch/riscv/include/asm/pgtable.h, include/linux/pgtable.h. */
const PROMISES = {
  pgprot_noncached: 'IO',
  pgprot_writecombine: 'NC',
  pgprot_writethrough: 'IO',
  pgprot_device: 'IO',
};

const SPEC = 'RISC-V privileged specification, 4.3 to 4.6 (Sv32 to Sv57)';

/** Bits 54..63 are reserved. */
export const MMU_RISCV64 = mmu(SPEC, {
  from: 54,
  bits: u64(0),
  values: ['PMA'],
  modes: ['PMA'],
  reserved: bits(54, 63),
  svnapot: false,
});

/** Bits 59 and 60 are of software (Svrsw60t59b); value 3 of the type is reserved. */
export const MMU_RISCV64_SVPBMT = mmu(`${SPEC}, Svpbmt, Svnapot, Svrsw60t59b`, {
  from: 61,
  bits: bits(61, 62),
  values: ['PMA', 'NC', 'IO'],
  modes: ['PMA', 'NC', 'IO'],
  reserved: ALWAYS_RESERVED,
  svnapot: true,
  promises: PROMISES,
});

/** The attributes of a T-Head type, in the order of their bits. */
const ATTRIBUTES = ['Sec', 'SH', 'B', 'C', 'SO'];
const THEAD_KNOWN: Readonly<Record<number, string>> = { 0b01110: 'PMA', 0b00110: 'NC', 0b10010: 'IO' };
const THEAD_VALUES = Array.from({ length: 32 }, (_, type) => {
  const attributes = ATTRIBUTES.filter((_one, at) => ((type >> at) & 1) === 1);
  return THEAD_KNOWN[type] ?? (type === 0 ? 'none' : attributes.join('+'));
});

/** Any value of the five attributes is a mode of its own; none of them is legal, too, and is not that of ordinary memory. */
export const MMU_RISCV64_THEAD = mmu(
  `${SPEC}; T-Head C906 and C910 user manuals, page table entry; v7.1 arch/riscv/include/asm/pgtable-64.h`,
  {
    from: 59,
    bits: bits(59, 63),
    values: THEAD_VALUES,
    modes: ['PMA', 'NC', 'IO', ...THEAD_VALUES.filter((name) => !Object.values(THEAD_KNOWN).includes(name))],
    reserved: ALWAYS_RESERVED,
    svnapot: false,
    promises: PROMISES,
  },
);
