import { describe, expect, it } from 'vitest';
import type { Format } from '../../../model/formats/format.ts';
import { parse, print } from '../../../model/formats/print.ts';
import { HASH_4K_FORMAT, HASH_64K_FORMAT, RADIX_4K_FORMAT, RADIX_64K_FORMAT } from '../../../model/formats/powerpc.ts';
import { hex, hexOf } from '../../../model/formats/u64.ts';
import { codecKeepsEveryBit } from './codec.ts';

for (const format of [RADIX_4K_FORMAT, RADIX_64K_FORMAT, HASH_4K_FORMAT, HASH_64K_FORMAT]) codecKeepsEveryBit(format);

const inWords = (
  format: Format,
  entries: readonly (readonly [level: 'pte' | 'pmd' | 'pud', word: string, words: string])[],
) =>
  describe(`entries of ${format.name} in words`, () => {
    it.each(entries)('%s %s', (level, word, words) => {
      expect(print(format, level, hex(word))).toBe(words);
      expect(hexOf(parse(format, words).entry)).toBe(word);
    });
  });

inWords(RADIX_64K_FORMAT, [
  ['pte', '0x8000000000000186', '64K pfn 0x0 user r w valid dirty accessed pte'],
  ['pte', '0xc000000802000186', '64K pfn 0x80200 user r w pte valid dirty accessed pte'],
  ['pmd', '0xc000000802000586', '2M pfn 0x80200 user r w pte valid dirty accessed special pmd'],
  ['pmd', '0x6000000802000586', '2M pfn 0x80200 user r w pte invalid dirty accessed special pmd'],
  ['pmd', '0x8000000012345605', '2M pfn 0x1234 fragment=86 valid nls=5 table pmd'],
  ['pud', '0xc0000000c0000126', '1G pfn 0xc000 user r w pte valid accessed non-idempotent pud'],
]);
inWords(RADIX_4K_FORMAT, [
  ['pte', '0xc000000080200136', '4K pfn 0x80200 user r w pte valid accessed tolerant pte'],
  ['pte', '0x400000000001002a', '4K offset=16 type=10 exclusive swap pte'],
  // A migration entry, an empty PTE into which R and C were written back, and PAGE_NONE.
  ['pmd', '0x400000008020021a', '2M offset=524800 type=26 soft_dirty swap pmd'],
  ['pte', '0x0000000000000180', '4K dirty accessed none pte'],
  ['pte', '0xc000000080200100', '4K pfn 0x80200 user pte valid accessed pte'],
  ['pud', '0x0000000000000000', '1G none pud'],
  ['pmd', '0xc00000008020000c', '2M pfn 0x80200 r pte valid pmd'],
]);
inWords(HASH_64K_FORMAT, [
  ['pte', '0xc080000802002186', '64K pfn 0x80200 user r w pte valid dirty accessed hpte 4K_pfn pte'],
  ['pmd', '0xc080000800003186', '16M pfn 0x80000 user r w pte valid dirty accessed hpte combo thp_huge pmd'],
  ['pte', '0xdf00000802000186', '64K pfn 0x80200 user r w pte valid dirty accessed PKEY=31 pte'],
  ['pte', '0xc100000802000186', '64K pfn 0x80200 user r w pte valid dirty accessed PKEY=1 pte'],
  ['pte', '0x0080000000001040', '64K hpte busy combo none pte'],
]);
inWords(HASH_4K_FORMAT, [
  ['pte', '0xd160000080200186', '4K pfn 0x80200 user r w pte valid dirty accessed hpte f_gix=3 f_second pte'],
  ['pte', '0xce00000080200186', '4K pfn 0x80200 user r w pte valid dirty accessed PKEY=7 pte'],
]);
