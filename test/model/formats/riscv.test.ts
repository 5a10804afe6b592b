import { describe, expect, it } from 'vitest';
import { parse, print } from '../../../model/formats/print.ts';
import { RISCV64_FORMAT, RISCV64_SVPBMT_FORMAT, RISCV64_THEAD_FORMAT } from '../../../model/formats/riscv.ts';
import { hex, hexOf } from '../../../model/formats/u64.ts';
import { codecKeepsEveryBit } from './codec.ts';

codecKeepsEveryBit(RISCV64_FORMAT);
codecKeepsEveryBit(RISCV64_SVPBMT_FORMAT);
codecKeepsEveryBit(RISCV64_THEAD_FORMAT);

describe('entries of riscv64 in words', () => {
  it.each([
    [RISCV64_FORMAT, 'pte', '0x00000000200800d7', '4K pfn 0x80200 D A U W R pte'],
    [RISCV64_FORMAT, 'pmd', '0x00000000200801d7', '2M pfn 0x80200 D A U W R SPECIAL pmd'],
    [RISCV64_FORMAT, 'pmd', '0x0000000020080022', '2M pfn 0x80200 G R not-present pmd'],
    [RISCV64_FORMAT, 'pud', '0x0000000020080001', '1G pfn 0x80200 table pud'],
    [RISCV64_FORMAT, 'p4d', '0x00000000200000e7', '512G pfn 0x80000 D A G W R p4d'],
    [RISCV64_SVPBMT_FORMAT, 'pte', '0x4800000020080057', '4K pfn 0x80200 MT(IO) A U W R SOFT_DIRTY pte'],
    [RISCV64_SVPBMT_FORMAT, 'pte', '0x8000000020082057', '4K pfn 0x80208 N A U W R pte'],
    [RISCV64_THEAD_FORMAT, 'pmd', '0x7000000020080057', '2M pfn 0x80200 MT(PMA) A U W R pmd'],
    [RISCV64_THEAD_FORMAT, 'pmd', '0x9000000020080057', '2M pfn 0x80200 MT(IO) A U W R pmd'],
    [RISCV64_THEAD_FORMAT, 'pmd', '0x4000000020080057', '2M pfn 0x80200 MT=8 A U W R pmd'],
  ] as const)('%#: %s %s', (format, level, word, words) => {
    expect(print(format, level, hex(word))).toBe(words);
    expect(hexOf(parse(format, words).entry)).toBe(word);
  });
});
