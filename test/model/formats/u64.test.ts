/** Every function of U64 against BigInt, its slow twin. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import * as words from '../../../model/formats/u64.ts';
import type { U64 } from '../../../model/formats/u64.ts';

const u64 = { ...words };

const MASK = (1n << 64n) - 1n;
const toBig = ({ hi, lo }: U64): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
const from = (value: bigint): U64 => u64.hex(`0x${value.toString(16)}`);
const big = fc.bigInt({ min: 0n, max: MASK });
const n = fc.integer({ min: 0, max: 63 });

describe('U64', () => {
  it.each([
    ['and', (a: bigint, b: bigint) => a & b],
    ['or', (a: bigint, b: bigint) => a | b],
    ['xor', (a: bigint, b: bigint) => a ^ b],
    ['clear', (a: bigint, b: bigint) => a & ~b & MASK],
    ['add', (a: bigint, b: bigint) => (a + b) & MASK],
  ] as const)('%s is that of BigInt', (name, twin) => {
    fc.assert(
      fc.property(big, big, (a, b) => {
        expect(toBig(u64[name](from(a), from(b)))).toBe(twin(a, b));
      }),
    );
  });
  it.each([
    ['eq', (a: bigint, b: bigint) => a === b],
    ['below', (a: bigint, b: bigint) => a < b],
    ['has', (a: bigint, b: bigint) => (a & b) !== 0n],
    ['hasAll', (a: bigint, b: bigint) => (a & b) === b],
  ] as const)('%s is that of BigInt', (name, twin) => {
    fc.assert(
      fc.property(big, big, (a, b) => {
        for (const [x, y] of [
          [a, b],
          [a, a],
          [a | b, b],
          [a, a ^ 1n],
        ] as const)
          expect(u64[name](from(x), from(y))).toBe(twin(x, y));
      }),
    );
  });
  it('shl and shr are those of BigInt, at every distance', () => {
    fc.assert(
      fc.property(big, n, (a, by) => {
        expect(toBig(u64.shl(from(a), by))).toBe((a << BigInt(by)) & MASK);
        expect(toBig(u64.shr(from(a), by))).toBe(a >> BigInt(by));
      }),
    );
  });
  it('not, isZero, popcount and pick are those of BigInt', () => {
    fc.assert(
      fc.property(big, big, big, (a, b, mask) => {
        expect(toBig(u64.not(from(a)))).toBe(~a & MASK);
        expect(u64.isZero(from(a))).toBe(a === 0n);
        expect(u64.popcount(from(a))).toBe(a.toString(2).replaceAll('0', '').length);
        expect(toBig(u64.pick(from(mask), from(a), from(b)))).toBe((a & mask) | (b & ~mask & MASK));
      }),
    );
    expect(u64.isZero(u64.ZERO)).toBe(true);
    expect(toBig(u64.join(u64.bit(0), u64.bit(63)))).toBe((1n << 63n) | 1n);
  });
  it('bits is GENMASK, for every range', () => {
    for (let low = 0; low < 64; low++)
      for (let high = low; high < 64; high++)
        expect(toBig(u64.bits(low, high))).toBe(((1n << BigInt(high - low + 1)) - 1n) << BigInt(low));
  });
  it('reads and writes hexadecimal, and numbers up to 2^53', () => {
    fc.assert(
      fc.property(big, (a) => toBig(u64.hex(u64.hexOf(from(a)))) === a && toBig(u64.hex(u64.shortHex(from(a)))) === a),
    );
    fc.assert(fc.property(fc.maxSafeNat(), (a) => toBig(u64.u64(a)) === BigInt(a) && u64.toNumber(u64.u64(a)) === a));
    expect(u64.hexOf(u64.u64(0x27))).toBe('0x0000000000000027');
    expect(u64.shortHex(u64.ZERO)).toBe('0x0');
  });
  it.each(['27', '0x', '0x1_0000_0000_0000_0000', '0xg'])('refuses %s', (text) => {
    expect(() => u64.hex(text)).toThrow(RangeError);
  });
});
