/**
 * The verdicts on riscv64 with the first case that fails, by the laws of the dossier (table 2.6). It has PG11 and PG13 as ok: of
 * PMDs that is so but for young; of PUDs, and of pfn_pud() on T-Head, it does not speak. The source (v7.1) bears out what stands here.
 */
import { describe, expect, it } from 'vitest';
import { pageChgMask, RISCV64_THEAD_BUILD } from '../../../../model/arch/riscv/bits.ts';
import { RISCV64, RISCV64_SVPBMT, RISCV64_THEAD } from '../../../../model/arch/riscv/architecture.ts';
import type { PgtablePatch } from '../../../../model/formats/pgtable.ts';
import { and, bits, clear, eq, has, or, shl } from '../../../../model/formats/u64.ts';
import { verdictsOf } from '../verdicts.ts';

const X86_ONLY = {
  'PG9 pmd': 'a leaf has the format of a PTE: nothing moves',
  'PG10 pmd': 'a leaf has the format of a PTE: nothing moves',
};

/** _PAGE_ACCESSED of the new protection is not masked: what was old is young after mprotect(). PAGE_NONE (0x22) is always old. */
const YOUNG = {
  'PG13-young pte': '720 of 1584: 0x80200 0x0000000000000022 -> 0x0000000000000057',
  'PG13-young pmd': '720 of 1584: 0x80200 0x0000000000000022 -> 0x0000000000000057',
  'PG13-young pud': '720 of 1584: 0x80000 0x0000000000000022 -> 0x0000000000000057',
};
/** pud_present() is _PAGE_PRESENT alone: a PUD of PROT_NONE (0x22), or one made invalid, is no leaf. */
const PUD = {
  'PG5 pud': '224 of 3360: 0x80000 0x0000000000000022',
  'PG11 pud': '3136 of 3360: 0x80000 0x0000000000000057',
  'PG13 pud': '360 of 1584: 0x80000 0x0000000000000057 -> 0x0000000000000022',
};

describe('the laws on riscv64 of v7.1', () => {
  it('plain', () => {
    const { fails, lacks } = verdictsOf(RISCV64);
    expect(fails).toEqual({ ...YOUNG, ...PUD });
    expect(lacks).toEqual(X86_ONLY);
  });

  it('Svpbmt: beside them, the memory type comes from vm_page_prot', () => {
    const { fails, lacks } = verdictsOf(RISCV64_SVPBMT);
    expect(fails).toEqual({
      'PG13-young pte': '8640 of 19008: 0x80200 0x0000000000000022 -> 0x0000000000000057',
      'PG13-young pmd': '8640 of 19008: 0x80200 0x0000000000000022 -> 0x0000000000000057',
      'PG13-young pud': '8640 of 19008: 0x80000 0x0000000000000022 -> 0x0000000000000057',
      'PG5 pud': '2688 of 40320: 0x80000 0x0000000000000022',
      'PG11 pud': '37632 of 40320: 0x80000 0x0000000000000057',
      'PG13 pud': '4320 of 19008: 0x80000 0x0000000000000057 -> 0x0000000000000022',
      'PG15-driver pte': '12672 of 19008: 0x80200 0x2000000000000057 -> 0x0000000000000057',
      'PG15-driver pmd': '12672 of 19008: 0x80200 0x2000000000000057 -> 0x0000000000000057',
      'PG15-driver pud': '12672 of 19008: 0x80000 0x2000000000000057 -> 0x0000000000000057',
    });
    expect(lacks).toEqual(X86_ONLY);
  });
});

/** Of T-Head: 0x3000000000000057 is NC. */
const THEAD_FAILS = {
  'PG1 pte': '11280 of 16920: 0x80200 0x3000000000000057',
  'PG4 pmd': '9120 of 13680: 0x80200 0x3000000000000057',
  'PG4 pud': '10080 of 10080: 0x80000 0x0000000000000057',
  'PG5 pud': '672 of 10080: 0x80000 0x0000000000000022',
  'PG7 pmd': '9120 of 13680: 0x80200 0x3000000000000057',
  'PG7 pud': '10080 of 10080: 0x80000 0x0000000000000057',
  'PG7-any pmd': '1080 of 1080: 0x80200 0x0000000000000057',
  'PG7-any pud': '1080 of 1080: 0x80000 0x0000000000000057',
  'PG8 pud': '3360 of 10080: 0x80000 0x0000000000000057',
  'PG11 pud': '9408 of 10080: 0x80000 0x0000000000000057',
  'PG13 pud': '1080 of 4752: 0x80000 0x0000000000000057 -> 0x0000000000000022',
  'PG13-young pte': '2160 of 4752: 0x80200 0x0000000000000022 -> 0x0000000000000057',
  'PG13-young pmd': '2160 of 4752: 0x80200 0x0000000000000022 -> 0x0000000000000057',
  'PG13-young pud': '2160 of 4752: 0x80000 0x0000000000000022 -> 0x0000000000000057',
  'PG15 pud': '1584 of 4752: 0x80000 0x0000000000000057 -> 0x0000000000000057',
  'PG15-driver pte': '3168 of 4752: 0x80200 0x3000000000000057 -> 0x0000000000000057',
  'PG15-driver pmd': '3168 of 4752: 0x80200 0x3000000000000057 -> 0x0000000000000057',
  'PG15-driver pud': '4752 of 4752: 0x80000 0x0000000000000057 -> 0x0000000000000057',
  'PG16 pmd': '3168 of 4752: 0x80200 0x3000000000000057 -> 0x0000000000000057',
  'PG16 pud': '3168 of 4752: 0x80000 0x3000000000000057 -> 0x0000000000000057',
  'PG18 pte': '11280 of 16920: 0x80200 0x3000000000000057',
  'PG18 pmd': '9120 of 13680: 0x80200 0x3000000000000057',
  'PG18 pud': '10080 of 10080: 0x80000 0x0000000000000057',
};

