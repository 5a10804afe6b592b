import { describe, expect, it } from 'vitest';
import { hex, shortHex } from '../../../model/formats/u64.ts';
import { EXEC, READ, USER, WRITE } from '../../../spec/laws/mmu.ts';
import { MMU_HASH_4K, MMU_HASH_64K, MMU_RADIX_4K, MMU_RADIX_64K } from '../../../spec/laws/mmu_powerpc.ts';

const rights = (word: string) => MMU_RADIX_4K.rights('pte', hex(word));

describe('radix', () => {
  it('V and L: a page has both, and the hardware looks at nothing else of an entry without V', () => {
    expect([
      MMU_RADIX_4K.valid(hex('0xc000000000000000'), 'pte'),
      MMU_RADIX_4K.valid(hex('0x6000000000000000'), 'pte'),
    ]).toEqual([true, false]);
    expect(MMU_RADIX_4K.legal('pmd', hex('0x8000000080200186'))).toBe(false);
    expect(MMU_RADIX_4K.legal('pmd', hex('0xc000000080200186'))).toBe(true);
    expect(MMU_RADIX_4K.legal('pmd', hex('0x6000000080201186'))).toBe(true);
  });
  it.each([
    [MMU_RADIX_4K, 'pte', '0xc000000080201000', true, '0x80201'],
    [MMU_RADIX_64K, 'pte', '0xc000000080201000', false, '0x8020'],
    [MMU_RADIX_64K, 'pmd', '0xc000000080210000', false, '0x8020'],
    [MMU_RADIX_64K, 'pud', '0xc0000000c0000000', true, '0xc000'],
    [MMU_RADIX_4K, 'pte', '0xc000000080200040', false, '0x80200'],
    [MMU_RADIX_4K, 'pte', '0xc200000080200000', false, '0x80200'],
  ] as const)('reserved bits, and the frame: %# %s %s', (mmu, level, word, legal, frame) => {
    expect(mmu.legal(level, hex(word))).toBe(legal);
    expect(shortHex(mmu.frame(level, hex(word)))).toBe(frame);
  });
  it('rights', () => {
    expect(rights('0xc000000000000106')).toBe(READ | WRITE | USER);
    expect(rights('0xc000000000000101')).toBe(EXEC | USER);
    expect(rights('0xc00000000000010c')).toBe(READ);
    expect(rights('0xc000000000000100')).toBe(USER);
    expect(rights('0x6000000000000106')).toBe(0);
  });
  it('ATT, at its place at every level', () => {
    for (const [mode] of MMU_RADIX_4K.modes.entries()) {
      const e = MMU_RADIX_4K.withMode('pmd', hex('0xc000000000000136'), mode);
      expect([MMU_RADIX_4K.mode('pmd', e), shortHex(e)]).toEqual([mode, `0xc0000000000001${mode}6`]);
    }
  });
});

describe('hash', () => {
  it('needs _PAGE_PRESENT and _PAGE_PTE, and retries for ever on an entry that is busy', () => {
    expect(MMU_HASH_4K.valid(hex('0x8000000000000106'), 'pte')).toBe(false);
    expect(MMU_HASH_4K.valid(hex('0xc000000000000106'), 'pte')).toBe(true);
    expect(MMU_HASH_4K.legal('pte', hex('0xc000000000000146'))).toBe(false);
  });
  it('with 64K pages a PTE with H_PAGE_4K_PFN maps the page of 4K at its frame number << 12', () => {
    expect(shortHex(MMU_HASH_64K.frame('pte', hex('0xc000000802000106')))).toBe('0x80200');
    expect(shortHex(MMU_HASH_64K.frame('pte', hex('0xc000000802002106')))).toBe('0x8020');
    // The same bit in a PMD says that the leaf is no one of hugetlb.
    expect(shortHex(MMU_HASH_64K.frame('pmd', hex('0xc000000802002106')))).toBe('0x80200');
    expect(MMU_HASH_64K.legal('pmd', hex('0xc000000802002106'))).toBe(true);
    expect(MMU_HASH_64K.legal('pmd', hex('0xc000000802000106'))).toBe(false);
    expect(shortHex(MMU_HASH_4K.frame('pte', hex('0xc000000080202106')))).toBe('0x80202');
  });
});
