import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../../checker/laws/cases.ts';
import { S390 } from '../../../../model/arch/s390/architecture.ts';
import { bits, hex, hexOf, u64 } from '../../../../model/formats/u64.ts';
import { MMU_S390 } from '../../../../spec/laws/mmu_s390.ts';
import { agreesWith, field, toBig, type Twin, withoutTwin, WORD } from '../big.ts';
import { pgtableOf, verdictsOf } from '../verdicts.ts';

const PAGE = { P: 0x200n, I: 0x400n, R: 0x10n, W: 0x20n, Y: 4n, D: 8n, SD: 2n };
type Bits = typeof PAGE;
/** Segments of v7.1, and of v6.12. */
const NOW: Bits = { P: 0x200n, I: 0x20n, R: 0x4000n, W: 0x8000n, Y: 0x1000n, D: 0x2000n, SD: 2n };
const THEN: Bits = { ...NOW, R: 1n, W: 2n, SD: 0x4000n };
const LARGE = 0x400n;

const when = (holds: boolean, mask: bigint): bigint => (holds ? mask : 0n);

const alike = (level: string, { P, I, R, W, Y, D, SD }: Bits, only?: readonly string[]): Record<string, Twin> =>
  Object.fromEntries(
    Object.entries({
      write: (e) => (e & W) !== 0n,
      dirty: (e) => (e & D) !== 0n,
      young: (e) => (e & Y) !== 0n,
      wrprotect: (e) => (e & ~W) | P,
      mkwrite: (e) => (e | W) & ~when((e & D) !== 0n, P),
      mkwrite_novma: (e) => (e | W) & ~when((e & D) !== 0n, P),
      mkclean: (e) => (e & ~D) | P,
      mkdirty: (e) => (e | D | SD) & ~when((e & W) !== 0n, P),
      mkold: (e) => (e & ~Y) | I,
      mkyoung: (e) => (e | Y) & ~when((e & R) !== 0n, I),
      soft_dirty: (e) => (e & SD) !== 0n,
      mksoft_dirty: (e) => e | SD,
      clear_soft_dirty: (e) => e & ~SD,
    } satisfies Record<string, Twin>)
      .filter(([name]) => only?.includes(name) ?? true)
      .map(([name, twin]) => [`${level}_${name}`, twin]),
  );

/** SPECIAL, DIRTY, YOUNG, SOFT_DIRTY and the address. */
const CHG = field(12, 63) | 0x40n | 8n | 4n | 2n;
const pteModify: Twin = (e, prot) => {
  const made = (e & CHG) | prot;
  return (
    made &
    ~when((made & 4n) !== 0n && (made & 0x10n) !== 0n, 0x400n) &
    ~when((made & 8n) !== 0n && (made & 0x20n) !== 0n, 0x200n)
  );
};

const PTE: Record<string, Twin> = {
  ...alike('pte', PAGE),
  pfn_pte: (n, prot) => {
    const made = ((n << 12n) & WORD) | prot | 4n;
    return (made & 0x10n) === 0n ? made : made & ~0x400n;
  },
  pte_pfn: (e) => e >> 12n,
  pte_pgprot: (e) => (e & CHG) | ((e & 0x20n) === 0n ? 0x315n : 0x13dn),
  pte_present: (e) => (e & 1n) === 1n,
  pte_special: (e) => (e & 0x40n) !== 0n,
  pte_mkspecial: (e) => e | 0x40n,
  pte_protnone: (e) => (e & 0x11n) === 1n,
  pte_mkhuge: (e) => e | 0x800n,
  pte_none: (e) => e === 0x400n,
  pte_modify: pteModify,
};

const massage = (places: Bits, present: bigint, prot: bigint): bigint => {
  const { P, I, R, W } = places;
  const of: Readonly<Record<string, bigint>> = {
    0x601: present | I | P,
    0x711: present | P | R | 0x100n,
    0x611: present | P | R,
    0x731: present | R | W | 0x100n,
  };
  return of[String(prot)] ?? present | R | W;
};

const tableType = (e: bigint): bigint => e & 0xcn;