const { mtmask, pma } = RISCV64_THEAD_BUILD;
/** Each of the causes mended by itself, to see that there is no other. */
const MENDS: Readonly<Record<'xor' | 'pfn_pud' | 'pud_present' | 'young', PgtablePatch>> = {
  xor: {
    pte_pgprot: () => (e) => {
      const prot = clear(e, bits(10, 53));
      return eq(and(prot, mtmask), pma) ? clear(prot, mtmask) : prot;
    },
  },
  pfn_pud: { pfn_pud: () => (pfn, prot) => or(shl(pfn, 10), has(prot, mtmask) ? prot : or(prot, pma)) },
  pud_present: { pud_present: (_, t) => t.pmd_present },
  young: { pte_modify: (base) => (e, newprot) => base(e, clear(newprot, pageChgMask(RISCV64_THEAD_BUILD))) },
};
describe('the laws on riscv64 of T-Head, v7.1', () => {
  it('the xor of pte_pgprot() breaks NC and IO, which pfn_pte() does not mend; pfn_pud() leaves the type out', () => {
    const { fails, lacks, holds } = verdictsOf(RISCV64_THEAD);
    expect(fails).toEqual(THEAD_FAILS);
    expect(lacks).toEqual(X86_ONLY);
    expect(holds).toContain('PG8 pmd');
  });

  it('with pte_pgprot() mended PTEs and PMDs keep the contract', () => {
    const { fails } = verdictsOf(RISCV64_THEAD, 'v7.1', '', MENDS.xor);
    expect(Object.keys(fails).filter((name) => !name.startsWith('PG7-any'))).toEqual([
      'PG5 pud',
      'PG7 pud',
      'PG8 pud',
      'PG11 pud',
      'PG13 pud',
      'PG13-young pte',
      'PG13-young pmd',
      'PG13-young pud',
      'PG15 pud',
      'PG15-driver pte',
      'PG15-driver pmd',
      'PG15-driver pud',
    ]);
  });

  it('with all four mended only the type of a driver is lost, and no pgprot_t says "no attribute at all"', () => {
    const { fails } = verdictsOf(RISCV64_THEAD, 'v7.1', '', {
      ...MENDS.xor,
      ...MENDS.pfn_pud,
      ...MENDS.pud_present,
      ...MENDS.young,
    });
    expect(Object.keys(fails)).toEqual([
      'PG7-any pmd',
      'PG7-any pud',
      'PG15-driver pte',
      'PG15-driver pmd',
      'PG15-driver pud',
    ]);
  });

  it.each(['huge-remap-pfn-range@v1', 'huge-remap-pfn-range@v2', 'huge-remap-pfn-range@v3', 'huge-remap-pfn-range@v4'])(
    '%s changes none of it',
    (series) => {
      expect(verdictsOf(RISCV64_THEAD, 'v7.1', series).fails).toEqual(THEAD_FAILS);
    },
  );

  it('v6.18 is as v7.1, and so is v7.3', () => {
    expect(verdictsOf(RISCV64_THEAD, 'v6.18').fails).toEqual(THEAD_FAILS);
    expect(verdictsOf(RISCV64_THEAD, 'v7.3').fails).toEqual(THEAD_FAILS);
  });
});

describe('the laws on riscv64 of other releases', () => {
  it('v6.18 with Svpbmt has neither soft-dirty nor uffd-wp, and a quarter of the protections', () => {
    expect(verdictsOf(RISCV64_SVPBMT, 'v6.18').fails).toMatchObject({
      'PG11 pud': '9408 of 10080: 0x80000 0x0000000000000057',
      'PG15-driver pmd': '3168 of 4752: 0x80200 0x2000000000000057 -> 0x0000000000000057',
    });
  });
  it('v6.12 has no p??_pgprot() to ask, and no leaves of user space at PUD level', () => {
    const { fails, lacks } = verdictsOf(RISCV64_THEAD, 'v6.12');
    expect(fails).toEqual({
      'PG5 pud': THEAD_FAILS['PG5 pud'],
      'PG13-young pte': THEAD_FAILS['PG13-young pte'],
      'PG13-young pmd': THEAD_FAILS['PG13-young pmd'],
      'PG15-driver pte': THEAD_FAILS['PG15-driver pte'],
      'PG15-driver pmd': THEAD_FAILS['PG15-driver pmd'],
    });
    expect(lacks['PG1 pte']).toBe('in v6.12 it has none of its own, and the generic one gives 0');
    expect(lacks['PG8 pud']).toBe(
      'v6.12 has no leaves of user space at PUD level on riscv (HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD)',
    );
  });
});
