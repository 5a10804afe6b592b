/**
 * The laws of powerpc. They come out as read in the dossier (2.6), but for these, where the source wins:
 * - PG13 fails at every level, where the dossier has ok: protection_map[] has _PAGE_ACCESSED in every protection, and pte_modify() ORs
 *   the new one in (v7.1 book3s/64/pgtable.h), so that mprotect() makes an old entry young. Frame, special and soft-dirty stay.
 * - PG11 fails for a PUD of radix: pud_present() asks for _PAGE_PRESENT alone, and pud_trans_huge() asks it, so that what
 *   pudp_invalidate() leaves for a moment is no pud_trans_huge() (that of a PMD is: pmd_present() knows _PAGE_INVALID). A walker without
 *   mmap_lock (unmap_mapping_range(), zap_pud_range()) would take it for a bad table and clear it. Inferred, unconfirmed on hardware.
 * - PG16 of hash with 64K pages, which the dossier leaves open, fails: pmd_modify() keeps bit 13, and pte_modify() drops it.
 */
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../../checker/laws/cases.ts';
import { judge, type Judgement } from '../../../../checker/laws/judge.ts';
import {
  PPC64_HASH_4K,
  PPC64_HASH_64K,
  PPC64_RADIX_4K,
  PPC64_RADIX_64K,
} from '../../../../model/arch/powerpc/architecture.ts';
import type { Architecture, PgtableChange } from '../../../../model/formats/architecture.ts';
import { assemble } from '../../../../model/formats/pgtable.ts';
import { hexOf } from '../../../../model/formats/u64.ts';
import { LAWS } from '../../../../spec/laws/all.ts';
import type { Law } from '../../../../spec/laws/law.ts';
import { MMUS } from '../../../../spec/laws/mmus.ts';

/** Every case of hash with 64K pages takes seconds where others use the machine, too. */
const PATIENCE = 120_000;

const judged = (
  architecture: Architecture,
  changes: readonly PgtableChange[] = [],
  laws: readonly Law[] = LAWS,
): readonly Judgement[] => {
  const t = assemble(
    architecture.define,
    changes.map(({ patch }) => patch),
  );
  return judge(laws, architecture, t, MMUS[architecture.name]!, casesOf(architecture, t));
};
const called = ({ law, level }: Judgement): string => `${law.name} ${level}`;

/** The way to the first counterexample of each law that fails. */
const failing = (all: readonly Judgement[]) =>
  Object.fromEntries(
    all.flatMap((one) =>
      one.result.verdict === 'fails' ? [[called(one), one.result.first.stages.map(({ word }) => hexOf(word))]] : [],
    ),
  );
const holding = (all: readonly Judgement[]) =>
  all.filter(({ result }) => result.verdict === 'holds').map((one) => called(one));
/** Those that do not apply, for a reason that is of the architecture. */
const absent = (all: readonly Judgement[]) =>
  all.flatMap((one) => (one.result.verdict === 'does not apply' ? [[called(one), one.result.why]] : []));

const named = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(', '));

const ONE_PLACE = 'a pgprot_t has its cache bits at one place at every level';
const HOLDS_PTE = ['PG2 pte', 'PG14 pte', 'PG15 pte'];
const HOLDS_RADIX = named(
  'PG2 pte, PG3 pmd, PG3 pud, PG5 pmd, PG5 pud, PG6 pmd, PG6 pud, PG6-again pmd, PG6-again pud, PG7 pmd',
  'PG7 pud, PG7-any pmd, PG7-any pud, PG8 pmd, PG8 pud, PG11 pmd, PG12 pmd, PG12 pud, PG14 pte, PG14 pmd',
  'PG14 pud, PG15 pte, PG15 pmd, PG15 pud, PG16 pmd, PG16 pud, PG17 pmd, PG17 pud',
);

