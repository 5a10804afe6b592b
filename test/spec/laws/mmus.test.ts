/** What the hardware of riscv64, loongarch64 and s390 makes of entries, by hand from their manuals. */
import { describe, expect, it } from 'vitest';
import type { LeafLevel } from '../../../model/formats/pgtable.ts';
import { hex, shortHex } from '../../../model/formats/u64.ts';
import { MMUS } from '../../../spec/laws/mmus.ts';

const LETTERS = ['R', 'W', 'X', 'U'];
const rightsOf = (mask: number): string => LETTERS.filter((_, at) => ((mask >> at) & 1) === 1).join('');

const read = (name: string, level: LeafLevel, word: string): string => {
  const mmu = MMUS[name]!;
  const e = hex(word);
  const legal = mmu.legal(level, e) ? '' : ' illegal';
  if (!mmu.valid(e, level)) return `${mmu.isNone(e, level) ? 'none' : 'invalid'}${legal}`;
  return `${shortHex(mmu.frame(level, e))} ${rightsOf(mmu.rights(level, e))} ${mmu.modes[mmu.mode(level, e)]}${legal}`;
};

describe('entries as the hardware reads them', () => {
  it.each([
    ['riscv64', 'pte', '0x00000000200800d7', '0x80200 RWU PMA'],
    ['riscv64', 'pmd', '0x00000000200800d7', '0x80200 RWU PMA'],
    ['riscv64', 'pud', '0x00000000200800d7', '0x80200 RWU PMA illegal'],
    ['riscv64', 'pmd', '0x0000000020080022', 'none'],
    ['riscv64', 'pmd', '0x0000000020080002', 'invalid'],
    ['riscv64', 'pmd', '0x0000000020080001', '0x80200  PMA illegal'],
    ['riscv64', 'pte', '0x00000000200800d5', '0x80200 WU PMA illegal'],
    ['riscv64', 'pte', '0x20000000200800d7', '0x80200 RWU PMA illegal'],
    ['riscv64', 'pte', '0x00400000200800d7', '0x80200 RWU PMA illegal'],
    ['riscv64_svpbmt', 'pmd', '0x3000000020080059', '0x80200 XU NC'],
    ['riscv64_svpbmt', 'pmd', '0x4800000020080059', '0x80200 XU IO'],
    ['riscv64_svpbmt', 'pmd', '0x6000000020080059', '0x80200 XU undefined illegal'],
    ['riscv64_svpbmt', 'pte', '0x8000000020082057', '0x80200 RWU PMA'],
    ['riscv64_svpbmt', 'pte', '0x8000000020080057', '0x80200 RWU PMA illegal'],
    ['riscv64_svpbmt', 'pmd', '0x8000000020080057', '0x80200 RWU PMA illegal'],
    ['riscv64_thead', 'pmd', '0x7000000020080057', '0x80200 RWU PMA'],
    ['riscv64_thead', 'pmd', '0x9000000020080057', '0x80200 RWU IO'],
    ['riscv64_thead', 'pmd', '0x4000000020080057', '0x80200 RWU C'],
    ['riscv64_thead', 'pmd', '0xe000000020080057', '0x80200 RWU B+C+SO'],
    ['riscv64_thead', 'pmd', '0x0000000020080057', '0x80200 RWU none'],
    ['loongarch64', 'pte', '0x400000020080019d', '0x80200 RU CC'],
    ['loongarch64', 'pmd', '0x000000020000019d', '0x80000 RXU CC illegal'],
    ['loongarch64', 'pmd', '0x00000002000011d3', '0x80000 RWX CC'],
    ['loongarch64', 'pmd', '0x00000002000021e3', '0x80000 RWX WUC illegal'],
    ['loongarch64', 'pte', '0x00000002008001f3', '0x80200 RWX undefined illegal'],
    ['loongarch64', 'pte', '0x600000000000041c', 'none'],
    ['loongarch64_4k', 'pmd', '0x00000000802011c3', '0x80200 RWX SUC'],
    ['s390', 'pte', '0x0000000080200335', '0x80200 RU default'],
    ['s390', 'pte', '0x000000008020003d', '0x80200 RWXU default'],
    ['s390', 'pte', '0x000000008020083d', '0x80200 RWXU default illegal'],
    ['s390', 'pte', '0x0000000080200601', 'none'],
    ['s390', 'pmd', '0x000000008020d701', '0x80200 RU default'],
    ['s390', 'pmd', '0x000000008020c001', '0x80200 RWXU default illegal'],
  ] as const)('%s %s %s', (name, level, word, words) => {
    expect(read(name, level, word)).toBe(words);
  });

  it.each(['riscv64', 'riscv64_svpbmt', 'riscv64_thead', 'loongarch64'])(
    '%s has each mode where it puts it',
    (name) => {
      const mmu = MMUS[name]!;
      const e = hex('0x00000000200000d7');
      for (const [mode] of mmu.modes.entries()) expect(mmu.mode('pmd', mmu.withMode('pmd', e, mode))).toBe(mode);
    },
  );

  it('T-Head: a protection without a type asks for that of ordinary memory', () => {
    const { asked, modes } = MMUS['riscv64_thead']!;
    expect([hex('0x57'), hex('0x3000000000000057')].map((prot) => modes[asked!(prot)])).toEqual(['PMA', 'NC']);
  });
});
