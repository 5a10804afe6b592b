/**
 * What the laws say of arm64, for today's functions and for the versions of the series: each law that fails with its first
 * counterexample, the words on the way in hex. All others hold, or do not apply. It is the column arm64 of the dossier's table (2.6) but for:
 * - with 64K pages and 52 bits of address pfn_pte() and pfn_pmd() set bits 49:48 of the entry, too, which are reserved there
 *   (PTE_ADDR_LOW is 50 bits with every granule): PG13 fails, and PG5 and PG7 in version 4. Inferred, unconfirmed on hardware.
 * - version 3 breaks PG1: pte_pgprot() xors with pfn_pte(pfn, 0), which has bit 1 then.
 * - PG16 holds though PG7 does not: both ways give the same reserved descriptor.
 */
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../../checker/laws/cases.ts';
import { judge, type Judgement } from '../../../../checker/laws/judge.ts';
import { ARM64 } from '../../../../model/arch/arm64/architecture.ts';
import type { Architecture } from '../../../../model/formats/architecture.ts';
import { assemble } from '../../../../model/formats/pgtable.ts';
import { shortHex } from '../../../../model/formats/u64.ts';
import { LAWS as ALL_LAWS } from '../../../../spec/laws/all.ts';
import { MMUS } from '../../../../spec/laws/mmus.ts';

const numberOf = (name: string): number => Number(/\d+/.exec(name)![0]);
/** Those of the dossier. */
const LAWS = ALL_LAWS.filter(({ name }) => numberOf(name) <= 18);
const OTHERS = ALL_LAWS.filter(({ name }) => numberOf(name) > 18);

const architectureOf = (name: string): Architecture => ARM64.find((one) => one.name === name)!;

/** With the first flag, special: what fails, fails without any, and a run of all of them takes long here. */
const fewFlags = (architecture: Architecture): Architecture => ({
  ...architecture,
  pgprots: (t) => {
    const all = architecture.pgprots(t);
    return { ...all, flags: all.flags.slice(0, 1) };
  },
});

const judged = (name: string, version?: string, laws = LAWS): readonly Judgement[] => {
  const architecture = architectureOf(name);
  const changes = version === undefined ? [] : architecture.series[`huge-remap-pfn-range@${version}`]!;
  const t = assemble(
    architecture.define,
    changes.map(({ patch }) => patch),
  );
  return judge(laws, { architecture, t, mmu: MMUS[name]! }, casesOf(fewFlags(architecture), t));
};

