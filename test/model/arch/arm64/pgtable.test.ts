import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARM64 } from '../../../../model/arch/arm64/architecture.ts';
import { ARM64_GRANULES, type Arm64Granule } from '../../../../model/formats/arm64.ts';
import { assemble, type Pgtable } from '../../../../model/formats/pgtable.ts';
import { hex, hexOf, type U64, u64, ZERO } from '../../../../model/formats/u64.ts';
import { hugetlbSizes, twinOf } from './twin.ts';

const from = (value: bigint): U64 => hex(`0x${value.toString(16)}`);
const toBig = (value: U64): bigint => BigInt(hexOf(value));
const plain = (value: U64 | boolean): bigint | boolean => (typeof value === 'boolean' ? value : toBig(value));
const big = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

const architectureOf = (name: string) => ARM64.find((one) => one.name === name)!;
const withChanges = (name: string, changes: readonly { readonly patch: object }[] = []): Pgtable =>
  assemble(
    architectureOf(name).define,
    changes.map(({ patch }) => patch),
  );
const series = (name: string, version: string): Pgtable =>
  withChanges(name, architectureOf(name).series[`huge-remap-pfn-range@${version}`]);

type Anything = Readonly<Record<string, (...all: readonly unknown[]) => U64 | boolean>>;

describe.each(ARM64_GRANULES.map((granule) => [granule.name, granule] as const))(
  'the functions of %s are those of the kernel',
  (name: string, granule: Arm64Granule) => {
    const t = withChanges(name);
    const own = t as unknown as Anything;
    const twin = twinOf(granule);

    it.each(Object.entries(twin.one))('%s', (called, right) => {
      fc.assert(
        fc.property(big, (e) => {
          expect(plain(own[called]!(from(e)))).toBe(right(e));
        }),
      );
    });
    it.each(Object.entries(twin.two))('%s', (called, right) => {
      fc.assert(
        fc.property(big, big, (e, prot) => {
          expect(plain(own[called]!(from(e), from(prot)))).toBe(right(e, prot));
        }),
      );
    });
    it.each(Object.entries(twin.makers))('%s', (called, right) => {
      const frame = fc.bigInt({ min: 0n, max: (1n << BigInt(architectureOf(name).topPfnBit + 1)) - 1n });
      fc.assert(
        fc.property(frame, big, (pfn, prot) => {
          expect(plain(own[called]!(from(pfn), from(prot)))).toBe(right(pfn, prot));
        }),
      );
    });
    it('pgprot_modify of a protection that has a cache mode already', () => {
      for (const asked of ['pgprot_noncached', 'pgprot_writecombine', 'pgprot_device'] as const)
        fc.assert(
          fc.property(big, big, (e, prot) => {
            const old = t[asked]!(from(e));
            expect(toBig(t.pgprot_modify!(old, from(prot)))).toBe(twin.two.pgprot_modify(toBig(old), prot));
            expect(t.pgprot_modify!(old, from(prot))).toEqual(t[asked]!(from(prot)));
          }),
        );
    });
    it.each([...hugetlbSizes(granule), 20])('arch_make_huge_pte of 2^%i bytes', (shift) => {
      fc.assert(
        fc.property(big, (e) => {
          expect(toBig(t.arch_make_huge_pte!(from(e), shift))).toBe(twin.arch_make_huge_pte(e, shift));
        }),
      );
    });
    it('a function that the twin has not is none of arm64', () => {
      const known = new Set([
        ...Object.keys({ ...twin.one, ...twin.two, ...twin.makers }),
        'arch_make_huge_pte',
        'swp_pte',
        'swp_type',
        'swp_pmd',
        'pmd_swp_type',
      ]);
      expect(Object.keys(t).filter((called) => !known.has(called))).toEqual([]);
    });
  },
);

describe('swap entries of arm64', () => {
  const t = withChanges('arm64_4k');
  it.each([
    [0, '0x0', '0x0000000000000000'],
    [3, '0x1234', '0x00000000012340c0'],
    [31, '0x3ffffffffffff', '0x3ffffffffffff7c0'],
  ])('type %i, offset %s: %s', (type, offset, entry) => {
    const e = t.swp_pte!(type, hex(offset));
    expect(hexOf(e)).toBe(entry);
    expect(t.swp_pmd!(type, hex(offset))).toEqual(e);
    expect([t.swp_type!(e), t.pmd_swp_type!(e)]).toEqual([type, type]);
    expect(t.swp_offset!(e)).toEqual(hex(offset));
    // No swap entry is present, whatever its bits.
    expect(t.pte_present!(t.pte_swp_mkuffd_wp!(t.pte_swp_mkexclusive!(e)))).toBe(false);
  });
});