/** p, the entry, and its pgprot: _PAGE_PTE is set. */
const PTE_64K = ['0x8000000000000106', '0xc000000802000106', '0xc000000000000106'];
const PMD_64K = ['0x8000000000000106', '0xc000000802000106', '0xc000000802000106', '0xc000000000000106'];
const PUD_64K = ['0x8000000000000106', '0xc000000800000106', '0xc000000800000106', '0xc000000000000106'];
const NONIDEMPOTENT = '0x8000000000000126';
const PAGE_SHARED = '0x8000000000000106';
const OLD = '0x8000000000000006';

const FAILS_RADIX_64K = {
  'PG1 pte': PTE_64K,
  'PG4 pmd': PMD_64K,
  'PG4 pud': PUD_64K,
  'PG11 pud': ['0x8000000000000106', '0xc000000800000106', '0xc000000800000106', '0x6000000800000106'],
  'PG13 pte': [OLD, '0xc000000802000006', PAGE_SHARED, '0xc000000802000106'],
  'PG13 pmd': [OLD, '0xc000000802000006', '0xc000000802000006', PAGE_SHARED, '0xc000000802000106'],
  'PG13 pud': [OLD, '0xc000000800000006', '0xc000000800000006', PAGE_SHARED, '0xc000000800000106'],
  'PG15-driver pte': [NONIDEMPOTENT, '0xc000000802000126', PAGE_SHARED, '0xc000000802000106'],
  'PG15-driver pmd': [NONIDEMPOTENT, '0xc000000802000126', '0xc000000802000126', PAGE_SHARED, '0xc000000802000106'],
  'PG15-driver pud': [NONIDEMPOTENT, '0xc000000800000126', '0xc000000800000126', PAGE_SHARED, '0xc000000800000106'],
  'PG18 pte': PTE_64K,
  'PG18 pmd': PMD_64K,
  'PG18 pud': PUD_64K,
};

describe('radix', () => {
  const all = judged(PPC64_RADIX_64K);
  it('with 64K pages', () => {
    expect(failing(all)).toEqual(FAILS_RADIX_64K);
    expect(holding(all)).toEqual(HOLDS_RADIX);
    expect(absent(all)).toEqual([
      ['PG9 pmd', ONE_PLACE],
      ['PG10 pmd', ONE_PLACE],
    ]);
  });
  it('with 4K pages the same laws fail', () => {
    const same = judged(PPC64_RADIX_4K);
    expect(Object.keys(failing(same))).toEqual(Object.keys(FAILS_RADIX_64K));
    expect(failing(same)['PG11 pud']!.at(-1)).toBe('0x6000000080000106');
    expect(holding(same)).toEqual(HOLDS_RADIX);
  });
  it('v4 gives what mm handed in', () => {
    const after = judged(PPC64_RADIX_64K, PPC64_RADIX_64K.series['huge-remap-pfn-range@v4']);
    const {
      'PG4 pmd': _4,
      'PG4 pud': _5,
      'PG18 pmd': _18,
      'PG18 pud': _19,
      ...left
    }: Record<string, readonly string[]> = FAILS_RADIX_64K;
    expect(failing(after)).toEqual(left);
  });
  it('before v7.1 there is no pgprot of a leaf', () => {
    const why = 'powerpc has it since v7.1; the generic one gives 0';
    const before = absent(judged(PPC64_RADIX_64K, PPC64_RADIX_64K.releases['v6.18']));
    expect(before.filter(([, reason]) => reason === why).map(([law]) => law)).toEqual(
      named(
        'PG4 pmd, PG4 pud, PG7 pmd, PG7 pud, PG7-any pmd, PG7-any pud, PG16 pmd, PG16 pud, PG17 pmd, PG17 pud',
        'PG18 pmd, PG18 pud',
      ),
    );
  });
});

describe('hash with 4K pages', () => {
  const all = judged(PPC64_HASH_4K);
  it('has PTEs alone', () => {
    expect(failing(all)).toEqual({
      'PG1 pte': ['0x8000000000000106', '0xc000000080200106', '0xc000000000000106'],
      'PG13 pte': [OLD, '0xc000000080200006', PAGE_SHARED, '0xc000000080200106'],
      'PG15-driver pte': [NONIDEMPOTENT, '0xc000000080200126', PAGE_SHARED, '0xc000000080200106'],
      'PG18 pte': ['0x8000000000000106', '0xc000000080200106', '0xc000000000000106'],
    });
    expect(holding(all)).toEqual(HOLDS_PTE);
  });
});

