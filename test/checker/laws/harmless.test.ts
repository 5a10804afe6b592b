/** Failures that do no harm: judged of every case, and by hand from the functions of powerpc. */
import { describe, expect, it } from 'vitest';
import { casesOf, fewCasesOf } from '../../../checker/laws/cases.ts';
import { judge, type Judgement } from '../../../checker/laws/judge.ts';
import { underTest } from '../../../checker/laws/under_test.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import type { PgtablePatch } from '../../../model/formats/pgtable.ts';
import { and, bit, clear, eq, or } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { mm } from '../command_line.ts';

const named = (name: string) => ARCHITECTURES.find((one) => one.name === name)!;
const radix = named('ppc64_radix_64k');
const _PAGE_PTE = bit(62);

const harmless = (judgements: readonly Judgement[]): readonly string[] =>
  judgements.flatMap(({ law, level, result }) =>
    result.verdict === 'fails' && result.harmless !== undefined ? [`${law.name} ${level}`] : [],
  );
/** Of a proposal that replaces functions of an architecture. */
const harmlessWith = (name: string, patch: PgtablePatch): readonly string[] => {
  const change = { name: 'try', says: '', cites: '', evidence: 'asked', patch } as const;
  const under = underTest(named(name), 'v7.1', [], [change]);
  return harmless(judge(LAWS, under, fewCasesOf(under.architecture, under.t)));
};

describe('a failure that does no harm', () => {
  it('is that of _PAGE_PTE on v7.1', () => {
    const all = ARCHITECTURES.map((one) => {
      const under = underTest(one, 'v7.1');
      return [one.name, harmless(judge(LAWS, under, fewCasesOf(one, under.t)))] as const;
    });
    expect(Object.fromEntries(all.filter(([, some]) => some.length > 0))).toMatchInlineSnapshot(`
      {
        "ppc64_hash_4k": [
          "PG1 pte",
          "PG18 pte",
        ],
        "ppc64_hash_64k": [
          "PG1 pte",
          "PG18 pte",
        ],
        "ppc64_radix_4k": [
          "PG1 pte",
          "PG4 pmd",
          "PG4 pud",
          "PG18 pte",
          "PG18 pmd",
          "PG18 pud",
        ],
        "ppc64_radix_64k": [
          "PG1 pte",
          "PG4 pmd",
          "PG4 pud",
          "PG18 pte",
          "PG18 pmd",
          "PG18 pud",
        ],
      }
    `);
  });
  it('is so by the functions of powerpc alone', () => {
    const { t } = underTest(radix, 'v7.1');
    const cases = casesOf(radix, t);
    for (const { prot } of cases.prots)
      for (const pfn of cases.pfns('pte')) {
        const e = t.pfn_pte!(pfn, prot);
        const back = t.pte_pgprot!(e);
        if (!eq(back, or(prot, _PAGE_PTE)) || !eq(t.pfn_pte!(pfn, back), e)) throw new Error('another bit comes back');
      }
    expect(cases.prots.length).toBe(864);
  });
  it('is none where pfn_pte() does not set the bit, or another one comes back', () => {
    const levels = ['PG1 pte', 'PG4 pmd', 'PG4 pud', 'PG18 pte', 'PG18 pmd', 'PG18 pud'];
    expect(harmlessWith('ppc64_radix_64k', {})).toEqual(levels);
    const asGiven: PgtablePatch = {
      pfn_pte: (base) => (pfn, prot) => or(clear(base(pfn, prot), _PAGE_PTE), and(prot, _PAGE_PTE)),
    };
    expect(harmlessWith('ppc64_radix_64k', asGiven)).toEqual([]);
    expect(harmlessWith('ppc64_radix_64k', { pmd_pgprot: (base) => (e) => clear(base(e), bit(8)) })).toEqual(
      levels.filter((one) => !one.endsWith('pmd')),
    );
  });
  it('is none where pfn_pte() takes a bit out that ioremap_prot() reads', () => {
    expect(harmlessWith('x86_pae', { pfn_pte: (base) => (pfn, prot) => base(pfn, clear(prot, bit(7))) })).toEqual([]);
  });
  it('has a star in the report, and a reason in the document', async () => {
    const asked = ['laws', '--arch', 'ppc64_radix_64k', '--law', 'PG1'];
    const { out } = await mm(asked);
    expect(/^PG1 +(.*)$/m.exec(out)![1]).toBe('pte*');
    const document = JSON.parse((await mm([...asked, '--json'])).out) as {
      readonly laws: readonly { readonly judgements: readonly { readonly harmless?: string }[] }[];
    };
    const why = document.laws[0]!.judgements[0]!.harmless!;
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`* ${why}`);
  });
});
