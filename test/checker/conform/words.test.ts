/** Words of page-table entries: those that kernels were seen to have, and that no other one passes for them. */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesOf, wordOf, wrongWord } from '../../../checker/conform/words.ts';
import { readRunnerLine } from '../../../checker/conform/read_seen.ts';
import { LEAF_LEVELS, type LeafLevel } from '../../../model/formats/pgtable.ts';
import { bit, clear, hexOf, shl, u64, xor } from '../../../model/formats/u64.ts';
import { _PAGE_PRESENT, PTE_PFN_MASK } from '../../../model/arch/x86/bits.ts';

const ORDER = { pte: 0, pmd: 9, pud: 18 } as const;
const SOFT_DIRTY = 11;
const SOFTW4 = 57;

const anyBits = fc
  .record({
    write: fc.boolean(),
    young: fc.boolean(),
    dirty: fc.boolean(),
    special: fc.boolean(),
    none: fc.boolean(),
    cache: fc.nat(7),
  })
  // What nobody may access nobody may write.
  .map(({ write, young, dirty, special, none, cache }) =>
    [
      write && !none ? 'w' : '',
      young ? 'y' : '',
      dirty ? 'd' : '',
      special ? 's' : '',
      none ? 'n' : '',
      `c${cache}`,
    ].join(''),
  );
/** Below the L1TF limit, on the border of a leaf. */
const anyFrame = (level: LeafLevel) => fc.nat(2 ** (33 - ORDER[level]) - 1).map((n) => u64(n * 2 ** ORDER[level]));

describe.each(LEAF_LEVELS)('the word of a %s', (level) => {
  test.prop([anyBits, anyFrame(level)])('is the one for its attributes, soft-dirty or not', (bits, pfn) => {
    const word = wordOf(level, pfn, attributesOf(bits));
    const others = [word, xor(word, bit(SOFT_DIRTY)), xor(word, bit(SOFTW4))];
    expect(others.map((one) => wrongWord(level, bits, hexOf(one)))).toEqual([undefined, undefined, undefined]);
  });
  test.prop([anyBits, anyFrame(level)])('is another one with any other bit that is no frame', (bits, pfn) => {
    const word = wordOf(level, pfn, attributesOf(bits));
    const frame = [12 + ORDER[level], 51] as const;
    const passing = Array.from({ length: 64 }, (_, n) => n)
      .filter((n) => n < frame[0] || n > frame[1])
      .filter((n) => wrongWord(level, bits, hexOf(xor(word, bit(n)))) === undefined);
    expect(passing).toEqual([SOFT_DIRTY, SOFTW4]);
  });
  test.prop([anyBits, anyFrame(level)])('is another one with its frame the other way round', (bits, pfn) => {
    const word = wordOf(level, pfn, attributesOf(bits));
    const mask = clear(PTE_PFN_MASK, u64(2 ** (12 + ORDER[level]) - 1));
    expect(wrongWord(level, bits, hexOf(xor(word, mask)))).toContain('a frame that no memory has');
  });
  test.prop([anyBits, anyFrame(level)])('of PROT_NONE names no frame that there is', (bits, pfn) => {
    const word = wordOf(level, pfn, { ...attributesOf(bits), write: false, protnone: true });
    expect(word.lo & _PAGE_PRESENT.lo).toBe(0);
    expect((xor(word, shl(pfn, 12)).hi >>> 0) & 0xf_ffff).toBe(0xf_ffff);
  });
});

describe('an entry that a kernel was seen to have', () => {
  // Debian 6.12.117, in the virtual machine.
  it.each<[string, LeafLevel, string, string]>([
    ['a THP, written', 'pmd', 'wydc0', '0x80000000070008e7'],
    ['the same behind mprotect(R)', 'pmd', 'ydc0', '0x84000000070008a5'],
    ['the same behind mprotect(NONE)', 'pmd', 'ydnc0', '0x040ffffff8e009a0'],
    ['the same behind MADV_FREE', 'pmd', 'wc0', '0x8000000007000887'],
    ['the copy in a child', 'pmd', 'dc0', '0x8400000007000885'],
    ['a leaf of shmem, read', 'pmd', 'wyc0', '0x80000000070000a7'],
    ['a small page, written', 'pte', 'wydc0', '0x800000003ffc6867'],
    ['the same behind mprotect(NONE)', 'pte', 'ydnc0', '0x040fffffc0039920'],
    ['the zero page', 'pte', 'ysc0', '0x800000002ecde225'],
    ['the same behind mprotect(NONE)', 'pte', 'ysnc0', '0x000fffffd1321320'],
  ])('is %s', (_, level, bits, word) => {
    expect(wrongWord(level, bits, word)).toBeUndefined();
  });
});

const entry = (word: string) =>
  readRunnerLine(
    `{"i":0,"op":"write 0 1 3","r":0,"p":{"0":{"pt":2,"rss":[0,0,0],"vma":[],"m":[],"k":[[0,512,"pmd","wydc0",1,0,"${word}"]]}}}`,
  );

describe('what the runner prints', () => {
  it('says nothing more where the word is as it should be', () => {
    expect(JSON.stringify(entry('0x80000000070008e7'))).not.toContain('wrong');
  });
  it.each([
    ['PSE', '0x8000000007000867', '0x8000000007000867, not 0x80000000070008e7'],
    ['NX', '0x70008e7', '0x00000000070008e7, not 0x80000000070008e7'],
    ['its frame', '0x800ffffff8e008e7', '0x800ffffff8e008e7, with a frame that no memory has'],
  ])('says what is wrong with %s', (_, word, wrong) => {
    const line = entry(word);
    expect(line).toMatchObject({ _tag: 'step' });
    expect(line._tag === 'step' && line.seen.processes.get(0)?.entries).toEqual([
      { page: 0, count: 512, level: 'pmd', bits: 'wydc0', refcount: 1, pincount: 0, wrong },
    ]);
  });
});