describe('the vectors of arm64 with 4K pages', () => {
  const PFN = u64(0x80200);
  const today = withChanges('arm64_4k');
  const contract = series('arm64_4k', 'v4');
  const [shared, none] = ['PAGE_SHARED', 'PAGE_NONE'].map(
    (says) =>
      architectureOf('arm64_4k')
        .pgprots(today)
        .protections.find((one) => one.says === says)!.prot,
  ) as [U64, U64];
  /** Attribute, p, what pfn_pte() and pfn_pmd() make of it, the special leaf, pmd_pgprot() of it today and by version 4. */
  it.each([
    [
      'NORMAL',
      shared,
      '0x0068000000000fc3',
      '0x0068000080200fc3',
      '0x0168000080200fc1',
      '0x0168000000000fc1',
      '0x0168000000000fc3',
    ],
    [
      'NORMAL_NC',
      today.pgprot_writecombine!(shared),
      '0x0068000000000fcb',
      '0x0068000080200fcb',
      '0x0168000080200fc9',
      '0x0168000000000fc9',
      '0x0168000000000fcb',
    ],
    [
      'DEVICE_nGnRnE',
      today.pgprot_noncached!(shared),
      '0x0068000000000fcf',
      '0x0068000080200fcf',
      '0x0168000080200fcd',
      '0x0168000000000fcd',
      '0x0168000000000fcf',
    ],
    [
      'DEVICE_nGnRE',
      today.pgprot_device!(shared),
      '0x0068000000000fd3',
      '0x0068000080200fd3',
      '0x0168000080200fd1',
      '0x0168000000000fd1',
      '0x0168000000000fd3',
    ],
    [
      'PAGE_NONE',
      none,
      '0x0060000000000f82',
      '0x0060000080200f82',
      '0x0160000080200f80',
      '0x0160000000000f80',
      '0x0160000000000f82',
    ],
  ] as const)('%s', (_, prot, p, entry, leaf, pgprotToday, pgprotV4) => {
    const leafOf = (t: Pgtable): U64 => t.pmd_mkspecial!(t.pmd_mkhuge!(t.pfn_pmd!(PFN, prot)));
    expect(hexOf(prot)).toBe(p);
    expect(hexOf(today.pfn_pte!(PFN, prot))).toBe(entry);
    expect(hexOf(today.pfn_pmd!(PFN, prot))).toBe(entry);
    expect([hexOf(leafOf(today)), hexOf(leafOf(contract))]).toEqual([leaf, leaf]);
    expect(hexOf(today.pmd_pgprot!(leafOf(today)))).toBe(pgprotToday);
    expect(hexOf(contract.pmd_pgprot!(leafOf(contract)))).toBe(pgprotV4);
  });
});

describe('addresses of 52 bits', () => {
  it.each([
    // LPA2: bits 51:50 to 9:8, the rest where it was.
    ['arm64_4k_pa52', 39, '0x0000000000000200'],
    ['arm64_4k_pa52', 38, '0x0000000000000100'],
    ['arm64_4k_pa52', 37, '0x0002000000000000'],
    ['arm64_16k_pa52', 37, '0x0000000000000200'],
    // With 64K pages bits 51:48 go to 15:12; 49:48 stay in their place as well, where they are reserved: PTE_ADDR_LOW is too wide.
    ['arm64_64k_pa52', 35, '0x0000000000008000'],
    ['arm64_64k_pa52', 34, '0x0000000000004000'],
    ['arm64_64k_pa52', 33, '0x0002000000002000'],
    ['arm64_64k_pa52', 32, '0x0001000000001000'],
  ])('%s, frame bit %i', (name, bit, entry) => {
    const t = withChanges(name);
    const pfn = u64(2 ** bit);
    expect(hexOf(t.pfn_pte!(pfn, ZERO))).toBe(entry);
    expect(t.pte_pfn!(hex(entry))).toEqual(pfn);
  });
});

describe('what releases and versions of the series have otherwise', () => {
  const PROT_NONE = hex('0x0060000080200f82');
  it('v6.12: a huge page of 16 PTEs becomes valid, also of PROT_NONE', () => {
    const old = withChanges('arm64_4k', architectureOf('arm64_4k').releases['v6.12']);
    expect(hexOf(old.arch_make_huge_pte!(PROT_NONE, 16))).toBe('0x0070000080200f83');
    expect(hexOf(withChanges('arm64_4k').arch_make_huge_pte!(PROT_NONE, 16))).toBe('0x0070000080200f82');
    expect([21, 25, 30, 20].map((shift) => hexOf(old.arch_make_huge_pte!(PROT_NONE, shift)))).toEqual([
      '0x0060000080200f80',
      '0x0070000080200f80',
      '0x0060000080200f80',
      '0x0060000080200f80',
    ]);
  });
  it('v1 and v2: pte_clrhuge() makes a page of what a block was, and valid of nothing', () => {
    const t = series('arm64_4k', 'v2');
    expect(hexOf(t.split_pfnmap_pte!(u64(0x80201), hex('0x0168000080200fc1')))).toBe('0x0168000080201fc3');
    expect(hexOf(t.split_pfnmap_pte!(u64(0x80201), hex('0x0160000080200f80')))).toBe('0x0160000080201f82');
  });
  it('v3: pte_pgprot(), which xors with pfn_pte(pfn, 0), loses bit 1', () => {
    const t = series('arm64_4k', 'v3');
    expect(hexOf(t.pfn_pte!(u64(0x80200), hex('0x0168000000000fc1')))).toBe('0x0168000080200fc3');
    expect(hexOf(t.pte_pgprot!(hex('0x0168000080200fc3')))).toBe('0x0168000000000fc1');
  });
  it('a PMD that is exec-only and not cached looks like PROT_NONE while it is invalid', () => {
    const t = withChanges('arm64_4k');
    const execonly = t.pgprot_noncached!(hex('0x0020000000000f83'));
    const leaf = t.pmd_mkhuge!(t.pfn_pmd!(u64(0x80200), execonly));
    expect([t.pmd_protnone!(leaf), t.pmd_protnone!(t.pmd_mkinvalid!(leaf))]).toEqual([false, true]);
  });
});
