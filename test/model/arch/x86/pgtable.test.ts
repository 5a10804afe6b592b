/** The functions of x86 entries against a plain twin in BigInt, and against words that were computed by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { X86_64, X86_PAE } from '../../../../model/arch/x86/architecture.ts';
import { assemble, type FunctionName, type Pgtable } from '../../../../model/formats/pgtable.ts';
import { hex, hexOf, type U64, u64 } from '../../../../model/formats/u64.ts';
import { underTest } from '../../../../checker/laws/under_test.ts';

const v7_1 = assemble(X86_64.define) as Required<Pgtable>;
const v4 = underTest(X86_64, 'v7.1', ['huge-remap-pfn-range@v4']).t as Required<Pgtable>;

// The twin: arch/x86/include/asm/pgtable.h of v7.1, in BigInt.
const M64 = (1n << 64n) - 1n;
const bit = (n: number): bigint => 1n << BigInt(n);
const [P, RW, A, D, PSE, G] = [bit(0), bit(1), bit(5), bit(6), bit(7), bit(8)];
const SAVED = bit(58);
const range = (from: number, to: number): bigint => ((1n << BigInt(to + 1)) - 1n) & ~((1n << BigInt(from)) - 1n);
const MASKS = { pte: range(12, 51), pmd: range(21, 51), pud: range(30, 51) };
const inverts = (v: bigint): boolean => v !== 0n && (v & P) === 0n;
const pfnMask = (level: 'pte' | 'pmd' | 'pud', e: bigint): bigint =>
  level !== 'pte' && (e & PSE) !== 0n ? MASKS[level] : MASKS.pte;
const make = (level: 'pte' | 'pmd' | 'pud', pfn: bigint, prot: bigint): bigint =>
  (((pfn << 12n) ^ (inverts(prot) ? M64 : 0n)) & MASKS[level]) | prot;
const frame = (level: 'pte' | 'pmd' | 'pud', e: bigint): bigint =>
  ((e ^ (inverts(e) ? M64 : 0n)) & pfnMask(level, e)) >> 12n;
const saveDirty = (v: bigint): bigint => ((v & RW) === 0n && (v & D) !== 0n ? (v & ~D) | SAVED : v);
const restoreDirty = (v: bigint): bigint => ((v & RW) !== 0n && (v & SAVED) !== 0n ? (v & ~SAVED) | D : v);
const COMMON = MASKS.pte | bit(3) | bit(4) | bit(9) | A | D | SAVED | bit(11) | bit(10);
const CHG = { pte: COMMON | bit(7), pmd: (COMMON | PSE | bit(12)) & ~D, pud: COMMON | PSE | bit(12) };
const modify = (level: 'pte' | 'pmd' | 'pud', old: bigint, newprot: bigint): bigint => {
  const chg = CHG[level];
  const v = (old & chg) | (newprot & ~chg & M64);
  const flipped = inverts(old) === inverts(v) ? v : v ^ MASKS[level];
  return (old & RW) !== 0n ? saveDirty(flipped) : restoreDirty(flipped);
};
const clrFlags = (level: 'pte' | 'pmd' | 'pud', e: bigint): bigint => e & ~pfnMask(level, e) & M64;

const big = fc.bigInt({ min: 0n, max: M64 });
const pfns = fc.bigInt({ min: 0n, max: (1n << 40n) - 1n });
const from = (value: bigint): U64 => hex(`0x${value.toString(16)}`);
const text = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`;

describe.each(['pte', 'pmd', 'pud'] as const)('%s against BigInt', (level) => {
  it('pfn_L, L_pfn, L_pgprot', () => {
    fc.assert(
      fc.property(pfns, big, (pfn, prot) => {
        const made = make(level, pfn, prot);
        expect(hexOf(v7_1[`pfn_${level}`](from(pfn), from(prot)))).toBe(text(made));
        expect(hexOf(v7_1[`${level}_pfn`](from(made)))).toBe(text(frame(level, made)));
        expect(hexOf(v7_1[`${level}_pgprot`](from(made)))).toBe(text(clrFlags(level, made)));
      }),
    );
  });
  it('L_modify', () => {
    fc.assert(
      fc.property(big, big, (old, newprot) => {
        expect(hexOf(v7_1[`${level}_modify`](from(old), from(newprot)))).toBe(text(modify(level, old, newprot)));
      }),
    );
  });
  it.each([
    ['mkyoung', (v: bigint) => v | A],
    ['mkold', (v: bigint) => v & ~A],
    ['mkdirty', (v: bigint) => saveDirty(v | D | bit(11))],
    ['mkclean', (v: bigint) => v & ~(D | SAVED)],
    ['wrprotect', (v: bigint) => saveDirty(v & ~RW)],
    ['mkwrite', (v: bigint) => restoreDirty(v | RW)],
    ['mkspecial', (v: bigint) => v | bit(9)],
    ['mksoft_dirty', (v: bigint) => v | bit(11)],
    ['clear_soft_dirty', (v: bigint) => v & ~bit(11)],
    ['mkhuge', (v: bigint) => v | PSE],
  ] as const)('L_%s', (name, twin) => {
    const change = v7_1[`${level}_${name}`];
    fc.assert(
      fc.property(big, (v) => {
        expect(hexOf(change(from(v)))).toBe(text(twin(v)));
      }),
    );
  });
  it.each([
    ['write', (v: bigint) => (v & RW) !== 0n],
    ['dirty', (v: bigint) => (v & (D | SAVED)) !== 0n],
    ['young', (v: bigint) => (v & A) !== 0n],
    ['special', (v: bigint) => (v & bit(9)) !== 0n],
    ['soft_dirty', (v: bigint) => (v & bit(11)) !== 0n],
    ['present', (v: bigint) => (v & { pte: P | G, pmd: P | G | PSE, pud: P }[level]) !== 0n],
  ] as const)('L_%s', (name, twin) => {
    const ask = v7_1[`${level}_${name}`];
    fc.assert(
      fc.property(big, (v) => {
        expect(ask(from(v))).toBe(twin(v));
      }),
    );
  });
});

describe.each(['pmd', 'pud'] as const)('%s against BigInt', (level) => {
  it('L_mkinvalid, L_leaf', () => {
    fc.assert(
      fc.property(big, (v) => {
        const gone = make(level, frame(level, v), clrFlags(level, v) & ~(P | G));
        expect(hexOf(v7_1[`${level}_mkinvalid`](from(v)))).toBe(text(gone));
        expect(v7_1[`${level}_leaf`](from(v))).toBe((v & PSE) !== 0n);
      }),
    );
  });
});

describe('conversions and swap entries against BigInt', () => {
  const rest = M64 & ~(bit(7) | bit(12));
  it('pgprot_4k_2_large, pgprot_large_2_4k, pgprot_modify', () => {
    fc.assert(
      fc.property(big, big, (v, w) => {
        expect(hexOf(v7_1.pgprot_4k_2_large(from(v)))).toBe(text((v & rest) | ((v & bit(7)) << 5n)));
        expect(hexOf(v7_1.pgprot_large_2_4k(from(v)))).toBe(text((v & rest) | ((v & bit(12)) >> 5n)));
        expect(hexOf(v7_1.pgprot_modify(from(v), from(w)))).toBe(text((v & CHG.pte) | (w & ~CHG.pte & M64)));
      }),
    );
  });
  it('swp_pte, swp_type, swp_offset', () => {
    const offsets = fc.bigInt({ min: 0n, max: (1n << 50n) - 1n });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 }), offsets, (type, offset) => {
        const made = ((((~offset & M64) << 14n) & M64) >> 5n) | (BigInt(type) << 59n);
        const e = v7_1.swp_pte(type, from(offset));
        expect(hexOf(e)).toBe(text(made));
        expect([v7_1.swp_type(e), hexOf(v7_1.swp_offset(e))]).toEqual([type, text(offset)]);
      }),
    );
  });
  it('swp_pte, swp_type, swp_offset of PAE, by way of a swp_entry_t of 32 bits', () => {
    const pae = assemble(X86_PAE.define) as Required<Pgtable>;
    const M32 = (1n << 32n) - 1n;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 }), big, big, (type, offset, any) => {
        const val = (BigInt(type) | (offset << 5n)) & M32;
        const made = ((((~(val >> 5n) & M64) << 14n) & M64) >> 5n) | ((val & 31n) << 59n);
        expect(hexOf(pae.swp_pte(type, from(offset)))).toBe(text(made));
        const read = ((any >> 59n) | ((((((~any & M64) << 5n) & M64) >> 14n) & M32) << 5n)) & M32;
        expect([pae.swp_type(from(any)), hexOf(pae.swp_offset(from(any)))]).toEqual([
          Number(read & 31n),
          text(read >> 5n),
        ]);
      }),
    );
  });
});

/**
 * Of frame 0x80200, a leaf special: base protection, PTE, PMD of v7.1, PMD of the contract, its pmd_pgprot(), PTE 0 of a split that takes
 * pmd_pgprot() of v7.1 of it, PTE 0 of a split by the contract. Computed by hand from the kernel's sources.
 */
