import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PPC64_HASH_4K,
  PPC64_HASH_64K,
  PPC64_RADIX_4K,
  PPC64_RADIX_64K,
} from '../../../../model/arch/powerpc/architecture.ts';
import type { Architecture } from '../../../../model/formats/architecture.ts';
import { assemble, type Functions, type Pgtable } from '../../../../model/formats/pgtable.ts';
import { hex, hexOf, type U64, u64 } from '../../../../model/formats/u64.ts';
import { twinOf } from './twin.ts';

const from = (value: bigint): U64 => hex(`0x${value.toString(16)}`);
const toBig = (word: U64): bigint => BigInt(hexOf(word));

const of = ({ define }: Architecture): Functions => assemble(define) as Functions;
const KERNELS = [
  ['radix', '4K', PPC64_RADIX_4K],
  ['radix', '64K', PPC64_RADIX_64K],
  ['hash', '4K', PPC64_HASH_4K],
  ['hash', '64K', PPC64_HASH_64K],
] as const;

const hasPmdLeaves = (architecture: Architecture): boolean => architecture !== PPC64_HASH_4K;

const WORD = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  // Bits that are asked for together come together.
  fc
    .tuple(fc.constantFrom(0n, 2n, 3n, 4n, 6n, 7n), fc.bigInt({ min: 0n, max: (1n << 53n) - 1n }))
    .map(([top, low]) => (top << 61n) | low),
);

/** What comes of each function, by its name. */
const mapped = <T>(functions: Readonly<Record<string, T>>, what: (name: string, one: T) => unknown) =>
  Object.fromEntries(Object.entries(functions).map(([name, one]) => [name, what(name, one)]));

const BITS = [0n, ...Array.from({ length: 64 }, (_, n) => 1n << BigInt(n))];

describe.each(KERNELS)('%s with pages of %s against its twin', (mmu, pages, architecture) => {
  const t = of(architecture) as unknown as Record<string, (...words: readonly unknown[]) => unknown>;
  const { asks, changes, makes } = twinOf(mmu, pages);
  const top = (1n << BigInt(architecture.topPfnBit + 1)) - 1n;

  it('has the same functions, besides those of swap entries', () => {
    const swap = ['swp_pte', 'swp_type', ...(hasPmdLeaves(architecture) ? ['swp_pmd', 'pmd_swp_type'] : [])];
    const names = [asks, changes, makes].flatMap((some) => Object.keys(some));
    expect(Object.keys(t).toSorted()).toEqual([...names, ...swap].toSorted());
  });
  it('answers and changes alike, of every word', () => {
    fc.assert(
      fc.property(WORD, (e) => {
        const word = from(e);
        expect(mapped(asks, (name) => t[name]!(word))).toEqual(mapped(asks, (_, twin) => twin(e)));
        expect(mapped(changes, (name) => toBig(t[name]!(word) as U64))).toEqual(mapped(changes, (_, twin) => twin(e)));
      }),
      { numRuns: 300, examples: BITS.map((e) => [e]) },
    );
  });
  it('makes alike, of every frame and protection', () => {
    const pfns = fc.bigInt({ min: 0n, max: top });
    fc.assert(
      fc.property(pfns, WORD, WORD, (pfn, e, prot) => {
        const first = (name: string): bigint => (name.startsWith('pfn_') ? pfn : e);
        expect(mapped(makes, (name) => toBig(t[name]!(from(first(name)), from(prot)) as U64))).toEqual(
          mapped(makes, (name, twin) => twin(first(name), prot)),
        );
      }),
    );
  });
});

describe.each(KERNELS)('swap entries of %s with pages of %s', (_mmu, pages, architecture) => {
  const t = of(architecture);
  const shift = pages === '4K' ? 12n : 16n;
  it('give type and offset back, whatever flags are on top, and are not present', () => {
    const offsets = fc.bigInt({ min: 0n, max: (1n << (53n - shift)) - 1n });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 }), offsets, fc.boolean(), fc.boolean(), (type, offset, own, dirty) => {
        const bare = t.swp_pte(type, from(offset));
        expect(toBig(bare)).toBe((1n << 62n) | (offset << shift) | BigInt(type));
        const mine = own ? t.pte_swp_mkexclusive(bare) : bare;
        const e = dirty ? t.pte_swp_mksoft_dirty(mine) : mine;
        expect([t.swp_type(e), toBig(t.swp_offset(e))]).toEqual([type, offset]);
        expect([t.pte_swp_exclusive(e), t.pte_swp_soft_dirty(e)]).toEqual([own, dirty]);
        expect([t.pte_present(e), t.pmd_present(e), t.pmd_trans_huge(e)]).toEqual([false, false, false]);
        // pmd_leaf() looks at _PAGE_PTE alone.
        expect(t.pmd_leaf(e)).toBe(true);
      }),
    );
  });
  it('of a PMD are those of a PTE, where there are leaves to migrate', () => {
    const { swp_pmd, pmd_swp_type } = assemble(architecture.define);
    const e = t.swp_pte(26, PFN);
    const expected = hasPmdLeaves(architecture) ? [e, 26] : [undefined, undefined];
    expect([swp_pmd?.(26, PFN), pmd_swp_type?.(e)]).toEqual(expected);
  });
});

