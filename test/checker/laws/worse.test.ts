/** What a change makes worse: case by case, however many others it mends. */
import { describe, expect, it } from 'vitest';
import { fewCasesOf } from '../../../checker/laws/cases.ts';
import { doesHarm, judge, type Judgement, keyOf } from '../../../checker/laws/judge.ts';
import { fails } from '../../../checker/laws/law_text.ts';
import { underTest } from '../../../checker/laws/under_test.ts';
import { worseBy } from '../../../checker/laws/worse.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import type { PgtablePatch } from '../../../model/formats/pgtable.ts';
import { and, bit, clear, has, isZero, or, type U64 } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { mm } from '../command_line.ts';
import { file } from './files.ts';

const [PWT, PCD, PAT] = [bit(3), bit(4), bit(7)];
const isUc = (prot: U64): boolean => has(prot, PWT) && has(prot, PCD);
/** A pfn_pmd() of x86 that is right of WT and WP, and of UC makes something else. */
const hiding = (ofUc: (prot: U64) => U64): PgtablePatch => ({
  pfn_pmd: (base, t) => (pfn, prot) => {
    if (!isZero(and(prot, PAT))) return base(pfn, t.pgprot_4k_2_large(prot));
    return base(pfn, isUc(prot) ? ofUc(prot) : prot);
  },
});
const UC_MINUS = hiding((prot) => clear(prot, PWT));
const WC = hiding((prot) => clear(prot, PCD));

const named = (name: string) => ARCHITECTURES.find((one) => one.name === name)!;
/** Of a law that fails with a change and without it: in how many of the cases, and which are worse. */
const beside = (name: string, key: string, patch: PgtablePatch) => {
  const architecture = named(name);
  const change = { name: 'try', says: '', cites: '', evidence: 'asked', patch } as const;
  const [without, under] = [underTest(architecture, 'v7.1'), underTest(architecture, 'v7.1', [], [change])];
  const cases = fewCasesOf(architecture, under.t);
  const laws = LAWS.filter((law) => key.startsWith(`${law.name} `));
  const judged = [without, under].map((one) => judge(laws, one, cases).find((each) => keyOf(each) === key)!);
  expect(judged.every(fails)).toBe(true);
  return { failures: judged.map(failuresOf), worse: worseBy(under, without, judged[1]!, cases) };
};
const failuresOf = ({ result }: Judgement): number => (result.verdict === 'fails' ? result.failures : 0);

describe('a change of a law that fails', () => {
  it.each([
    ['UC-', UC_MINUS],
    ['WC', WC],
  ])('worsens it where UC, which was right, becomes %s, though WT and WP become right', (_, patch) => {
    const { failures, worse } = beside('x86_pae', 'PG8 pmd', patch);
    expect(failures[1]!).toBeLessThan(failures[0]!);
    expect(worse.map(keyOf)).toEqual(['PG8 pmd']);
    const { result } = worse[0]!;
    expect(result.verdict === 'fails' && isUc(result.first.prot)).toBe(true);
  });
  it('does not where it mends some cases, and leaves the others as they were', () => {
    const onlyWt: PgtablePatch = {
      pfn_pmd: (base, t) => (pfn, prot) => base(pfn, has(prot, PCD) ? t.pgprot_4k_2_large(prot) : prot),
    };
    const { failures, worse } = beside('x86_pae', 'PG8 pmd', onlyWt);
    expect(failures[1]!).toBeLessThan(failures[0]!);
    expect(worse).toEqual([]);
  });
  it('worsens it by what it breaks, where it mends nothing', () => {
    const breaks: PgtablePatch = {
      pfn_pmd: (base) => (pfn, prot) => base(pfn, isUc(prot) && !has(prot, PAT) ? clear(prot, PCD) : prot),
    };
    const { failures, worse } = beside('x86_pae', 'PG8 pmd', breaks);
    expect(worse.map(failuresOf)).toEqual([failures[1]! - failures[0]!]);
    expect(failures[1]!).toBeGreaterThan(failures[0]!);
  });
  it('worsens it where failures that came to nothing do harm', () => {
    const { failures, worse } = beside('ppc64_radix_64k', 'PG4 pmd', {
      pmd_pgprot: (base) => (e) => clear(base(e), bit(8)),
    });
    expect(failures[1]).toBe(failures[0]);
    expect(worse.map(doesHarm)).toEqual([true]);
    expect(beside('ppc64_radix_64k', 'PG4 pmd', { pte_mkyoung: (base) => (e) => base(e) }).worse).toEqual([]);
  });
  it('is asked of the protections that it makes', () => {
    const pgprot_noncached: PgtablePatch = { pgprot_noncached: () => (prot) => or(prot, PAT) };
    const { failures, worse } = beside('x86_pae', 'PG4 pmd', pgprot_noncached);
    expect(failures[1]).toBe(failures[0]);
    // pfn_pmd() does the same with and without it: over one list of cases nothing is worse.
    expect(worse).toEqual([]);
  });
});

