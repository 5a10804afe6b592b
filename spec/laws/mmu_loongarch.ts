/** The LoongArch MMU: reference manual volume 1, 5.4 (TLB refill, page table entries of basic and huge pages). */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { and, bit, bits, clear, eq, has, or, shl, shr, toNumber, type U64, u64 } from '../../model/formats/u64.ts';
import { EXEC, type Mmu, READ, USER, WRITE } from './mmu.ts';

const V = bit(0);
const D = bit(1);
const PLV3 = bits(2, 3);
const MAT = bits(4, 5);
/** Of an entry of a directory; in a PTE the bit is G. */
const H = bit(6);
const NR = bit(61);
const NX = bit(62);

/** By MAT: strongly-ordered uncached, coherent cached, weakly-ordered uncached, and a reserved value. */
const MAT_NAMES = ['SUC', 'CC', 'WUC'];
const MODES = ['CC', 'WUC', 'SUC'];
const MODE_AT = MAT_NAMES.map((name) => MODES.indexOf(name));
const RESERVED_MAT = MAT;

/** What is below the frame number, and above the flags: 0, but for G (bit 12) of a huge page. */
const below = (from: number, frameAt: number): U64 => (from < frameAt ? bits(from, frameAt - 1) : u64(0));

export const mmuLoongarch = (pageShift: number): Mmu => {
  const entries = pageShift - 3;
  const frameAt: Readonly<Record<LeafLevel, number>> = {
    pte: pageShift,
    pmd: pageShift + entries,
    pud: pageShift + 2 * entries,
  };
  const frame = (level: LeafLevel): U64 => bits(frameAt[level], 47);
  const reserved: Readonly<Record<LeafLevel, U64>> = {
    pte: below(12, frameAt.pte),
    pmd: below(13, frameAt.pmd),
    pud: below(13, frameAt.pud),
  };
  return {
    cites: 'LoongArch reference manual volume 1, 5.4.2 to 5.4.5',
    valid: (e) => has(e, V),
    legal: (level, e) =>
      !has(e, V) || (!eq(and(e, MAT), RESERVED_MAT) && !has(e, reserved[level]) && (level === 'pte' || has(e, H))),
    frame: (level, e) => shr(and(e, frame(level)), pageShift),
    // A page that is clean is read-only for the hardware: D is the right to write.
    rights: (_level, e) => {
      if (!has(e, V)) return 0;
      const user = eq(and(e, PLV3), PLV3) ? USER : 0;
      return (has(e, NR) ? 0 : READ) | (has(e, D) ? WRITE : 0) | (has(e, NX) ? 0 : EXEC) | user;
    },
    mode: (_level, e) => MODE_AT[toNumber(shr(and(e, MAT), 4))] ?? -1,
    modes: MODES,
    withMode: (_level, e, mode) => or(clear(e, MAT), shl(u64(MAT_NAMES.indexOf(MODES[mode]!)), 4)),
    promises: {
      pgprot_noncached: 'SUC',
      pgprot_writecombine: 'WUC',
      pgprot_writethrough: 'SUC',
      pgprot_device: 'SUC',
    },
    emptyIsNotZero: true,
    oldIsInvalid: true,
    isNone: (e) => !has(e, V) && has(e, bit(10)),
  };
};