const upper = (places: Bits, present: bigint): Record<string, Twin> => {
  const pmdPresent = (e: bigint): boolean => (present === 0n ? e !== 0x20n : (e & present) !== 0n);
  const pmdLeaf = (e: bigint): boolean => pmdPresent(e) && (e & LARGE) !== 0n;
  const pudPresent = (e: bigint): boolean =>
    tableType(e) < 4n || (present === 0n ? e & ~0xfffn & WORD : e & present) !== 0n;
  const pudLeaf = (e: bigint): boolean =>
    tableType(e) === 4n && (e & LARGE) !== 0n && (present === 0n || pudPresent(e));
  return {
    ...alike('pmd', places),
    pfn_pmd: (n, prot) => (n << 12n) + massage(places, present, prot),
    pmd_pfn: (e) => (pmdLeaf(e) ? e & ~0xfffffn : e & ~0x7ffn) >> 12n,
    pmd_mkhuge: (e) => e | LARGE | places.Y | places.P,
    pmd_none: (e) => e === 0x20n,
    pmd_present: pmdPresent,
    pmd_leaf: pmdLeaf,
    pmd_trans_huge: pmdLeaf,
    pmd_bad: (e) => tableType(e) > 0n || pmdLeaf(e) || (e & 0x1c0n) !== 0n,
    pmd_protnone: (e) => pmdLeaf(e) && (e & places.R) === 0n,
    pmd_modify: (e, prot) => {
      const made = (e & (field(20, 63) | places.D | places.Y | LARGE | places.SD)) | massage(places, present, prot);
      return made | when((made & places.D) === 0n, places.P) | when((made & places.Y) === 0n, places.I);
    },
    ...alike('pud', places, ['write', 'wrprotect', 'mkwrite', 'mkclean', 'mkdirty']),
    pud_pfn: (e) => (pudLeaf(e) ? e & ~0x7fffffffn : e & ~0xfffn) >> 12n,
    pud_none: (e) => tableType(e) >= 4n && e === 0x24n,
    pud_present: pudPresent,
    pud_leaf: pudLeaf,
    pud_bad: (e) => tableType(e) > 4n || pudLeaf(e) || (tableType(e) === 4n && (e & 0xdd0n) !== 0n),
  };
};
const same: Twin = (prot) => prot;
const PGPROT: Record<string, Twin> = {
  pgprot_noncached: same,
  pgprot_writecombine: same,
  pgprot_device: same,
  pgprot_writethrough: same,
  pgprot_modify: (_old, next) => next,
};

describe.each([
  ['v7.1', NOW, 1n],
  ['v6.12', THEN, 0n],
] as const)('s390 of %s does what the kernel does', (release, places, present) => {
  const t = pgtableOf(S390, release);
  const twins = { ...PTE, ...upper(places, present), ...PGPROT };
  agreesWith(t, twins, [...casesOf(S390, t).prots.map(({ prot }) => prot), u64(0x20), u64(0x24), u64(0x400)]);
  it('has no function without a twin', () => {
    expect(withoutTwin(t, twins).filter((name) => !name.includes('swp_'))).toEqual([]);
  });
});

describe('protections of s390 as segments', () => {
  const t = pgtableOf(S390);
  const n = u64(0x80200);
  it.each([
    ['PAGE_NONE', 0x601, '0x0000000080200221', '0x0000000080201621'],
    ['PAGE_RO', 0x711, '0x0000000080204301', '0x0000000080205701'],
    ['PAGE_RX', 0x611, '0x0000000080204201', '0x0000000080205601'],
    ['PAGE_RW', 0x731, '0x000000008020c101', '0x000000008020d701'],
    ['PAGE_RWX', 0x631, '0x000000008020c001', '0x000000008020d601'],
  ])('%s', (_name, prot, made, leaf) => {
    const pmd = t.pfn_pmd!(n, u64(prot));
    expect([pmd, t.pmd_mkhuge!(pmd)].map(hexOf)).toEqual([made, leaf]);
  });

  // The dossier has 0 for any other; massage_pgprot_pmd() ends in SEGMENT_RWX, from v6.12 to v7.3.
  it.each([
    ['PAGE_RO, special', 0x751],
    ['PAGE_KERNEL_RO', 0x315],
    ['PAGE_NONE, soft-dirty', 0x603],
  ])('%s becomes readable, writable and executable', (_name, prot) => {
    const page = MMU_S390.rights('pte', t.pfn_pte!(n, u64(prot)));
    const segment = t.pmd_mkdirty!(t.pmd_mkhuge!(t.pfn_pmd!(n, u64(prot))));
    expect(hexOf(segment)).toBe('0x000000008020f403');
    expect([page & 6, MMU_S390.rights('pmd', segment)]).toEqual([0, 15]);
  });

  it('before pmd_mkhuge() READ and WRITE are read as bits of the frame number, since they moved after v6.12', () => {
    expect(hexOf(t.pmd_pfn!(t.pfn_pmd!(n, u64(0x731))))).toBe('0x000000000008020c');
    const old = pgtableOf(S390, 'v6.12');
    expect(hexOf(old.pmd_pfn!(old.pfn_pmd!(n, u64(0x731))))).toBe('0x0000000000080200');
  });

  it('pte_pgprot() is of the kernel, and has the frame number in it: the page after an odd one comes out wrong', () => {
    const prot = t.pte_pgprot!(t.pfn_pte!(u64(0x80201), u64(0x711)));
    expect(hexOf(prot)).toBe('0x0000000080201315');
    expect(hexOf(t.pte_pfn!(t.pfn_pte!(u64(0x80202), prot)))).toBe('0x0000000000080203');
  });
});