describe('mmcheck laws --patch', () => {
  const path = file(
    'uc_minus.ts',
    "import { and, bit, clear, has, isZero } from 'mmcheck/entries';",
    'const isUc = (prot) => has(prot, bit(3)) && has(prot, bit(4));',
    'const pfn_pmd = (base, t) => (pfn, prot) => isZero(and(prot, bit(7)))',
    '  ? base(pfn, isUc(prot) ? clear(prot, bit(3)) : prot) : base(pfn, t.pgprot_4k_2_large(prot));',
    "export default { says: 'a try', patches: { x86_pae: { pfn_pmd } } };",
  );
  const asked = ['laws', '--arch', 'x86_pae', '--law', 'PG8', '--patch', path];
  it('shows the first case that a law fails of only with it', async () => {
    const { out } = await mm(asked);
    expect(out.slice(out.indexOf('  mends'))).toMatchInlineSnapshot(`
      "  mends        nothing
        breaks       nothing
        worsens      PG8 (pmd)
        still fails  nothing

      PG8 fails on x86_pae, v7.1 + uc_minus.ts
        law    L_mkhuge(pfn_L(n, p)) selects the cache mode that p selects as a PTE
        source v7.1 mm/huge_memory.c insert_pmd(), vmf_insert_pfn_pmd();
               arch/x86/mm/pat/memtype.c pfnmap_setup_cachemode_pfn()
        hurts  insert, hugetlb
        pmd  newly in 300 of 1,800 cases; the smallest, for frame 0x80200:
          p
            0x800000000000003f  USR RW PWT PCD A NX
          pfn_pmd(n, p)
            0x8000000080200037  2M pfn 0x80200 USR RW PCD A NX table pmd
          pmd_mkhuge() of it
            0x80000000802000b7  2M pfn 0x80200 USR RW PCD PSE A NX pmd
        shows  without it: with leaves by remap_pfn_range() (v1, v2) a BAR that its
               driver asks WT for is UC, and one that is WP is WC
               npx mmcheck check --arch x86_pae --series huge-remap-pfn-range@v2 \\
               --world pfnmap-cache --property I-CACHE

      Who is hurt, and how:
        insert: a leaf for a BAR is made from vm_page_prot, or from the cache mode
                that its frames are reserved for: the device is mapped with another
                one
        hugetlb: a huge page is mapped by arch_make_huge_pte() of an entry that
                 pfn_pte() made
      "
    `);
  });
  it('has it in its document', async () => {
    const { changed } = JSON.parse((await mm([...asked, '--json'])).out) as {
      readonly changed: readonly { readonly worsens: readonly string[]; readonly worse: readonly object[] }[];
    };
    expect(changed[0]!.worsens).toEqual(['PG8 pmd']);
    expect(changed[0]!.worse).toMatchInlineSnapshot(`
      [
        {
          "cases": 1800,
          "failures": 300,
          "first": {
            "newprot": "0x0000000000000000",
            "pfn": "0x0000000000080200",
            "prot": "0x800000000000003f",
            "stages": [
              {
                "says": "p",
                "word": "0x800000000000003f",
                "words": "USR RW PWT PCD A NX",
              },
              {
                "says": "pfn_pmd(n, p)",
                "word": "0x8000000080200037",
                "words": "2M pfn 0x80200 USR RW PCD A NX table pmd",
              },
              {
                "says": "pmd_mkhuge() of it",
                "word": "0x80000000802000b7",
                "words": "2M pfn 0x80200 USR RW PCD PSE A NX pmd",
              },
            ],
            "vmProt": "0x800000000000003f",
          },
          "law": "PG8",
          "level": "pmd",
          "newly": true,
          "verdict": "fails",
        },
      ]
    `);
  });
});