/** P, A, dirty, readable and writable, of user space; frame 0x80200 of 64K. */
const P = hex('0x8000000000000186');
const PFN = u64(0x80200);

describe('vectors', () => {
  it('radix, 64K pages: a PTE and a PMD are the same bits, and pgprot has _PAGE_PTE more than p', () => {
    const t = of(PPC64_RADIX_64K);
    expect(hexOf(t.pfn_pte(PFN, P))).toBe('0xc000000802000186');
    expect(hexOf(t.pmd_mkhuge(t.pfn_pmd(PFN, P)))).toBe('0xc000000802000186');
    expect(hexOf(t.pte_pgprot(t.pfn_pte(PFN, P)))).toBe('0xc000000000000186');
    expect(hexOf(t.pmd_pgprot(t.pfn_pmd(PFN, P)))).toBe('0xc000000000000186');
  });
  it('hash, 64K pages: a PMD has H_PAGE_THP_HUGE more', () => {
    const t = of(PPC64_HASH_64K);
    expect(hexOf(t.pfn_pte(PFN, P))).toBe('0xc000000802000186');
    expect(hexOf(t.pmd_mkspecial(t.pmd_mkhuge(t.pfn_pmd(PFN, P))))).toBe('0xc000000802002586');
    expect(hexOf(t.pmd_pgprot(t.pfn_pmd(PFN, P)))).toBe('0xc000000000002186');
  });
  it('4K pages: radix has leaves of 2M, and hash has none', () => {
    expect(hexOf(of(PPC64_RADIX_4K).pfn_pmd(PFN, P))).toBe('0xc000000080200186');
    const hash = assemble(PPC64_HASH_4K.define);
    expect([hash.pfn_pmd, hash.pfn_pud]).toEqual([undefined, undefined]);
    expect(PPC64_HASH_4K.lacks['pfn_pmd']).toContain('hash__pmd_mkhuge()');
  });
});

describe('hash with 64K pages', () => {
  const t = of(PPC64_HASH_64K);
  it('pte_modify() drops H_PAGE_4K_PFN: mprotect() of what remap_4k_pfn() mapped (drivers/char/bsr.c) maps 64K elsewhere', () => {
    const bsr = t.pfn_pte(PFN, hex('0x8000000000002126'));
    expect(hexOf(bsr)).toBe('0xc000000802002126');
    expect(hexOf(t.pte_modify(bsr, t.pgprot_modify(hex('0x8000000000000126'), hex('0x8000000000000104'))))).toBe(
      '0xc000000802000124',
    );
  });
  it('pmd_modify() keeps it, where it is H_PAGE_THP_HUGE', () => {
    expect(hexOf(t.pmd_modify(t.pfn_pmd(PFN, P), hex('0x8000000000000104')))).toBe('0xc000000802002184');
  });
});

const as = (architecture: Architecture, release: 'v6.12' | 'v6.12.117' | 'v6.18'): Pgtable =>
  assemble(
    architecture.define,
    architecture.releases[release]!.map(({ patch }) => patch),
  );

describe('other releases', () => {
  const special = hex('0xc000000802000d86');
  it.each(['v6.12', 'v6.12.117', 'v6.18'] as const)(
    '%s has no special leaves, and pmd_modify() drops the bit',
    (one) => {
      const t = as(PPC64_RADIX_64K, one);
      expect([t.pmd_special, t.pmd_pgprot, t.pud_mkspecial]).toEqual([undefined, undefined, undefined]);
      const devmap = one === 'v6.18' ? '1' : '9';
      expect(hexOf(t.pmd_modify!(special, P))).toBe(`0xc000000802000${devmap}86`);
      expect(hexOf(t.pud_modify!(special, P))).toBe(`0xc000000802000${devmap}86`);
      expect(hexOf(t.pte_modify!(special, P))).toBe(one === 'v6.18' ? '0xc000000802000586' : '0xc000000802000d86');
    },
  );
  it.each([PPC64_RADIX_64K, PPC64_HASH_64K])('v6.12: a leaf of $name with _PAGE_DEVMAP is no trans_huge', (one) => {
    const t = as(one, 'v6.12');
    const leaf = t.pfn_pmd!(PFN, P);
    const devmap = hex(hexOf(leaf).replace(/18/, '98'));
    expect([t.pmd_trans_huge!(leaf), t.pmd_trans_huge!(devmap), of(one).pmd_trans_huge(devmap)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
