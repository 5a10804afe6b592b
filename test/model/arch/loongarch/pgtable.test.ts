import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../../checker/laws/cases.ts';
import { LOONGARCH64, LOONGARCH64_4K } from '../../../../model/arch/loongarch/architecture.ts';
import { bits, hex, hexOf, u64 } from '../../../../model/formats/u64.ts';
import { agreesWith, field, toBig, type Twin, withoutTwin } from '../big.ts';
import { pgtableOf, verdictsOf } from '../verdicts.ts';

const [V, D, HUGE, PRESENT, W, MODIFIED, PROTNONE, SPECIAL] = [1n, 2n, 64n, 128n, 256n, 512n, 1024n, 2048n];
const INVALID = 1n << 60n;
const CACHE = field(4, 5);
const SOFT_PRESENT = PRESENT | PROTNONE;

const modified = (e: bigint): bigint => ((e & D) === 0n ? e : e | MODIFIED);
const mkdirty = (e: bigint): bigint => e | MODIFIED | ((e & W) === 0n ? 0n : D);
const mkwrite = (e: bigint): bigint => e | W | ((e & MODIFIED) === 0n ? 0n : D);

/** What stays: in PTEs, and with HUGE in PMDs. */
const chg = (shift: number): bigint => MODIFIED | SPECIAL | field(shift, 47) | CACHE | field(2, 3);
const modify =
  (keep: bigint): Twin =>
  (e, prot) =>
    (modified(e) & keep) | (prot & ~keep);

const alike = (level: string): Record<string, Twin> =>
  Object.fromEntries(
    Object.entries({
      write: (e) => (e & W) !== 0n,
      dirty: (e) => (e & (D | MODIFIED)) !== 0n,
      young: (e) => (e & V) !== 0n,
      protnone: (e) => (e & PROTNONE) !== 0n,
      mkwrite,
      mkwrite_novma: mkwrite,
      wrprotect: (e) => modified(e) & ~(W | D),
      mkdirty,
      mkclean: (e) => e & ~(D | MODIFIED),
      mkyoung: (e) => e | V,
      mkold: (e) => e & ~V,
    } satisfies Record<string, Twin>).map(([name, twin]) => [`${level}_${name}`, twin]),
  );

const pmdPresent = (e: bigint): boolean =>
  (e & HUGE) === 0n ? e !== 0x9000000001800000n : (e & (SOFT_PRESENT | INVALID)) !== 0n;

const noncached = (prot: bigint): bigint => prot & ~CACHE;
const writecombine = (prot: bigint): bigint => (prot & ~CACHE) | (2n << 4n);

const twinsOf = (shift: number): Record<string, Twin> => ({
  ...alike('pte'),
  ...alike('pmd'),
  pfn_pte: (n, prot) => (n << BigInt(shift)) | prot,
  pfn_pmd: (n, prot) => (n << BigInt(shift)) | prot,
  pte_pfn: (e) => (e & field(shift, 47)) >> BigInt(shift),
  pmd_pfn: (e) => (e & field(shift, 47)) >> BigInt(shift),
  pte_present: (e) => (e & SOFT_PRESENT) !== 0n,
  pte_special: (e) => (e & SPECIAL) !== 0n,
  pte_mkspecial: (e) => e | SPECIAL,
  pte_none: (e) => (e & ~HUGE) === 0n,
  pte_huge: (e) => (e & HUGE) !== 0n,
  pmd_none: (e) => e === 0x9000000001800000n,
  pte_mkhuge: (e) => e | HUGE,
  arch_make_huge_pte: (e) => e | HUGE,
  pte_modify: modify(chg(shift)),
  pmd_modify: modify(chg(shift) | HUGE),
  pmd_mkhuge: (e) => (e & ~HUGE) | ((e & HUGE) << 6n) | HUGE,
  pmd_leaf: (e) => (e & HUGE) !== 0n,
  pmd_present: pmdPresent,
  pmd_trans_huge: (e) => (e & HUGE) !== 0n && pmdPresent(e),
  pmd_bad: (e) => (e & field(0, shift - 1)) !== 0n,
  pmd_mkinvalid: (e) => (e | INVALID) & ~(PRESENT | V | D | PROTNONE),
  pgprot_noncached: noncached,
  pgprot_writecombine: writecombine,
  pgprot_device: noncached,
  pgprot_writethrough: noncached,
  pgprot_modify: (old, next) => {
    let made = next;
    if (old === noncached(old)) made = noncached(made);
    if (old === writecombine(old)) made = writecombine(made);
    if (old === noncached(old)) made = noncached(made);
    return made;
  },
});

