import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { X86_64, X86_64_SME, X86_PAE } from '../../../model/arch/x86/architecture.ts';
import { decode } from '../../../model/formats/format.ts';
import { assemble } from '../../../model/formats/pgtable.ts';
import { print, parse } from '../../../model/formats/print.ts';
import { bit, bits, clear, has, hex, hexOf, join, toNumber } from '../../../model/formats/u64.ts';
import { X86_64_FORMAT, X86_64_SME_FORMAT, X86_PAE_FORMAT } from '../../../model/formats/x86.ts';
import { codecKeepsEveryBit } from './codec.ts';
import { entriesInWords } from './in_words.ts';

codecKeepsEveryBit(X86_64_FORMAT);
codecKeepsEveryBit(X86_64_SME_FORMAT);
codecKeepsEveryBit(X86_PAE_FORMAT);

describe('the frame number of a page that is not present', () => {
  it.each([X86_64, X86_64_SME, X86_PAE].flatMap((one) => one.levels.map((level) => [one.name, level, one] as const)))(
    'is what %s %s_pfn() says',
    (_name, level, { format, define }) => {
      const t = assemble(define);
      fc.assert(
        fc.property(fc.integer(), fc.integer(), fc.constantFrom(bit(8), join(bit(7), bit(8))), (hi, lo, mode) => {
          // With SME physical_mask has the bits above the C-bit, where the hardware has no frame number: they are inverted zeros.
          const entry = clear(join({ hi, lo }, mode, bits(48, 51)), bit(0));
          fc.pre(level === 'pte' || has(entry, bit(7)));
          expect(decode(format, level, entry).fields['pfn']).toBe(toNumber(t[`${level}_pfn`]!(entry)));
        }),
      );
    },
  );
});

it('with SME the zeros above the C-bit are inverted, too', () => {
  const { define, format } = X86_64_SME;
  const prot = join(hex('0x120'), bit(47));
  const words = print(format, 'pte', assemble(define).pfn_pte!(hex('0x80200'), prot));
  expect(words).toBe('4K pfn 0x80200 inverted ro PROTNONE A x ENC not-present pte');
});

describe('entries of x86-64 in words', () => {
  it.each([
    ['pte', '0x8000000080200037', '4K pfn 0x80200 USR RW PCD A NX pte'],
    ['pmd', '0x80000000802002b7', '2M pfn 0x80200 USR RW PCD PSE A NX SPECIAL pmd'],
    ['pmd', '0x80000000802012bf', '2M pfn 0x80200 USR RW PWT PCD PSE PAT A NX SPECIAL pmd'],
    ['pmd', '0x0000000012345067', '2M pfn 0x12345 USR RW A x bits 6 table pmd'],
    ['pud', '0x80000000c00000a7', '1G pfn 0xc0000 USR RW PSE A NX pud'],
    ['pte', '0x0800000080200027', '4K pfn 0x80200 USR RW A x PKEY=1 pte'],
    ['pte', '0x0000000000000000', '4K none pte'],
    ['pmd', '0x0000000000000060', '2M A D none pmd'],
    ['pgd', '0x0000000000000000', '256T none pgd'],
    // What pfn_pte() and pmd_mkinvalid() make of frame 0x80200, and a swap entry of slot 5 of the second device.
    ['pte', '0x000fffff7fdff120', '4K pfn 0x80200 inverted ro PROTNONE A x not-present pte'],
    ['pmd', '0x800fffff7fc010ae', '2M pfn 0x80200 inverted USR RW PWT PSE PAT A NX not-present pmd'],
    ['pud', '0x000fffff400001a0', '1G pfn 0x80000 inverted ro PSE PROTNONE A x not-present pud'],
    ['pte', '0x0ffffffffffff402', '4K offset=5 type=1 SOFT_DIRTY swap pte'],
    ['pmd', '0xdfffffffeffbfe02', '2M offset=524800 type=27 SOFT_DIRTY swap pmd'],
  ] as const)('%s %s', (level, word, words) => {
    expect(print(X86_64_FORMAT, level, hex(word))).toBe(words);
    expect(hexOf(parse(X86_64_FORMAT, words).entry)).toBe(word);
  });
  it.each([
    ['2M pfn 0x80200 USR RW WC pmd', 'no field of a pmd says WC'],
    ['4K pfn 0x80200 pmd', 'a pmd of x86_64 maps 2M, not 4K'],
    ['2M pfn 0x80201 pmd', 'pfn of x86_64 cannot be 0x80201'],
    ['2M pfn 0x80200 USR', 'x86_64 has no level USR'],
    ['2M pfn 0x80200 PKEY=16 pmd', 'PKEY of x86_64 cannot be 0x10'],
    ['2M pfn 0x80200 PKEY=77 pmd', 'PKEY of x86_64 cannot be 0x4d'],
    ['2M pfn 0x80200 PKEY= pmd', 'PKEY of x86_64 cannot be NaN'],
    ['2M pfn 0x80200 PKEY pmd', 'no field of a pmd says PKEY'],
    ['2M pfn 0x10000080200 pmd', 'pfn of x86_64 cannot be 0x10000080200'],
    ['2M pfn 0x80200 bits foo pmd', 'bits are numbers from 0 to 63, and not foo'],
    ['2M pfn 0x80200 bits 3,64 pmd', 'bits are numbers from 0 to 63, and not 64'],
    ['2M pfn 0x80200 bits 1.5 pmd', 'bits are numbers from 0 to 63, and not 1.5'],
    [
      '4K pfn 0x80200 ro PROTNONE A x not-present pte',
      'the frame number of a not-present entry is inverted: pfn 0x80200 inverted',
    ],
    ['4K pfn 0x80200 inverted USR RW A NX pte', 'no field of a pte says inverted'],
    [
      '4K pfn 0x80200 not-present ro A x pte',
      'they are of 0x0000000080200020, which reads 4K offset=1125899902644223 bits 5 swap pte',
    ],
    [
      '2M pfn 0x80200 RW NX bits 7 table pmd',
      'they are of 0x8000000080200083, which reads 2M pfn 0x80200 RW PSE NX pmd',
    ],
    ['2M pfn 0x80200 bits 3, pmd', 'bits are numbers from 0 to 63, and not nothing'],
  ])('refuses %s', (words, why) => {
    expect(() => parse(X86_64_FORMAT, words)).toThrow(new RangeError(why));
  });
});

entriesInWords(X86_PAE_FORMAT, [
  ['pte', '0xdfffffffeffbfe00', '4K offset=524800 type=27 swap pte'],
  ['pte', '0xdffff7ffeffbfe80', '4K offset=524800 OFFSET49:27=128 type=27 EXCLUSIVE swap pte'],
]);
