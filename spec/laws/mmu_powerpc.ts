/**
 * The MMUs of powerpc book3s64. Radix: Power ISA 3.0B book III, 5.7.10.2 (the bits of a page table entry). Hash: the hardware does
 * not look at page tables; what counts is the entry of the hash table that the kernel's fault handlers make of the raw bits.
 */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import {
  and,
  bit,
  bits,
  clear,
  has,
  hasAll,
  join,
  or,
  shl,
  shr,
  toNumber,
  type U64,
  u64,
  ZERO,
} from '../../model/formats/u64.ts';
import { EXEC, type Mmu, READ, USER, WRITE } from './mmu.ts';

const V = bit(63);
const L = bit(62);
const PRIVILEGED = bit(3);
const R = bit(2);
const RW = bit(1);
const X = bit(0);
/** ATT: 00 normal, 01 SAO, 10 non-idempotent I/O, 11 tolerant I/O; hash has it at the same place (htab_convert_pte_flags()). */
const ATT = bits(4, 5);
const MODES = ['normal', 'SAO', 'non-idempotent', 'tolerant'];

const rightsOf = (e: U64): number =>
  (has(e, R) ? READ : 0) | (has(e, RW) ? READ | WRITE : 0) | (has(e, X) ? EXEC : 0) | (has(e, PRIVILEGED) ? 0 : USER);

type Common = Pick<Mmu, 'mode' | 'modes' | 'withMode' | 'isNone' | 'promises'>;
const COMMON: Common = {
  mode: (_level, e) => toNumber(shr(and(e, ATT), 4)),
  modes: MODES,
  withMode: (_level, e, mode) => or(clear(e, ATT), shl(u64(mode), 4)),
  // PAGE_NONE is valid, and allows nothing.
  isNone: () => false,
  // v7.1 arch/powerpc/include/asm/book3s/64/pgtable.h; include/linux/pgtable.h for the two that it does not define.
  promises: {
    pgprot_noncached: 'non-idempotent',
    pgprot_writecombine: 'tolerant',
    pgprot_writethrough: 'non-idempotent',
    pgprot_device: 'non-idempotent',
  },
};

/**
 * RPN ends at bit 56; of a larger page its low bits are to be 0. Bits 57 to 60 and 6 are reserved. QEMU has the same bits
 * (target/ppc/mmu-radix64.h), and does not look at those that are to be 0.
 */
const radix = (pageShift: number): Mmu => {
  const shift: Readonly<Record<LeafLevel, number>> = { pte: pageShift, pmd: 21, pud: 30 };
  const reserved = (level: LeafLevel): U64 =>
    join(bits(57, 60), bit(6), shift[level] === 12 ? ZERO : bits(12, shift[level] - 1));
  const RESERVED = { pte: reserved('pte'), pmd: reserved('pmd'), pud: reserved('pud') };
  return {
    ...COMMON,
    cites: 'Power ISA 3.0B book III, 5.7.10.2 (radix tree page table entry)',
    valid: (e) => has(e, V),
    legal: (level, e) => !has(e, V) || (has(e, L) && !has(e, RESERVED[level])),
    frame: (level, e) => shr(and(e, bits(shift[level], 56)), pageShift),
    rights: (_level, e) => (has(e, V) ? rightsOf(e) : 0),
  };
};

const BUSY = bit(6);
/** H_PAGE_4K_PFN of a PTE, H_PAGE_THP_HUGE of a PMD; of kernels with 64K pages. */
const BIT13 = bit(13);
const HASH_VALID = or(V, L);
const hashValid = (e: U64): boolean => hasAll(e, HASH_VALID);

/**
 * hash_page_mm() asks check_pte_access() for V and L. An entry that is busy makes the handlers retry for ever. Of kernels with
 * 64K pages: a PMD leaf without bit 13 is taken for one of hugetlb (find_linux_pte(), __hash_page_huge()), and a PTE with it makes
 * hash_page_mm() demote the segment, and __hash_page_4K() map one page of 4K, at its frame number << HW_PAGE_SHIFT, 16 times.
 * What is known of the hash table (HASHPTE, COMBO, the slot) does not count: set_pte_filter_hash() clears it.
 */
const hash = (pageShift: number): Mmu => {
  const rpn = bits(pageShift, 52);
  const is64K = pageShift === 16;
  return {
    ...COMMON,
    cites:
      'v7.1 arch/powerpc/mm/book3s64/hash_utils.c hash_page_mm(), htab_convert_pte_flags(), hash_4k.c and hash_64k.c __hash_page_4K(), __hash_page_64K(), hash_hugepage.c __hash_page_thp()',
    valid: hashValid,
    legal: (level, e) => !hashValid(e) || (!has(e, BUSY) && (level !== 'pmd' || !is64K || has(e, BIT13))),
    frame: (level, e) => {
      const frame = shr(and(e, rpn), pageShift);
      return level === 'pte' && is64K && has(e, BIT13) ? shr(frame, 16 - 12) : frame;
    },
    rights: (_level, e) => (hashValid(e) ? rightsOf(e) : 0),
    // L is _PAGE_PTE, which a protection has not.
    rightsOfProt: (prot) => (has(prot, V) ? rightsOf(prot) : 0),
  };
};

export const MMU_RADIX_4K = radix(12);
export const MMU_RADIX_64K = radix(16);
export const MMU_HASH_4K = hash(12);
export const MMU_HASH_64K = hash(16);
