import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../../checker/laws/cases.ts';
import { RISCV64, RISCV64_SVPBMT, RISCV64_THEAD } from '../../../../model/arch/riscv/architecture.ts';
import { bit, bits, hex, hexOf, or, shl, u64 } from '../../../../model/formats/u64.ts';
import { agreesWith, field, toBig, type Twin, withoutTwin, WORD } from '../big.ts';
import { pgtableOf } from '../verdicts.ts';

const V = 1n;
const R = 2n;
const [W, X, U, G, A, D, SPECIAL] = [4n, 8n, 16n, 32n, 64n, 128n, 256n];
const LEAF = R | W | X;
const PFN = field(10, 53);

/** What differs: mask of the types, NC, IO, PMA; soft-dirty, uffd-wp; Svnapot. */
interface Kind {
  readonly mt: bigint;
  readonly nc: bigint;
  readonly io: bigint;
  readonly pma: bigint;
  readonly soft: bigint;
  readonly uffd: bigint;
  readonly napot: boolean;
}
const PLAIN: Kind = { mt: 0n, nc: 0n, io: 0n, pma: 0n, soft: 0n, uffd: 0n, napot: false };
const SVPBMT: Kind = {
  mt: field(61, 62),
  nc: 1n << 61n,
  io: 1n << 62n,
  pma: 0n,
  soft: 1n << 59n,
  uffd: 1n << 60n,
  napot: true,
};
const THEAD: Kind = { ...PLAIN, mt: field(59, 63), nc: 0b00110n << 59n, io: 0b10010n << 59n, pma: 0b01110n << 59n };

const pteTwins = ({ mt, pma, soft, uffd, napot }: Kind): Record<string, Twin> => {
  const typed = (prot: bigint): bigint => ((prot & mt) === 0n ? prot | pma : prot);
  const pfn = (e: bigint): bigint => {
    const n = (e & PFN) >> 10n;
    return napot && e >> 63n === 1n && n !== 0n ? n & (n - 1n) : n;
  };
  return {
    pfn_pte: (n, prot) => (n << 10n) | typed(prot),
    pte_pfn: pfn,
    pte_pgprot: (e) => ((pfn(e) << 10n) | pma) ^ e,
    pte_present: (e) => (e & (V | G)) !== 0n,
    pte_modify: (e, prot) => (e & WORD & ~(V | R | W | X | U | G | mt)) | typed(prot),
    pte_write: (e) => (e & W) !== 0n,
    pte_dirty: (e) => (e & D) !== 0n,
    pte_young: (e) => (e & A) !== 0n,
    pte_special: (e) => (e & SPECIAL) !== 0n,
    pte_protnone: (e) => (e & (V | G)) === G,
    pte_mkspecial: (e) => e | SPECIAL,
    pte_none: (e) => e === 0n,
    pte_huge: (e) => (e & (V | G)) !== 0n && (e & LEAF) !== 0n,
    pte_mkwrite: (e) => e | W,
    pte_mkwrite_novma: (e) => e | W,
    pte_wrprotect: (e) => (e & ~W) | R,
    pte_mkdirty: (e) => e | D | soft,
    pte_mkclean: (e) => e & ~D,
    pte_mkyoung: (e) => e | A,
    pte_mkold: (e) => e & ~A,
    pte_mkhuge: (e) => e,
    ...(soft === 0n
      ? {}
      : {
          pte_soft_dirty: (e) => (e & soft) !== 0n,
          pte_mksoft_dirty: (e) => e | soft,
          pte_clear_soft_dirty: (e) => e & ~soft,
          pte_uffd_wp: (e) => (e & uffd) !== 0n,
          pte_mkuffd_wp: (e) => ((e | uffd) & ~W) | R,
          pte_clear_uffd_wp: (e) => e & ~uffd,
        }),
  };
};

/** Of a PMD and of a PUD what they share with a PTE. */
const alike = (pte: Record<string, Twin>, level: string, not: readonly string[]): Record<string, Twin> =>
  Object.fromEntries(
    Object.entries(pte)
      .filter(([name]) => !['pfn_pte', 'pte_pfn', 'pte_present', 'pte_huge', ...not].includes(name))
      .map(([name, twin]) => [name.replace('pte_', `${level}_`), twin]),
  );

const pmdPresent = (e: bigint): boolean => (e & (V | G | LEAF)) !== 0n;
const pmdLeaf = (e: bigint): boolean => pmdPresent(e) && (e & LEAF) !== 0n;
const pudLeaf = (e: bigint): boolean => (e & V) !== 0n && (e & LEAF) !== 0n;

