import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { type Architecture, PGTABLE_RELEASES } from '../../../model/formats/architecture.ts';
import { assemble } from '../../../model/formats/pgtable.ts';
import { hexOf, shl, u64 } from '../../../model/formats/u64.ts';
import { mm } from '../command_line.ts';

/** Of each architecture at each level that has them: SWP_MIGRATION_READ_EXCLUSIVE of frame 0x80200. */
const typeOf = ({ noDevicePrivate }: Architecture): number => (noDevicePrivate.includes('v7.1') ? 29 : 26);
const swapEntries = ARCHITECTURES.flatMap((one) => {
  const { name, define } = one;
  const { swp_pte, swp_pmd } = assemble(define);
  return Object.entries({ pte: swp_pte, pmd: swp_pmd }).flatMap(([level, make]) =>
    make === undefined ? [] : [[name, level, typeOf(one), make(typeOf(one), u64(0x80200))] as const],
  );
});

/** Of each release of each architecture, at each level: a leaf of plain memory. */
const leaves = ARCHITECTURES.flatMap(({ name, define, levels, pgprots, order }) => {
  const t = assemble(define);
  const { prot } = pgprots(t).protections[0]!;
  const mapped = { pte: t.pfn_pte, pmd: t.pfn_pmd, pud: t.pfn_pud };
  return levels.flatMap((level) =>
    PGTABLE_RELEASES.map((kernel) => {
      const e = mapped[level]!(shl(u64(1), Math.max(order[level], 20)), prot);
      return [name, kernel, level, t[`${level}_mkhuge`]?.(e) ?? e] as const;
    }),
  );
});