const VECTORS = `
WB rw   0x8000000000000027 0x8000000080200027 0x80000000802002a7 0x80000000802002a7 0x8000000000000227 0x80000000802002a7 0x8000000080200227
WC rw   0x800000000000002f 0x800000008020002f 0x80000000802002af 0x80000000802002af 0x800000000000022f 0x80000000802002af 0x800000008020022f
UC- rw  0x8000000000000037 0x8000000080200037 0x80000000802002b7 0x80000000802002b7 0x8000000000000237 0x80000000802002b7 0x8000000080200237
UC rw   0x800000000000003f 0x800000008020003f 0x80000000802002bf 0x80000000802002bf 0x800000000000023f 0x80000000802002bf 0x800000008020023f
WP rw   0x80000000000000af 0x80000000802000af 0x80000000802002af 0x80000000802012af 0x80000000000002af 0x80000000802012af 0x80000000802002af
WT rw   0x80000000000000bf 0x80000000802000bf 0x80000000802002bf 0x80000000802012bf 0x80000000000002bf 0x80000000802012bf 0x80000000802002bf
WB ro   0x8000000000000025 0x8000000080200025 0x80000000802002a5 0x80000000802002a5 0x8000000000000225 0x80000000802002a5 0x8000000080200225
NONE    0x0000000000000120 0x000fffff7fdff120 0x000fffff7fc003a0 0x000fffff7fc003a0 0x0000000000000320 0x000fffff7fdff3a0 0x000fffff7fdff320`
  .trim()
  .split('\n')
  .map((line) => [line.slice(0, 8).trim(), ...line.slice(8).split(' ')] as const);

