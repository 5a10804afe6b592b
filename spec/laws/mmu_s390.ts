/**
 * Address translation of s390: z/Architecture Principles of Operation, chapter 3. What an entry means depends on its table: bit 10
 * (counted from the lowest) makes a page invalid, and a segment large. User space has tables of its own, and storage keys: no entry keeps it away.
 */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { and, bit, bits, eq, has, shr, type U64, ZERO } from '../../model/formats/u64.ts';
import { EXEC, type Mmu, READ, USER, WRITE } from './mmu.ts';

/** Instruction-execution protection, and DAT protection, at every level. */
const IEP = bit(8);
const PROTECTION = bit(9);
const INVALID: Readonly<Record<LeafLevel, U64>> = { pte: bit(10), pmd: bit(5), pud: bit(5) };
/** Format control: an entry of a segment or region table maps memory. */
const FC = bit(10);
const TABLE_TYPE = bits(2, 3);
const TYPE_OF: Readonly<Record<'pmd' | 'pud', U64>> = { pmd: ZERO, pud: bit(2) };
/** A 0 of a page-table entry, without which it is a translation-specification exception. */
const ZERO_OF_PTE = bit(11);
const FRAME: Readonly<Record<LeafLevel, U64>> = { pte: bits(12, 63), pmd: bits(20, 63), pud: bits(31, 63) };
/** READ of the kernel, by which PROT_NONE is told. */
const SOFTWARE_READ: Readonly<Record<LeafLevel, U64>> = { pte: bit(4), pmd: bit(14), pud: bit(14) };

const valid = (e: U64, level: LeafLevel): boolean => !has(e, INVALID[level]);

export const MMU_S390: Mmu = {
  cites: 'z/Architecture Principles of Operation, chapter 3: region-, segment- and page-table entries',
  valid,
  legal: (level, e) => {
    if (!valid(e, level)) return true;
    return level === 'pte' ? !has(e, ZERO_OF_PTE) : has(e, FC) && eq(and(e, TABLE_TYPE), TYPE_OF[level]);
  },
  frame: (level, e) => shr(and(e, FRAME[level]), 12),
  rights: (level, e) => {
    if (!valid(e, level)) return 0;
    return READ | USER | (has(e, PROTECTION) ? 0 : WRITE) | (has(e, IEP) ? 0 : EXEC);
  },
  mode: () => 0,
  modes: ['default'],
  withMode: (_level, e) => e,
  emptyIsNotZero: true,
  oldIsInvalid: true,
  isNone: (e, level) => !valid(e, level) && !has(e, SOFTWARE_READ[level]),
};
