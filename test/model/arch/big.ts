/** Functions of entries against twins over BigInt, which are slow and written down from the kernel by themselves. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Pgtable } from '../../../model/formats/pgtable.ts';
import { hex, type U64 } from '../../../model/formats/u64.ts';

export type Twin = (a: bigint, b: bigint) => bigint | boolean;

export const toBig = ({ hi, lo }: U64): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
export const toWord = (value: bigint): U64 => hex(`0x${value.toString(16)}`);

/** Bits from..to, both included. */
export const field = (from: number, to: number = from): bigint => ((1n << BigInt(to - from + 1)) - 1n) << BigInt(from);
export const WORD = field(0, 63);

/** Words with every density of bits: of half of them, of an eighth, one alone, none. */
const any = fc.bigInt({ min: 0n, max: WORD });
const words = fc.oneof(
  any,
  fc.tuple(any, any, any).map(([a, b, c]) => a & b & c),
  fc.nat(63).map((n) => 1n << BigInt(n)),
  fc.constant(0n),
);
/** Frame numbers of up to 40 bits. */
const frames = words.map((word) => word & field(0, 39));

const plain = (value: unknown): unknown => (typeof value === 'object' ? toBig(value as U64) : value);

/** Each function of `twins` does what its twin does, of any word, and of any frame where it makes an entry. */
export const agreesWith = (t: Pgtable, twins: Readonly<Record<string, Twin>>, likely: readonly U64[] = []): void => {
  const own = t as Readonly<Record<string, (...args: readonly U64[]) => unknown>>;
  const entries = likely.length === 0 ? words : fc.oneof(words, fc.constantFrom(...likely.map(toBig)));
  it.each(Object.keys(twins))('%s', (name) => {
    fc.assert(
      fc.property(name.startsWith('pfn_') ? frames : entries, entries, (a, b) => {
        const twin = twins[name]!(a, b);
        expect(plain(own[name]!(toWord(a), toWord(b)))).toBe(typeof twin === 'boolean' ? twin : twin & WORD);
      }),
      { numRuns: 500 },
    );
  });
};

/** Names of functions that have no twin, so that none is forgotten. */
export const withoutTwin = (t: Pgtable, twins: Readonly<Record<string, Twin>>): readonly string[] =>
  Object.keys(t).filter((name) => twins[name] === undefined);
