/** Entries and what is printed of them, by hand. */
import { describe, expect, it } from 'vitest';
import type { Format, Level } from '../../../model/formats/format.ts';
import { parse, print } from '../../../model/formats/print.ts';
import { hex, hexOf } from '../../../model/formats/u64.ts';

/** Each word of a level prints as these words, and is read back from them. */
export const entriesInWords = (
  format: Format,
  rows: readonly (readonly [level: Level, word: string, words: string])[],
): void => {
  describe(`entries of ${format.name} in words`, () => {
    it.each(rows)('%s %s', (level, word, words) => {
      expect(print(format, level, hex(word))).toBe(words);
      expect(hexOf(parse(format, words).entry)).toBe(word);
    });
  });
};
