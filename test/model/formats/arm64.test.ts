import { describe, expect, it } from 'vitest';
import { ARM64_GRANULES, arm64Format } from '../../../model/formats/arm64.ts';
import { print, parse } from '../../../model/formats/print.ts';
import { hex, hexOf } from '../../../model/formats/u64.ts';
import { codecKeepsEveryBit } from './codec.ts';

const FORMATS = ARM64_GRANULES.map(arm64Format);
for (const format of FORMATS) codecKeepsEveryBit(format);
const named = (name: string) => FORMATS.find((format) => format.name === name)!;

describe('entries of arm64 in words', () => {
  it.each([
    ['arm64_4k', 'pte', '0x0068000080200fcf', '4K pfn 0x80200 USR ro NX SHD AF NG UXN DEVICE/nGnRnE DBM pte'],
    ['arm64_4k', 'pte', '0x1068000080200f47', '4K pfn 0x80200 USR RW NX SHD AF NG UXN MEM/NORMAL-TAGGED DBM PO=1 pte'],
    ['arm64_4k', 'pmd', '0x0168000080200fc1', '2M pfn 0x80200 USR ro NX SHD AF NG BLK UXN MEM/NORMAL DBM SPECIAL pmd'],
    [
      'arm64_4k',
      'pmd',
      '0x0160000080200f80',
      '2M pfn 0x80200 ro NX SHD AF PRESENT_INVALID BLK UXN MEM/NORMAL SPECIAL not-present pmd',
    ],
    ['arm64_4k', 'pmd', '0x0800000012345403', '2M pfn 0x12345 AF PXNTable table pmd'],
    ['arm64_4k', 'pud', '0x0070000080000701', '1G pfn 0x80000 RW NX SHD AF CON BLK UXN MEM/NORMAL pud'],
    ['arm64_4k', 'pgd', '0x0000000012345003', '256T pfn 0x12345 pgd'],
    ['arm64_4k', 'pte', '0x0000000000000000', '4K none pte'],
    ['arm64_4k', 'pte', '0x00000000012340c4', '4K offset=4660 type=3 EXCLUSIVE swap pte'],
    ['arm64_4k', 'pmd', '0x0000000080200688', '2M offset=524800 type=26 UFFD_WP swap pmd'],
    ['arm64_4k', 'pgd', '0x0000000000000000', '256T none pgd'],
    ['arm64_16k', 'pmd', '0x0064000082000fd1', '32M pfn 0x20800 USR ro NX SHD AF NG BLK UXN GP DEVICE/nGnRE pmd'],
    [
      'arm64_4k_pa52',
      'pte',
      '0x006a000080200ecb',
      '4K pfn 0x2000080200 PA51:50=2 USR ro NX AF NG UXN MEM/NORMAL-NC DBM pte',
    ],
    ['arm64_64k_pa52', 'pte', '0x006000008020dfc3', '64K pfn 0x8020 PA51:48=13 USR ro NX SHD AF NG UXN MEM/NORMAL pte'],
    // Bits 49:48 are reserved there, and pfn_pte() sets them.
    [
      'arm64_64k_pa52',
      'pte',
      '0x0061000080201fc3',
      '64K pfn 0x8020 PA51:48=1 USR ro NX SHD AF NG UXN MEM/NORMAL bits 48 pte',
    ],
    // What a PMD leaf's bits make of a PTE, and PROT_NONE of a block before pmd_mkhuge().
    [
      'arm64_4k',
      'pte',
      '0x0168000080200fc1',
      '4K pfn 0x80200 USR ro NX SHD AF NG not-page UXN MEM/NORMAL DBM SPECIAL pte',
    ],
    [
      'arm64_4k',
      'pmd',
      '0x0060000080200f82',
      '2M pfn 0x80200 ro NX SHD AF PRESENT_INVALID not-block UXN MEM/NORMAL not-present pmd',
    ],
  ] as const)('%s %s %s', (name, level, word, words) => {
    expect(print(named(name), level, hex(word))).toBe(words);
    expect(hexOf(parse(named(name), words).entry)).toBe(word);
  });
  it.each([
    ['arm64_4k', '2M pfn 0x80200 USR RW WB pmd', 'no field of a pmd says WB'],
    ['arm64_64k', '2M pfn 0x80200 pmd', 'a pmd of arm64_64k maps 512M, not 2M'],
    ['arm64_4k_pa52', '4K pfn 0x80200 SHD pte', 'no field of a pte says SHD'],
    ['arm64_64k', '64K pfn 0x80200 pud', 'arm64_64k has no level pud'],
  ])('%s refuses %s', (name, words, why) => {
    expect(() => parse(named(name), words)).toThrow(new RangeError(why));
  });
});