describe('swap entries of segments of s390', () => {
  const t = pgtableOf(S390);
  it('have a format of their own', () => {
    const pmd = t.pmd_swp_mksoft_dirty!(t.swp_pmd!(9, u64(5)));
    expect(hexOf(pmd)).toBe('0x0000000000005272');
    expect([
      t.pmd_swp_type!(pmd),
      hexOf(t.pmd_swp_offset!(pmd)),
      t.pmd_present!(pmd),
      t.pmd_swp_soft_dirty!(pmd),
    ]).toEqual([9, '0x0000000000000005', false, true]);
    expect(hexOf(t.pmd_swp_clear_soft_dirty!(pmd))).toBe(hexOf(t.swp_pmd!(9, u64(5))));
    expect(pgtableOf(S390, 'v6.12').swp_pmd).toBeUndefined();
  });
});

describe('swap entries of s390', () => {
  const t = pgtableOf(S390);
  it.each([
    [0, u64(0)],
    [31, u64(1)],
    [9, bits(0, 51)],
  ])('type %i', (type, offset) => {
    const pte = t.swp_pte!(type, offset);
    expect(toBig(pte)).toBe(0x600n | (BigInt(type) << 2n) | (toBig(offset) << 12n));
    const marked = t.pte_swp_mksoft_dirty!(t.pte_swp_mkexclusive!(pte));
    expect([t.pte_swp_exclusive!(marked), t.pte_swp_soft_dirty!(marked), t.pte_present!(marked)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([t.swp_type!(marked), hexOf(t.swp_offset!(marked))]).toEqual([type, hexOf(offset)]);
    expect(hexOf(t.pte_swp_clear_exclusive!(t.pte_swp_clear_soft_dirty!(marked)))).toBe(hexOf(pte));
  });
});

/** Dossier 2.5 has of s390 that there are no p?d_pgprot(), which is so; there is a pte_pgprot(), and it is not the inverse of pfn_pte(). */
describe('the laws on s390', () => {
  const fails = {
    'PG1 pte': '3400 of 3410: 0x80200 0x0000000000000731',
    'PG3 pmd': '2867 of 2914: 0x80200 0x0000000000000731',
    'PG5 pmd': '2914 of 2914: 0x80200 0x0000000000000731',
    'PG6 pmd': '2914 of 2914: 0x80200 0x0000000000000731',
    'PG18 pte': '3400 of 3410: 0x80200 0x0000000000000731',
  };
  it.each(['v7.1', 'v7.3', 'v6.18'] as const)('%s', (release) => {
    expect(verdictsOf(S390, release).fails).toEqual(fails);
  });
  it.each(['v6.12', 'v6.12.117'] as const)('%s', (release) => {
    const { 'PG3 pmd': _pg3, ...others } = fails;
    expect(verdictsOf(S390, release).fails).toEqual(others);
  });
  it('do not apply where a leaf has no pgprot_t to give', () => {
    const { lacks, holds } = verdictsOf(S390);
    expect(lacks['PG4 pmd']).toBe('it has none of its own, and the generic one gives 0');
    expect(lacks['PG11 pmd']).toBe('s390 has none: its pmdp_invalidate() sets the invalid bit');
    expect(holds).toEqual([
      'PG2 pte',
      'PG6-again pmd',
      'PG8 pmd',
      'PG12 pmd',
      'PG13 pte',
      'PG13 pmd',
      'PG13-young pte',
      'PG13-young pmd',
      'PG14 pte',
      'PG14 pmd',
      'PG15 pte',
      'PG15 pmd',
      'PG15-driver pte',
      'PG15-driver pmd',
    ]);
  });
  it('a segment is judged by its own invalid bit', () => {
    const large = hex('0x000000008020d701');
    expect([MMU_S390.valid(large, 'pmd'), MMU_S390.valid(large, 'pte')]).toEqual([true, false]);
    expect([MMU_S390.legal('pmd', large), MMU_S390.legal('pmd', hex('0x000000008020d705'))]).toEqual([true, false]);
    expect([MMU_S390.isNone(hex('0x0000000080201621'), 'pmd'), MMU_S390.isNone(large, 'pmd')]).toEqual([true, false]);
  });
});