describe.each([
  ['16K', LOONGARCH64, 14],
  ['4K', LOONGARCH64_4K, 12],
] as const)('loongarch64 with pages of %s does what the kernel does', (_size, architecture, shift) => {
  const t = pgtableOf(architecture);
  const twins = twinsOf(shift);
  agreesWith(t, twins, [
    ...casesOf(architecture, t).prots.map(({ prot }) => prot),
    hex('0x9000000001800000'),
    hex('0x9000000001800040'),
  ]);
  it('has no function without a twin', () => {
    expect(withoutTwin(t, twins).filter((name) => !name.includes('swp_'))).toEqual([]);
  });
});

describe('GLOBAL and HUGE of loongarch64', () => {
  const kernel = u64(0x1d3);
  const n = u64(0x80200);
  it('are one bit: pmd_mkhuge() of what it has made says GLOBAL', () => {
    const t = pgtableOf(LOONGARCH64_4K);
    const leaf = t.pmd_mkhuge!(t.pfn_pmd!(n, u64(0x19d)));
    expect([leaf, t.pmd_mkhuge!(leaf)].map(hexOf)).toEqual(['0x00000000802001dd', '0x00000000802011dd']);
  });
  it('with 4K pages GLOBAL of a leaf is the lowest bit of what pmd_pfn() reads', () => {
    const [of4k, of16k] = [pgtableOf(LOONGARCH64_4K), pgtableOf(LOONGARCH64)];
    expect(hexOf(of4k.pmd_pfn!(of4k.pmd_mkhuge!(of4k.pfn_pmd!(n, kernel))))).toBe('0x0000000000080201');
    expect(hexOf(of16k.pmd_pfn!(of16k.pmd_mkhuge!(of16k.pfn_pmd!(n, kernel))))).toBe('0x0000000000080200');
  });
  it('pfn_pmd() of a kernel protection is a leaf by that bit, of one of user space a table', () => {
    const t = pgtableOf(LOONGARCH64);
    expect([t.pmd_leaf!(t.pfn_pmd!(n, kernel)), t.pmd_leaf!(t.pfn_pmd!(n, u64(0x19d)))]).toEqual([true, false]);
  });
});

