/** What every format must keep: each declared once, disjoint fields, and a codec, a printer and a parser that lose no bit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode, type Format, type Level, maskOf } from '../../../model/formats/format.ts';
import { parse, print } from '../../../model/formats/print.ts';
import { and, bit, eq, hex, hexOf, isZero, type U64, ZERO } from '../../../model/formats/u64.ts';

const anyWord = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => hex(`0x${value.toString(16)}`));

const levelsOf = (format: Format): readonly Level[] => Object.keys(format.levels) as Level[];

/** The entry after it was taken apart and put together, and after it was printed and read. */
const backAgain = (format: Format, level: Level, entry: U64): readonly string[] => {
  const read = parse(format, print(format, level, entry));
  return [hexOf(encode(format, level, decode(format, level, entry))), hexOf(read.entry), read.level];
};
const asItWas = (level: Level, entry: U64): readonly string[] => [hexOf(entry), hexOf(entry), level];

export const codecKeepsEveryBit = (format: Format): void => {
  describe(`the format of ${format.name}`, () => {
    it.each(levelsOf(format))('%s: each bit by itself, none, and any word', (level) => {
      for (const entry of [ZERO, ...Array.from({ length: 64 }, (_, n) => bit(n))])
        expect(backAgain(format, level, entry)).toEqual(asItWas(level, entry));
      fc.assert(
        fc.property(anyWord, (entry) => {
          expect(backAgain(format, level, entry)).toEqual(asItWas(level, entry));
        }),
      );
    });
    it.each(levelsOf(format))('%s: no two fields of a shape share a bit', (level) => {
      for (const { fields } of format.levels[level]!.shapes)
        for (const [at, a] of fields.entries())
          for (const b of fields.slice(at + 1))
            expect(isZero(and(maskOf(a), maskOf(b))), `${a.name} ${b.name}`).toBe(true);
    });
    it.each(levelsOf(format))('%s: the last shape takes every word', (level) => {
      const { mask, value } = format.levels[level]!.shapes.at(-1)!;
      expect(eq(and(ZERO, mask), value) && isZero(mask)).toBe(true);
    });
  });
};