const twinsOf = (kind: Kind): Record<string, Twin> => {
  const pte = pteTwins(kind);
  const type = (value: bigint) => (prot: bigint) => (prot & ~kind.mt) | value;
  return {
    ...pte,
    ...alike(pte, 'pmd', []),
    pfn_pmd: pte['pfn_pte']!,
    pmd_pfn: (e) => ((e & PFN) >> 10n) & ~0x1ffn,
    pmd_present: pmdPresent,
    pmd_leaf: pmdLeaf,
    pmd_trans_huge: pmdLeaf,
    pmd_bad: (e) => !pmdPresent(e) || (e & LEAF) !== 0n,
    pmd_mkinvalid: (e) => e & ~(V | G),
    ...alike(pte, 'pud', [
      'pte_mkwrite_novma',
      'pte_protnone',
      'pte_soft_dirty',
      'pte_mksoft_dirty',
      'pte_clear_soft_dirty',
      'pte_uffd_wp',
      'pte_mkuffd_wp',
      'pte_clear_uffd_wp',
    ]),
    pfn_pud: (n, prot) => (n << 10n) | prot,
    pud_pfn: (e) => ((e & PFN) >> 10n) & ~0x3ffffn,
    pud_present: (e) => (e & V) !== 0n,
    pud_leaf: pudLeaf,
    pud_trans_huge: pudLeaf,
    pud_bad: (e) => (e & V) === 0n || (e & LEAF) !== 0n,
    pud_mkinvalid: (e) => e & ~(V | G),
    pgprot_noncached: type(kind.io),
    pgprot_writecombine: type(kind.nc),
    pgprot_device: type(kind.io),
    pgprot_writethrough: type(kind.io),
    pgprot_modify: (old, next) => {
      let made = next;
      if (old === type(kind.io)(old)) made = type(kind.io)(made);
      if (old === type(kind.nc)(old)) made = type(kind.nc)(made);
      if (old === type(kind.io)(old)) made = type(kind.io)(made);
      return made;
    },
  };
};

const NOT_TWINNED = /swp_|arch_make_huge_pte/;

describe.each([
  ['riscv64', RISCV64, PLAIN],
  ['riscv64_svpbmt', RISCV64_SVPBMT, SVPBMT],
  ['riscv64_thead', RISCV64_THEAD, THEAD],
] as const)('%s does what the kernel does', (_name, architecture, kind) => {
  const t = pgtableOf(architecture);
  const twins = twinsOf(kind);
  agreesWith(
    t,
    twins,
    casesOf(architecture, t).prots.map(({ prot }) => prot),
  );
  it('has no function without a twin', () => {
    expect(withoutTwin(t, twins).filter((name) => !NOT_TWINNED.test(name))).toEqual([]);
  });
});