describe('mmcheck entry', () => {
  it('reads a number', async () => {
    const { code, out } = await mm(['entry', '0x80000000802012bf', '--level', 'pmd']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "0x80000000802012bf  2M pfn 0x80200 USR RW PWT PCD PSE PAT A NX SPECIAL pmd
        hardware  frame 0x80200, read write user, WT
        kernel    v7.1
                  pmd_write(), pmd_young(), pmd_special(), pmd_present(), pmd_leaf(),
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
        kernel    v7.1
                  pmd_write(), pmd_young(), pmd_present(), pmd_bad()
                  pmd_pfn() 0x80200
                  pmd_pgprot() 0x8000000000000027
      "
    `);
    expect((await mm(['entry', '0x000fffff7fdff120'])).out).toMatchInlineSnapshot(`
      "0x000fffff7fdff120  4K pfn 0x80200 inverted ro PROTNONE A x not-present pte
        hardware  not valid: every access faults; the cache bits say WB
        kernel    v7.1
                  pte_young(), pte_protnone(), pte_present()
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
  it('reads a migration entry of a huge page, with its marks', async () => {
    const { code, out } = await mm(['entry', '0xdffff7ffeffbfe02', '--level', 'pmd']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "0xdffff7ffeffbfe02  2M offset=17180393984 type=27 SOFT_DIRTY swap pmd
        hardware  not valid: every access faults
        kernel    v7.1
                  __swp_type() 27, __swp_offset() 0x400080200
                  with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_WRITE: frame 0x80200, young
                  (with 4 levels of tables, MAX_PHYSMEM_BITS 46) or frame 0x400080200
                  (with 5 levels, MAX_PHYSMEM_BITS 52)
                  without it SWP_HWPOISON: frame 0x400080200 (with 5 levels,
                  MAX_PHYSMEM_BITS 52)
                  (numbers of CONFIG_MIGRATION and CONFIG_MEMORY_FAILURE)
                  pmd_swp_soft_dirty()
      "
    `);
    // A PUD is no swap entry, nor is what pte_none() says empty of, erratum bits and all.
    expect((await mm(['entry', '0xdfffffffeffbfe02', '--level', 'pud'])).out).not.toContain('swp');
    expect((await mm(['entry', '0x60'])).out).toMatchInlineSnapshot(`
      "0x0000000000000060  4K A D none pte
        hardware  not valid: every access faults
        kernel    v7.1
                  pte_none()
      "
    `);
  });
  it.each(swapEntries)('reads a swap entry of %s %s', async (arch, level, type, word) => {
    const { out } = await mm(['entry', hexOf(word), '--arch', arch, '--level', level]);
    expect(out).toContain(`__swp_type() ${type}, __swp_offset() 0x80200`);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('SWP_MIGRATION_READ_EXCLUSIVE: frame 0x80200');
  });
  it('asks the functions of a release, or of a series', async () => {
    const asked = ['entry', '0x80000000802012bf', '--level', 'pmd'];
    const pgprot = async (...more: readonly string[]): Promise<readonly string[]> => {
      const { out } = await mm([...asked, ...more]);
      return [/kernel {4}(.*)/.exec(out)![1]!, /pmd_pgprot\(\) (\w+)/.exec(out)![1]!];
    };
    expect(await pgprot()).toEqual(['v7.1', '0x80000000000012bf']);
    expect(await pgprot('--series', 'huge-remap-pfn-range@v4')).toEqual([
      'v7.1 + huge-remap-pfn-range@v4',
      '0x80000000000002bf',
    ]);
    const device = ['entry', '0xe7ffffffeffbfe00'];
    expect((await mm(device)).out).toContain('SWP_DEVICE_WRITE');
    expect((await mm([...device, '--kernel', 'v6.12'])).out).toContain('SWP_DEVICE_READ');
  });
  it.each(leaves)('knows the functions of %s in %s: a %s', async (arch, kernel, level, word) => {
    const { code, out } = await mm(['entry', hexOf(word), '--arch', arch, '--level', level, '--kernel', kernel]);
    expect([code, out]).toEqual([0, expect.stringContaining(`${level}_present()`)]);
  });
  it('reads the words of a release whose bits mean something else', async () => {
    const asked = ['--arch', 's390', '--kernel', 'v6.12'];
    const { out } = await mm(['entry', '0x0000000080205703', '--level', 'pmd', ...asked]);
    expect(out).toMatchInlineSnapshot(`
      "0x0000000080205703  1M pfn 0x80200 RO NX LARGE SOFT_DIRTY YOUNG READ WRITE pmd
        hardware  frame 0x80200, read user, default
        kernel    v6.12
                  pmd_write(), pmd_young(), pmd_soft_dirty(), pmd_present(),
                  pmd_leaf(), pmd_trans_huge(), pmd_bad()
                  pmd_pfn() 0x80200
      "
    `);
    const words = /^\w+ {2}(.*)/.exec(out)![1]!;
    expect((await mm(['entry', words, ...asked])).out).toBe(out);
  });
  it('says one thing of a PMD of s390 that is a table to the hardware and not present to the kernel', async () => {
    expect((await mm(['entry', '0', '--arch', 's390', '--level', 'pmd'])).out).toMatchInlineSnapshot(`
      "0x0000000000000000  1M pfn 0x0 RW X table pmd
        hardware  no legal leaf at this level: a table, a reserved type, or reserved
                  bits
        kernel    v7.1
                  pmd_pfn() 0x0
      "
    `);
  });
  it.each([
    [['0xg'], 'not "0xg"'],
    [['4K none pte', '--level', 'pmd'], '--level takes the level of the words, which is pte, not "pmd"'],
    [['0x1', '--kernel', 'v6.13'], 'there is no kernel "v6.13"'],
    [['0x1', '--series', 'huge-remap-pfn-range'], 'did you mean: huge-remap-pfn-range@v1'],
    [['2M pfn 0x80200 WC pmd'], 'no field of a pmd says WC'],
    [['2M pfn 0x80200 PKEY=77 pmd'], 'PKEY of x86_64 cannot be 0x4d'],
    [['2M pfn 0x1 pfn 0x80200 RW PSE pmd'], 'pfn is said twice'],
    [['2M pfn 0x80200 RW ro PSE pmd'], 'RW is said twice'],
    [['2M pfn 0x80200 ro bits 1 PSE pmd'], 'bits 1 of a pmd are of fields that have names'],
    [['0x1', '--level', 'ptx'], 'there is no level "ptx"'],
    [['0x1', '--arch', 'vax'], 'there is no architecture "vax"'],
  ])('refuses %j', async (argv, why) => {
    const { code, err } = await mm(['entry', ...argv]);
    expect([code, err.replaceAll(/\s+/g, ' ').includes(why)]).toEqual([2, true]);
  });
});
