import { describe, expect, it } from 'vitest';
import { print, parse } from '../../../model/formats/print.ts';
import { hex, hexOf } from '../../../model/formats/u64.ts';
import { X86_64_FORMAT, X86_64_SME_FORMAT, X86_PAE_FORMAT } from '../../../model/formats/x86.ts';
import { codecKeepsEveryBit } from './codec.ts';

codecKeepsEveryBit(X86_64_FORMAT);
codecKeepsEveryBit(X86_64_SME_FORMAT);
codecKeepsEveryBit(X86_PAE_FORMAT);

describe('entries of x86-64 in words', () => {
  it.each([
    ['pte', '0x8000000080200037', '4K pfn 0x80200 USR RW PCD A NX pte'],
    ['pmd', '0x80000000802002b7', '2M pfn 0x80200 USR RW PCD PSE A NX SPECIAL pmd'],
    ['pmd', '0x80000000802012bf', '2M pfn 0x80200 USR RW PWT PCD PSE PAT A NX SPECIAL pmd'],
    ['pmd', '0x0000000012345067', '2M pfn 0x12345 USR RW A x bits 6 table pmd'],
    ['pud', '0x80000000c00000a7', '1G pfn 0xc0000 USR RW PSE A NX pud'],
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
    ['2M pfn 0x10000080200 pmd', 'pfn of x86_64 cannot be 0x10000080200'],
    ['2M pfn 0x80200 bits foo pmd', 'bits are numbers from 0 to 63, and not foo'],
    ['2M pfn 0x80200 bits 3,64 pmd', 'bits are numbers from 0 to 63, and not 64'],
    ['2M pfn 0x80200 bits 1.5 pmd', 'bits are numbers from 0 to 63, and not 1.5'],
    ['2M pfn 0x80200 bits 3, pmd', 'bits are numbers from 0 to 63, and not nothing'],
  ])('refuses %s', (words, why) => {
    expect(() => parse(X86_64_FORMAT, words)).toThrow(new RangeError(why));
  });
});
