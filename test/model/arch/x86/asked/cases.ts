/**
 * The cases that pgtable_words.c goes through in a kernel, for the functions of the model: every combination of bits 0..11, NX, 57,
 * 58 and the protection key, with frame numbers that have all bits, none, every other one, and those next to the L1TF limit.
 */
import type { FunctionName, Pgtable, Pgprot } from '../../../../../model/formats/pgtable.ts';
import { bit, bits, hex, hexOf, join, or, shl, type U64, u64, ZERO } from '../../../../../model/formats/u64.ts';

const when = (n: number, place: number, word: U64): U64 => ((n >> place) & 1 ? word : ZERO);

const FLAGS: readonly U64[] = Array.from({ length: 65_536 }, (_, n) =>
  join(u64(n & 4095), when(n, 12, bit(63)), when(n, 13, bit(57)), when(n, 14, bit(58)), when(n, 15, bits(59, 62))),
);
const BIT_12 = bit(12);
const ALTERNATING = ['0x5555555555', '0xaaaaaaaaaa'].map(hex);
const ENTRIES: readonly U64[] = [
  ZERO,
  u64(1),
  bit(9),
  bit(18),
  or(bit(33), u64(1)),
  bits(0, 39),
  bits(1, 39),
  ...ALTERNATING,
]
  .map((frame) => shl(frame, 12))
  .flatMap((frame) => FLAGS.map((flags) => or(flags, frame)));
const PFNS: readonly U64[] = [
  ZERO,
  u64(1),
  u64(2),
  bit(9),
  bit(18),
  bits(0, 32),
  bit(33),
  bits(18, 32),
  bit(39),
  bits(0, 39),
  ...ALTERNATING,
];
const PROTS: readonly U64[] = [...FLAGS, ...FLAGS.map((flags) => or(flags, BIT_12))];
/** None of the bits of the cache mode, and all of them. */
const CACHES: readonly U64[] = [ZERO, join(bit(3), bit(4), bit(7))];

export interface Sum {
  readonly sum: string;
  readonly words: number;
}

/** In halves, since there are 88 million words: sum = rol64(sum ^ word, 7) + 0x9e3779b97f4a7c15, modulo 2^64. */
const sumOf = (words: (put: (word: U64 | number | boolean) => void) => void): Sum => {
  let [hi, lo, count] = [0, 0, 0];
  words((word) => {
    const of = typeof word === 'object' ? word : u64(Number(word));
    const [a, b] = [hi ^ of.hi, lo ^ of.lo];
    const low = (((b << 7) | (a >>> 25)) >>> 0) + 0x7f4a7c15;
    hi = (((a << 7) | (b >>> 25)) + 0x9e3779b9 + (low > 0xffffffff ? 1 : 0)) | 0;
    lo = low | 0;
    count++;
  });
  return { sum: hexOf({ hi, lo }).slice(2), words: count };
};

/** What a function gives over all of its cases; `prots`: what a process may do with its pages, for L_modify(). */
export const askedOf = (t: Pgtable, name: FunctionName, prots: readonly Pgprot[]): Sum => {
  const f = t[name] as (a: unknown, b?: unknown) => U64 | number | boolean;
  if (name.startsWith('pfn_')) return sumOf((put) => PFNS.forEach((pfn) => PROTS.forEach((prot) => put(f(pfn, prot)))));
  if (/^swp_p[tm][ed]$/.test(name))
    return sumOf((put) => {
      for (let type = 0; type < 32; type++) for (const offset of PFNS) put(f(type, offset));
    });
  if (!name.endsWith('_modify')) return sumOf((put) => ENTRIES.forEach((e) => put(f(e, 21))));
  return sumOf((put) => {
    for (const prot of prots)
      for (const cache of CACHES) {
        const newprot = or(prot, cache);
        for (const e of ENTRIES) put(f(e, newprot));
      }
  });
};
