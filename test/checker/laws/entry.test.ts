import { describe, expect, it } from 'vitest';
import { mm } from '../command_line.ts';

describe('mmcheck entry', () => {
  it('reads a number', async () => {
    const { code, out } = await mm(['entry', '0x80000000802012bf', '--level', 'pmd']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "0x80000000802012bf  2M pfn 0x80200 USR RW PWT PCD PSE PAT A NX SPECIAL pmd
        hardware  frame 0x80200, read write user, WT
        kernel    pmd_write(), pmd_young(), pmd_special(), pmd_present(), pmd_leaf(),
                  pmd_trans_huge(), pmd_bad()
                  pmd_pfn() 0x80200
                  pmd_pgprot() 0x80000000000012bf
      "
    `);
  });
  it('reads its own words', async () => {
    const { out } = await mm(['entry', '2M pfn 0x80200 USR RW PWT PCD PSE PAT A NX SPECIAL pmd']);
    expect(out).toBe((await mm(['entry', '0x80000000802012bf', '--level', 'pmd'])).out);
  });
  it('says that a table is no leaf, and that PROT_NONE is invalid', async () => {
    expect((await mm(['entry', '0x8000000080200027', '--level', 'pmd'])).out).toMatchInlineSnapshot(`
      "0x8000000080200027  2M pfn 0x80200 USR RW A NX table pmd
        hardware  no legal leaf at this level: a table, a reserved type, or reserved
                  bits
        kernel    pmd_write(), pmd_young(), pmd_present(), pmd_bad()
                  pmd_pfn() 0x80200
                  pmd_pgprot() 0x8000000000000027
      "
    `);
    expect((await mm(['entry', '0x000fffff7fdff120'])).out).toMatchInlineSnapshot(`
      "0x000fffff7fdff120  4K pfn 0xfffff7fdff not-present ro GLB A x pte
        hardware  not valid: every access faults; the cache bits say WB
        kernel    pte_young(), pte_protnone(), pte_present()
                  pte_pfn() 0x80200
                  pte_pgprot() 0x0000000000000120
      "
    `);
  });
  it('knows table levels', async () => {
    expect((await mm(['entry', '0x12345067', '--level', 'pgd'])).out).toMatchInlineSnapshot(`
      "0x0000000012345067  256T pfn 0x12345 USR RW A x bits 6 pgd
      "
    `);
  });
  it.each([
    [['0xg'], 'not "0xg"'],
    [['2M pfn 0x80200 WC pmd'], 'no field of a pmd says WC'],
    [['2M pfn 0x80200 PKEY=77 pmd'], 'PKEY of x86_64 cannot be 0x4d'],
    [['0x1', '--level', 'ptx'], 'there is no level "ptx"'],
    [['0x1', '--arch', 'vax'], 'there is no architecture "vax"'],
  ])('refuses %j', async (argv, why) => {
    const { code, err } = await mm(['entry', ...argv]);
    expect([code, err.replaceAll(/\s+/g, ' ').includes(why)]).toEqual([2, true]);
  });
});