describe('swap entries of loongarch64', () => {
  const t = pgtableOf(LOONGARCH64);
  it.each([
    [0, u64(0)],
    [31, u64(1)],
    [127, bits(0, 39)],
  ])('type %i', (type, offset) => {
    const pte = t.swp_pte!(type, offset);
    expect(toBig(pte)).toBe((BigInt(type) << 16n) | (toBig(offset) << 24n));
    const marked = t.pte_swp_mkexclusive!(pte);
    expect([t.pte_swp_exclusive!(pte), t.pte_swp_exclusive!(marked), t.pte_present!(marked)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([t.swp_type!(marked), hexOf(t.swp_offset!(marked))]).toEqual([type, hexOf(offset)]);
    expect(hexOf(t.pte_swp_clear_exclusive!(marked))).toBe(hexOf(pte));
  });
});

describe('swap entries of PMDs of loongarch64', () => {
  it('with pages of 4K a migrating huge page that was young is present: SWP_MIG_YOUNG is offset bit 36, PRESENT_INVALID', () => {
    const t = pgtableOf(LOONGARCH64_4K);
    const [old, young] = [hex('0x80200'), hex('0x1000080200')].map((offset) => t.swp_pmd!(30, offset));
    expect([old!, young!].map(hexOf)).toEqual(['0x00000802001e0040', '0x10000802001e0040']);
    expect([t.pmd_present!(old!), t.pmd_present!(young!), t.pmd_trans_huge!(young!)]).toEqual([false, true, true]);
    expect([t.pmd_swp_type!(young!), hexOf(t.pmd_swp_offset!(young!))]).toEqual([30, '0x0000001000080200']);
  });
  it('with pages of 16K young and dirty are offset bits 34 and 35, which nobody reads', () => {
    const t = pgtableOf(LOONGARCH64);
    expect(t.pmd_present!(t.swp_pmd!(30, hex('0xc00080200')))).toBe(false);
  });
});

/**
 * Dossier 2.5: the same aliasing as of PSE and PAT, pmd_mkhuge() moves GLOBAL, pfn_pmd() does not; no p?d_pgprot(). All so. PG13-young it
 * does not tell of: the accessed bit is the valid bit, which *_modify() takes from the new protection.
 */
describe('the laws on loongarch64', () => {
  const sixteen = {
    'PG5 pmd': '2700 of 3900: 0x80000 0x400000000000019d',
    'PG6 pmd': '3900 of 3900: 0x80000 0x400000000000019d',
    'PG6-again pmd': '2700 of 3900: 0x80000 0x400000000000019d',
    'PG13-young pte': '864 of 1620: 0x80200 0x400000000000019d -> 0x600000000000041c',
    'PG13-young pmd': '864 of 1620: 0x80000 0x400000000000019d -> 0x600000000000041c',
  };
  it('v7.1, pages of 16K', () => {
    const { fails, lacks, holds } = verdictsOf(LOONGARCH64);
    expect(fails).toEqual(sixteen);
    expect(Object.keys(lacks)).toEqual([
      'PG1 pte',
      'PG4 pmd',
      'PG7 pmd',
      'PG7-any pmd',
      'PG9 pmd',
      'PG10 pmd',
      'PG16 pmd',
      'PG17 pmd',
      'PG18 pte',
      'PG18 pmd',
    ]);
    expect(lacks['PG4 pmd']).toBe('it has none of its own, and the generic one gives 0');
    expect(holds).toContain('PG15-driver pmd');
  });
  it('v7.1, pages of 4K', () => {
    expect(verdictsOf(LOONGARCH64_4K).fails).toEqual({
      'PG5 pmd': '3240 of 4680: 0x80200 0x400000000000019d',
      'PG6 pmd': '4680 of 4680: 0x80200 0x400000000000019d',
      'PG6-again pmd': '3240 of 4680: 0x80200 0x400000000000019d',
      'PG13-young pte': '864 of 1620: 0x80200 0x400000000000019d -> 0x600000000000041c',
      'PG13-young pmd': '864 of 1620: 0x80200 0x400000000000019d -> 0x600000000000041c',
    });
  });
  it.each(['v6.12', 'v6.12.117', 'v6.18', 'v7.3'] as const)('%s: the same', (release) => {
    expect(verdictsOf(LOONGARCH64, release).fails).toEqual(sixteen);
  });
  it('with the valid bit kept PG13 holds', () => {
    const { fails } = verdictsOf(LOONGARCH64, 'v7.1', '', {
      pte_modify: (base, t) => (e, prot) =>
        t.pte_young(e) ? t.pte_mkyoung(base(e, prot)) : t.pte_mkold(base(e, prot)),
      pmd_modify: (base, t) => (e, prot) =>
        t.pmd_young(e) ? t.pmd_mkyoung(base(e, prot)) : t.pmd_mkold(base(e, prot)),
    });
    expect(Object.keys(fails)).toEqual(['PG5 pmd', 'PG6 pmd', 'PG6-again pmd']);
  });
  it('until v6.16 bit 59 is _PAGE_DEVMAP, which *_modify() keeps', () => {
    const e = hex('0x080000000000019d');
    const bit59 = (release: 'v6.12' | 'v6.18') => {
      const t = pgtableOf(LOONGARCH64, release);
      return [t.pte_modify!(e, u64(0x9d)), t.pmd_modify!(e, u64(0x9d))].map(hexOf);
    };
    expect(bit59('v6.12')).toEqual(['0x080000000000009d', '0x080000000000009d']);
    expect(bit59('v6.18')).toEqual(['0x000000000000009d', '0x000000000000009d']);
  });
});