/** p, the leaf, its PTEs: H_PAGE_THP_HUGE has become H_PAGE_4K_PFN. */
const LEAF_HASH_64K = ['0x8000000000000106', '0xc000000802002106', '0xc000000802002106'];
const SPLIT_HASH_64K = ['0xc000000802002106', '0xc000000802012106'];
const PTE_ONLY = {
  'PG1 pte': FAILS_RADIX_64K['PG1 pte'],
  'PG13 pte': FAILS_RADIX_64K['PG13 pte'],
  'PG13 pmd': [OLD, '0xc000000802002006', '0xc000000802002006', PAGE_SHARED, '0xc000000802002106'],
  'PG15-driver pte': FAILS_RADIX_64K['PG15-driver pte'],
  'PG15-driver pmd': [NONIDEMPOTENT, '0xc000000802002126', '0xc000000802002126', PAGE_SHARED, '0xc000000802002106'],
  'PG18 pte': FAILS_RADIX_64K['PG18 pte'],
};

/**
 * PG7, the candidate of 64K hash, is confirmed from the source (unconfirmed on hardware): the PTE of a naive split has H_PAGE_4K_PFN,
 * set_pte_filter_hash() leaves it (it clears _PAGE_HPTEFLAGS: HASHPTE, COMBO, BUSY), hash_page_mm() demotes the segment to 4K pages,
 * and __hash_page_4K() maps pte_pfn() << HW_PAGE_SHIFT for each of the 16: 4K of physical address 0x80200000 in the place of 64K of
 * 0x802000000. __real_pte() and __rpte_to_hidx() read the second half of the PTE table, and know nothing of it: with H_PAGE_COMBO clear
 * __hash_page_4K() begins with INVALID_RPTE_HIDX. So does __ioremap_caller() see it, and refuses: PG18, generic_access_phys() of a
 * leaf gives -ENOMEM.
 */
describe('hash with 64K pages', () => {
  it(
    'PMD leaves in base-PTE format map other memory',
    () => {
      const all = judged(PPC64_HASH_64K);
      expect(failing(all)).toEqual({
        ...PTE_ONLY,
        'PG4 pmd': [...LEAF_HASH_64K, '0xc000000000002106'],
        'PG7 pmd': [...LEAF_HASH_64K, ...SPLIT_HASH_64K],
        'PG7-any pmd': ['0xc000000802002106', ...SPLIT_HASH_64K],
        'PG16 pmd': [...LEAF_HASH_64K, PAGE_SHARED, '0xc000000802002106', '0xc000000802002106', '0xc000000802000106'],
        'PG18 pmd': [...LEAF_HASH_64K, '0xc000000000002106'],
      });
      expect(holding(all)).toEqual(
        named(
          'PG2 pte, PG3 pmd, PG5 pmd, PG6 pmd, PG6-again pmd, PG8 pmd, PG11 pmd, PG12 pmd, PG14 pte, PG14 pmd',
          'PG15 pte, PG15 pmd, PG17 pmd',
        ),
      );
    },
    PATIENCE,
  );
  it(
    'v4, as inferred, mends PG4, PG7, PG16 and PG18',
    () => {
      const laws = LAWS.filter(({ name }) => ['PG4', 'PG7', 'PG7-any', 'PG16', 'PG18'].includes(name));
      const after = judged(PPC64_HASH_64K, PPC64_HASH_64K.series['huge-remap-pfn-range@v4'], laws);
      expect(failing(after)).toEqual({ 'PG18 pte': PTE_64K });
      expect(holding(after)).toEqual(['PG4 pmd', 'PG7 pmd', 'PG7-any pmd', 'PG16 pmd', 'PG18 pmd']);
    },
    PATIENCE,
  );
});
