/**
 * A 64-bit word, exact: what pteval_t and pgprotval_t are. Two halves of 32 bits, since a number has 53 and a BigInt is
 * 10 times slower (test/model/formats/u64.test.ts holds every function against BigInt). A word is a value: nothing writes to it.
 */
export interface U64 {
  /** Bits 63..32 and 31..0, as int32. */
  readonly hi: number;
  readonly lo: number;
}

const word = (hi: number, lo: number): U64 => ({ hi: hi | 0, lo: lo | 0 });

export const ZERO: U64 = word(0, 0);
export const ALL: U64 = word(-1, -1);

export const and = (a: U64, b: U64): U64 => word(a.hi & b.hi, a.lo & b.lo);
export const or = (a: U64, b: U64): U64 => word(a.hi | b.hi, a.lo | b.lo);
export const xor = (a: U64, b: U64): U64 => word(a.hi ^ b.hi, a.lo ^ b.lo);
export const not = (a: U64): U64 => word(~a.hi, ~a.lo);
/** a & ~b. */
export const clear = (a: U64, b: U64): U64 => word(a.hi & ~b.hi, a.lo & ~b.lo);
/** The bits of `a` under `mask`, the others of `b`. */
export const pick = (mask: U64, a: U64, b: U64): U64 => or(and(a, mask), clear(b, mask));

/** a << n, for n of 0 to 63. */
export const shl = (a: U64, n: number): U64 => {
  if (n === 0) return a;
  return n < 32 ? word((a.hi << n) | (a.lo >>> (32 - n)), a.lo << n) : word(a.lo << (n - 32), 0);
};
/** a >> n, unsigned, for n of 0 to 63. */
export const shr = (a: U64, n: number): U64 => {
  if (n === 0) return a;
  return n < 32 ? word(a.hi >>> n, (a.lo >>> n) | (a.hi << (32 - n))) : word(0, a.hi >>> (n - 32));
};
/** a + b, modulo 2^64. */
export const add = (a: U64, b: U64): U64 => {
  const lo = (a.lo >>> 0) + (b.lo >>> 0);
  return word(a.hi + b.hi + (lo > 0xffffffff ? 1 : 0), lo);
};

export const eq = (a: U64, b: U64): boolean => a.hi === b.hi && a.lo === b.lo;
export const isZero = (a: U64): boolean => (a.hi | a.lo) === 0;
/** a & mask, as a condition. */
export const has = (a: U64, mask: U64): boolean => ((a.hi & mask.hi) | (a.lo & mask.lo)) !== 0;
/** (a & mask) === mask. */
export const hasAll = (a: U64, mask: U64): boolean => (a.hi & mask.hi) === mask.hi && (a.lo & mask.lo) === mask.lo;
/** a < b, unsigned. */
export const below = (a: U64, b: U64): boolean => (a.hi === b.hi ? a.lo >>> 0 < b.lo >>> 0 : a.hi >>> 0 < b.hi >>> 0);

/** One flag of an entry: the test and the two changes that the kernel names for each. */
export const flag = (mask: U64) => ({
  is: (a: U64): boolean => has(a, mask),
  set: (a: U64): U64 => or(a, mask),
  unset: (a: U64): U64 => clear(a, mask),
});

/** 1 << n. */
export const bit = (n: number): U64 => shl(word(0, 1), n);
/** Bits from..to, both included: GENMASK(to, from). */
export const bits = (from: number, to: number): U64 => {
  const ones = to - from === 63 ? ALL : clear(shl(ALL, from), to === 63 ? ZERO : shl(ALL, to + 1));
  return ones;
};
/** All of these together. */
export const join = (...words: readonly U64[]): U64 => words.reduce(or, ZERO);

/** From a whole number below 2^53. */
export const u64 = (value: number): U64 => word(Math.floor(value / 0x1_0000_0000), value % 0x1_0000_0000);
/** Its value, where that is below 2^53. */
export const toNumber = (a: U64): number => (a.hi >>> 0) * 0x1_0000_0000 + (a.lo >>> 0);

const HEX = /^0x([0-9a-f]{1,16})$/i;
/** From '0x8000000000000027'. Throws a RangeError on anything else. */
export const hex = (text: string): U64 => {
  const digits = HEX.exec(text.replaceAll('_', ''))?.[1]?.padStart(16, '0');
  if (digits === undefined) throw new RangeError(`${text} is no hexadecimal number of up to 64 bits`);
  return word(Number.parseInt(digits.slice(0, 8), 16), Number.parseInt(digits.slice(8), 16));
};
const half = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
/** As '0x8000000000000027', always 16 digits. */
export const hexOf = (a: U64): string => `0x${half(a.hi)}${half(a.lo)}`;
/** As '0x80200', without leading zeros. */
export const shortHex = (a: U64): string => `0x${`${half(a.hi)}${half(a.lo)}`.replace(/^0+(?=.)/, '')}`;

/** How many bits are set. */
export const popcount = (a: U64): number => {
  let count = 0;
  for (let rest = a.hi; rest !== 0; rest &= rest - 1) count++;
  for (let rest = a.lo; rest !== 0; rest &= rest - 1) count++;
  return count;
};