describe('the vectors of riscv64', () => {
  const n = u64(0x80200);
  it('a leaf is a PTE', () => {
    const t = pgtableOf(RISCV64);
    const p = u64(0xd7);
    expect(hexOf(t.pfn_pte!(n, p))).toBe('0x00000000200800d7');
    expect(hexOf(t.pmd_mkhuge!(t.pfn_pmd!(n, p)))).toBe('0x00000000200800d7');
    const none = t.pfn_pmd!(n, u64(0x22));
    expect([t.pmd_leaf!(none), t.pmd_trans_huge!(none), t.pmd_present!(none), t.pmd_protnone!(none)]).toEqual(
      Array(4).fill(true),
    );
  });

  // dossier B42: pte_pgprot() takes the PMA bits of pfn_pte(pfn, 0) off, where they were not. pfn_pte() mends a type of 0 only.
  it.each([
    ['PMA', '0x0000000000000057', '0x7000000020080057', '0x0000000000000057', '0x7000000020080057'],
    ['NC', '0x3000000000000057', '0x3000000020080057', '0x4000000000000057', '0x4000000020080057'],
    ['IO', '0x9000000000000057', '0x9000000020080057', '0xe000000000000057', '0xe000000020080057'],
  ])('T-Head %s: p, pfn_pmd(), pmd_pgprot(), and the PTE of a split', (_mode, p, leaf, back, split) => {
    const t = pgtableOf(RISCV64_THEAD);
    const pmd = t.pfn_pmd!(n, hex(p));
    expect([pmd, t.pmd_pgprot!(pmd), t.pfn_pte!(n, t.pmd_pgprot!(pmd))].map(hexOf)).toEqual([leaf, back, split]);
    expect(hexOf(t.pte_pgprot!(t.pfn_pte!(n, hex(p))))).toBe(back);
  });

  it('T-Head: pfn_pud() leaves out the type that its likes put in', () => {
    const t = pgtableOf(RISCV64_THEAD);
    const pud = t.pfn_pud!(u64(0x80000), u64(0x57));
    expect([pud, t.pud_pgprot!(pud), t.pud_modify!(pud, u64(0x57))].map(hexOf)).toEqual([
      '0x0000000020000057',
      '0x7000000000000057',
      '0x7000000020000057',
    ]);
  });

  it('Svnapot: the size in the frame number is not read as one, but pte_pgprot() gives it back', () => {
    const t = pgtableOf(RISCV64_SVPBMT);
    const pte = t.arch_make_huge_pte!(t.pfn_pte!(n, u64(0x57)), 16);
    expect([pte, t.pte_pfn!(pte), t.pte_pgprot!(pte)].map(hexOf)).toEqual([
      '0x8000000020082057',
      '0x0000000000080200',
      '0x8000000000002057',
    ]);
    expect(hexOf(t.arch_make_huge_pte!(t.pfn_pte!(n, u64(0x57)), 21))).toBe('0x0000000020080057');
  });

  it('a PUD of PROT_NONE is no leaf, and bad', () => {
    const t = pgtableOf(RISCV64);
    const pud = t.pud_modify!(t.pfn_pud!(u64(0x80000), u64(0x57)), u64(0x22));
    expect(hexOf(pud)).toBe('0x0000000020000062');
    expect([t.pud_present!(pud), t.pud_leaf!(pud), t.pud_trans_huge!(pud), t.pud_bad!(pud)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('swap entries of riscv64', () => {
  const t = pgtableOf(RISCV64_SVPBMT);
  it.each([
    [0, u64(0)],
    [31, u64(1)],
    [9, bits(0, 51)],
    [1, bit(51)],
  ])('type %i', (type, offset) => {
    const pte = t.swp_pte!(type, offset);
    expect(toBig(pte)).toBe((BigInt(type) << 7n) | (toBig(offset) << 12n));
    const marked = t.pte_swp_mkuffd_wp!(t.pte_swp_mksoft_dirty!(t.pte_swp_mkexclusive!(pte)));
    expect(hexOf(marked)).toBe(hexOf(or(pte, u64(0x58))));
    expect([t.swp_type!(marked), hexOf(t.swp_offset!(marked)), t.pte_present!(marked)]).toEqual([
      type,
      hexOf(offset),
      false,
    ]);
    expect([t.pte_swp_uffd_wp!(marked), t.pte_swp_soft_dirty!(marked), t.pte_swp_exclusive!(marked)]).toEqual([
      true,
      true,
      true,
    ]);
    const cleared = t.pte_swp_clear_uffd_wp!(t.pte_swp_clear_soft_dirty!(t.pte_swp_clear_exclusive!(marked)));
    expect(hexOf(cleared)).toBe(hexOf(pte));
  });
  it('has no bits for soft-dirty and uffd-wp without Svrsw60t59b, nor before v7.1', () => {
    expect(pgtableOf(RISCV64_THEAD).pte_swp_uffd_wp).toBeUndefined();
    expect(pgtableOf(RISCV64_SVPBMT, 'v6.18').pte_swp_uffd_wp).toBeUndefined();
    expect(hexOf(shl(u64(1), 6))).toBe(hexOf(pgtableOf(RISCV64).pte_swp_mkexclusive!(u64(0))));
  });
});

describe('swap entries of PMDs of riscv64', () => {
  const t = pgtableOf(RISCV64_SVPBMT);
  const migration = t.swp_pmd!(30, u64(0x80200));
  it('are those of PTEs', () => {
    expect(hexOf(migration)).toBe(hexOf(t.swp_pte!(30, u64(0x80200))));
    expect([t.pmd_swp_type!(migration), hexOf(t.pmd_swp_offset!(migration))]).toEqual([30, '0x0000000000080200']);
    expect([t.pmd_present!(migration), t.pmd_trans_huge!(migration)]).toEqual([false, false]);
  });
  it('one that is soft-dirty has the bit of _PAGE_EXEC, and is present by that; one with uffd-wp is not', () => {
    const dirty = t.pmd_swp_mksoft_dirty!(migration);
    expect([t.pmd_present!(dirty), t.pmd_trans_huge!(dirty), t.pte_present!(dirty)]).toEqual([true, true, false]);
    expect(t.pmd_present!(t.pmd_swp_mkuffd_wp!(migration))).toBe(false);
  });
});

describe('riscv64 before v7.1', () => {
  it('wrprotect() leaves a page that can only be executed as it is until v6.18, and makes it readable since', () => {
    const exec = u64(0x59);
    expect(hexOf(pgtableOf(RISCV64).pte_wrprotect!(exec))).toBe('0x000000000000005b');
    expect(hexOf(pgtableOf(RISCV64, 'v6.18').pmd_wrprotect!(exec))).toBe('0x0000000000000059');
  });
  it('v6.12 has no p??_pgprot(), and calls a PUD leaf not bad', () => {
    const t = pgtableOf(RISCV64, 'v6.12');
    expect([t.pte_pgprot, t.pmd_pgprot, t.pud_pgprot, t.pmd_special, t.pud_mkhuge]).toEqual(Array(5).fill(undefined));
    expect([t.pud_bad!(u64(0x57)), t.pud_bad!(u64(0x22))]).toEqual([false, true]);
  });
});