const failuresOf = (all: readonly Judgement[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    all.flatMap(({ law, level, result }) =>
      result.verdict === 'fails'
        ? [[`${law.name} ${level}`, result.first.stages.map(({ word }) => shortHex(word)).join(' > ')]]
        : [],
    ),
  );
const namesWith = (all: readonly Judgement[], verdict: string): readonly string[] =>
  all.filter(({ result }) => result.verdict === verdict).map(({ law, level }) => `${law.name} ${level}`);

/** A word with other bits 3:0. */
const ending = (word: string, digit: string): string => `${word.slice(0, -1)}${digit}`;

/**
 * Of PAGE_SHARED as `p`: `made` by pfn_L() it is a table, pmd_mkhuge() makes the block of it, with bit 1 clear; L_pgprot() gives that
 * back, and the PTEs of a split have it, `second` the second one.
 */
const typeIsWrong = (level: string, p: string, made: string, second: string): Readonly<Record<string, string>> => {
  const block = ending(made, '1');
  const leaf = `${p} > ${made} > ${block}`;
  return {
    [`PG4 ${level}`]: `${leaf} > ${ending(p, '1')}`,
    [`PG5 ${level}`]: leaf,
    [`PG6 ${level}`]: leaf,
    [`PG7 ${level}`]: `${leaf} > ${block} > ${ending(second, '1')}`,
    [`PG7-any ${level}`]: `${block} > ${block} > ${ending(second, '1')}`,
    [`PG18 ${level}`]: `${leaf} > ${ending(p, '1')}`,
  };
};
/** A device of the driver's (nGnRnE, index 3) is write-back (index 0) after mprotect(). */
const attributeIsLost = (p: string, pte: string, pmd: string): Readonly<Record<string, string>> => ({
  'PG15-driver pte': `${ending(p, 'f')} > ${ending(pte, 'f')} > ${p} > ${pte}`,
  'PG15-driver pmd': `${ending(p, 'f')} > ${ending(pmd, 'f')} > ${ending(pmd, 'd')} > ${p} > ${ending(pmd, '1')}`,
});
const P = '0x68000000000fc3';
/** Without SH. */
const P_LPA2 = '0x68000000000cc3';

describe('the laws of arm64, v7.1', () => {
  it.each([
    [
      'arm64_4k',
      {
        ...typeIsWrong('pmd', P, '0x68000080200fc3', '0x68000080201fc3'),
        ...typeIsWrong('pud', P, '0x68000080000fc3', '0x68000080001fc3'),
        ...attributeIsLost(P, '0x68000080200fc3', '0x68000080200fc3'),
      },
    ],
    [
      'arm64_16k',
      {
        ...typeIsWrong('pmd', P, '0x68000200000fc3', '0x68000200004fc3'),
        ...attributeIsLost(P, '0x68000200800fc3', '0x68000200000fc3'),
      },
    ],
    [
      'arm64_64k',
      {
        ...typeIsWrong('pmd', P, '0x68000800000fc3', '0x68000800010fc3'),
        ...attributeIsLost(P, '0x68000802000fc3', '0x68000800000fc3'),
      },
    ],
    [
      'arm64_4k_pa52',
      {
        ...typeIsWrong('pmd', P_LPA2, '0x68000080200cc3', '0x68000080201cc3'),
        ...typeIsWrong('pud', P_LPA2, '0x68000080000cc3', '0x68000080001cc3'),
        ...attributeIsLost(P_LPA2, '0x68000080200cc3', '0x68000080200cc3'),
      },
    ],
    [
      'arm64_16k_pa52',
      {
        ...typeIsWrong('pmd', P_LPA2, '0x68000200000cc3', '0x68000200004cc3'),
        ...attributeIsLost(P_LPA2, '0x68000200800cc3', '0x68000200000cc3'),
      },
    ],
    [
      'arm64_64k_pa52',
      {
        ...typeIsWrong('pmd', P, '0x68000800000fc3', '0x68000800010fc3'),
        ...attributeIsLost(P, '0x68000802000fc3', '0x68000800000fc3'),
        // Of PAGE_NONE, at which the hardware does not look, PAGE_SHARED: bit 48 beside bits 15:12, which are 5.
        'PG13 pte': `0x60000000000f82 > 0x61555555555f82 > ${P} > 0x69555555555fc3`,
        'PG13 pmd': `0x60000000000f82 > 0x61555540005f82 > 0x61555540005f80 > ${P} > 0x69555540005fc1`,
      },
    ],
  ])('%s: what fails, and its first counterexample', (name, failing) => {
    expect(failuresOf(judged(name))).toEqual(failing);
  });
  it('with 4K pages the others hold, or do not apply', () => {
    const all = judged('arm64_4k');
    expect(namesWith(all, 'holds')).toEqual(
      expect.arrayContaining([
        'PG1 pte',
        'PG2 pte',
        'PG3 pmd',
        'PG3 pud',
        'PG6-again pmd',
        'PG6-again pud',
        'PG8 pmd',
        'PG8 pud',
        'PG11 pmd',
        'PG12 pmd',
        'PG12 pud',
        'PG13 pte',
        'PG13 pmd',
        'PG14 pte',
        'PG14 pmd',
        'PG15 pte',
        'PG15 pmd',
        'PG16 pmd',
        'PG17 pmd',
        'PG18 pte',
      ]),
    );
    expect(namesWith(all, 'does not apply')).toEqual(
      expect.arrayContaining([
        'PG9 pmd',
        'PG10 pmd',
        'PG11 pud',
        'PG13 pud',
        'PG14 pud',
        'PG15 pud',
        'PG15-driver pud',
        'PG16 pud',
        'PG17 pud',
      ]),
    );
  });
  it.each(ARM64.map(({ name }) => name))('%s: how many protections there are, each once', (name) => {
    const architecture = architectureOf(name);
    const { prots, newprots } = casesOf(architecture, assemble(architecture.define));
    expect([prots.length, newprots.length]).toEqual([name === 'arm64_4k' ? 34_624 : 4832, 14]);
  });
});

/**
 * Beyond the dossier. PG19: the type, as PG4. PG22: an exec-only entry that may be written has a PIIndex that nobody uses; no VMA is such.
 * PG23: a shadow stack is never clean, since RDONLY has no meaning for it. PG32 and PG37: a device is never executable, and has no tags.
 */
describe('the other laws of arm64, v7.1', () => {
  it('4K pages: what fails, and its first counterexample', () => {
    const type = typeIsWrong('pmd', P, '0x68000080200fc3', '')['PG4 pmd'];
    expect(failuresOf(judged('arm64_4k', undefined, OTHERS))).toEqual({
      'PG19 pmd': type,
      'PG19 pud': type!.replaceAll('80200', '80000'),
      'PG22 pte': '0x20000000000f83 > 0x20000080200f83 > 0x28000080200f83',
      'PG22 pmd': '0x20000000000f83 > 0x20000080200f83 > 0x20000080200f81 > 0x28000080200f81',
      'PG23 pte': '0x40000000000f43 > 0x40000080200f43 > 0x48000080200f43',
      'PG23 pmd': '0x40000000000f43 > 0x40000080200f43 > 0x40000080200f41 > 0x48000080200f41',
      'PG32 pte': '0x68000000000fcf > 0x706c000000000fc7 > 0x706c000000000fcf > 0x706c000000000fcf',
      'PG37 pte': '0x28000000000fc3 > 0x68000000000fcf',
    });
  });
});

/** Version 2 has the functions of version 1. */
describe('the laws of arm64, by version of the series', () => {
  const DRIVER = ['PG15-driver pte', 'PG15-driver pmd'];
  /** pfn_pmd() still makes a table, and pmd_pgprot() gives the type of a block. */
  const CONTRACT = ['PG4 pmd', 'PG4 pud', 'PG5 pmd', 'PG5 pud', 'PG6 pmd', 'PG6 pud'];
  it.each([
    ['arm64_4k', 'v1', [...CONTRACT, ...DRIVER, 'PG18 pmd', 'PG18 pud']],
    ['arm64_4k', 'v3', ['PG1 pte', ...CONTRACT, ...DRIVER, 'PG18 pte', 'PG18 pmd', 'PG18 pud']],
    ['arm64_4k', 'v4', DRIVER],
    ['arm64_64k', 'v4', DRIVER],
    ['arm64_4k_pa52', 'v4', DRIVER],
    ['arm64_64k_pa52', 'v4', ['PG5 pmd', 'PG7 pmd', 'PG13 pte', 'PG13 pmd', ...DRIVER]],
  ])('%s, %s: what fails', (name, version, failing) => {
    expect(namesWith(judged(name, version), 'fails')).toEqual(failing);
  });
});