describe('words computed by hand', () => {
  it.each(VECTORS)('%s', (_name, ...words) => {
    const [p = '', ...expected] = words;
    const n = u64(0x80200);
    const leaf = (t: Required<Pgtable>): U64 => t.pmd_mkspecial(t.pmd_mkhuge(t.pfn_pmd(n, hex(p))));
    const contract = leaf(v4);
    const computed = [
      v7_1.pfn_pte(n, hex(p)),
      leaf(v7_1),
      contract,
      v4.pmd_pgprot(contract),
      v7_1.pfn_pte(n, v7_1.pmd_pgprot(contract)),
      v4.pfn_pte(n, v4.pmd_pgprot(contract)),
    ];
    expect(computed.map(hexOf)).toEqual(expected);
  });
});

/** The functions that are not those of v7.1, told by a few entries. */
const names = (release: 'v7.3' | 'v6.18' | 'v6.12' | 'v6.12.117'): readonly string[] => {
  const { t } = underTest(X86_64, release);
  return (Object.keys(v7_1) as FunctionName[]).filter((name) => {
    const [one, other] = [t[name], v7_1[name]] as ((...words: readonly U64[]) => unknown)[];
    const words = ['0x8000000080200ae7', '0x0200000080200ae7', '0x80000000000000e5', '0x0'].map(hex);
    return words.some((a) => words.some((b) => JSON.stringify(one!(a, b)) !== JSON.stringify(other!(a, b))));
  });
};

describe('releases', () => {
  it.each([
    ['v7.3', ['pmd_modify']],
    ['v6.18', []],
    [
      'v6.12.117',
      [
        'pgprot_writecombine',
        'pte_modify',
        'pmd_trans_huge',
        'pmd_modify',
        'pud_trans_huge',
        'pud_modify',
        'pgprot_modify',
      ],
    ],
    [
      'v6.12',
      [
        'pgprot_writecombine',
        'pte_modify',
        'pmd_trans_huge',
        'pmd_modify',
        'pud_trans_huge',
        'pud_modify',
        'pgprot_modify',
      ],
    ],
  ] as const)('%s differs in these functions', (release, functions) => {
    expect(names(release).toSorted()).toEqual([...functions].toSorted());
  });
});
