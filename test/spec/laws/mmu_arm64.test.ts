import { describe, expect, it } from 'vitest';
import { hex, shortHex } from '../../../model/formats/u64.ts';
import { EXEC, READ, USER, WRITE } from '../../../spec/laws/mmu.ts';
import { MMUS_ARM64 } from '../../../spec/laws/mmu_arm64.ts';

const mmu = MMUS_ARM64['arm64_4k']!;

describe('what an arm64 MMU may meet', () => {
  it.each([
    ['arm64_4k', 'pte', '0x0068000080200fc3', true],
    // Bit 1 of a PTE is 0; a PMD of that word is a block, and with bit 1 a table.
    ['arm64_4k', 'pte', '0x0068000080200fc1', false],
    ['arm64_4k', 'pmd', '0x0068000080200fc1', true],
    ['arm64_4k', 'pmd', '0x0068000080200fc3', false],
    // Nobody looks at what is not valid.
    ['arm64_4k', 'pte', '0x0060000080200f80', true],
    // A block that begins within one; a bit above the address; nT may be.
    ['arm64_4k', 'pmd', '0x0068000080201fc1', false],
    ['arm64_4k', 'pud', '0x0068000080200fc1', false],
    ['arm64_4k', 'pte', '0x0069000080200fc3', false],
    ['arm64_4k', 'pmd', '0x0068000080210fc1', true],
    ['arm64_4k_pa52', 'pte', '0x0069000080200fc3', true],
    ['arm64_64k', 'pte', '0x0068000080201fc3', false],
    ['arm64_64k_pa52', 'pte', '0x0068000080201fc3', true],
    ['arm64_64k_pa52', 'pte', '0x0069000080201fc3', false],
    ['arm64_16k', 'pmd', '0x0068000081000fc1', false],
  ] as const)('%s %s %s: %s', (name, level, word, legal) => {
    expect(MMUS_ARM64[name]!.legal(level, hex(word))).toBe(legal);
  });
  it.each([
    ['arm64_4k', 'pte', '0x0068000080201fc3', '0x80201'],
    ['arm64_4k', 'pmd', '0x0068000080201fc1', '0x80200'],
    ['arm64_4k', 'pud', '0x0068000080200fc1', '0x80000'],
    ['arm64_4k_pa52', 'pte', '0x0068000080200dc3', '0x4000080200'],
    ['arm64_4k_pa52', 'pmd', '0x006a000080200ec1', '0xa000080200'],
    ['arm64_64k_pa52', 'pte', '0x006800008020dfc3', '0xd00008020'],
    ['arm64_64k_pa52', 'pmd', '0x006800008000dfc1', '0xd00008000'],
  ] as const)('%s %s %s maps frame %s', (name, level, word, frame) => {
    expect(shortHex(MMUS_ARM64[name]!.frame(level, hex(word)))).toBe(frame);
  });
});

describe('what an arm64 MMU allows', () => {
  const [SHADOW, TAGS, GUARDED, OVERLAY_1] = [16, 32, 64, 128] as const;
  it.each([
    ['PAGE_SHARED', '0x0068000000000fc3', READ | WRITE | USER],
    ['PAGE_SHARED, dirty', '0x0068000000000f43', READ | WRITE | USER],
    ['PAGE_READONLY', '0x0060000000000fc3', READ | USER],
    ['PAGE_SHARED_EXEC', '0x0028000000000fc3', READ | WRITE | EXEC | USER],
    ['PAGE_READONLY_EXEC', '0x0020000000000fc3', READ | EXEC | USER],
    ['PAGE_EXECONLY', '0x0020000000000f83', EXEC | USER],
    ['PAGE_EXECONLY that is a device', '0x0060000000000f93', READ],
    ['PAGE_NONE', '0x0060000000000f82', 0],
    ['PAGE_GCS_RO', '0x0040000000000f43', READ | USER],
    ['PAGE_GCS', '0x0048000000000f43', READ | WRITE | USER | SHADOW],
    ['PAGE_KERNEL', '0x00e8000000000703', READ | WRITE],
    ['PAGE_KERNEL_ROX', '0x00c0000000000783', READ | EXEC],
    ['PAGE_SHARED of MTE, BTI and key 3', '0x306c000000000fc7', READ | WRITE | USER | TAGS | GUARDED | (3 * OVERLAY_1)],
  ])('%s', (_, word, rights) => {
    expect(mmu.rights('pte', hex(word))).toBe(rights);
    expect(mmu.valid(hex(word), 'pte')).toBe(rights !== 0);
  });
  it('PROT_NONE is told by its bits, and no swap entry is it', () => {
    const words = [
      '0x0060000000000f82',
      '0x0160000080200f80',
      '0x0068000000000fc2',
      '0x00000000012340c4',
      '0x0060000000000f83',
    ];
    expect(words.map((word) => mmu.isNone(hex(word), 'pte'))).toEqual([true, true, false, false, false]);
  });
  it('the mode of each index', () => {
    const modes = Array.from(
      { length: 8 },
      (_, index) => mmu.modes[mmu.mode('pte', hex(`0x${(index * 4 + 3).toString(16)}`))],
    );
    expect(modes.join(' ')).toBe(
      'Normal Normal Normal-NC Device-nGnRnE Device-nGnRE Device-nGnRnE Device-nGnRnE Device-nGnRnE',
    );
    for (const [mode] of mmu.modes.entries())
      expect(mmu.mode('pmd', mmu.withMode('pmd', hex('0x0068000080200fd1'), mode))).toBe(mode);
  });
});
