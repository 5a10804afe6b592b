/**
 * A slow twin of model/arch/powerpc/pgtable.ts in BigInt, written from arch/powerpc of v7.1 by itself: every function by its name, for
 * radix or hash and a page size.
 */
const PRESENT = 1n << 63n;
const PTE = 1n << 62n;
const INVALID = 1n << 61n;
const RWX = 7n;
const CACHE = 0x30n;

type Ask = (e: bigint) => boolean;
type Change = (e: bigint) => bigint;
type Make = (e: bigint, other: bigint) => bigint;
export interface Twin {
  readonly asks: Readonly<Record<string, Ask>>;
  readonly changes: Readonly<Record<string, Change>>;
  readonly makes: Readonly<Record<string, Make>>;
}

const any = (mask: bigint): Ask => {
  return (e) => (e & mask) !== 0n;
};
const all = (mask: bigint): Ask => {
  return (e) => (e & mask) === mask;
};
const or = (mask: bigint): Change => {
  return (e) => e | mask;
};
const andNot = (mask: bigint): Change => {
  return (e) => e & ~mask;
};
const cached = (bits: bigint): Change => {
  return (prot) => (prot & ~CACHE) | bits;
};

const protnone: Ask = (e) => (e & (PRESENT | PTE | RWX)) === (PRESENT | PTE);
const invalidate: Change = (e) => (e & ~PRESENT) | INVALID;

const ASKS = { write: 0x2n, dirty: 0x80n, young: 0x100n, soft_dirty: 0x200n, special: 0x400n };
const CHANGES: Readonly<Record<string, Change>> = {
  mkwrite: or(0x6n),
  wrprotect: andNot(0x2n),
  mkdirty: or(0x280n),
  mkclean: andNot(0x80n),
  mkyoung: or(0x100n),
  mkold: andNot(0x100n),
  mksoft_dirty: or(0x200n),
  clear_soft_dirty: andNot(0x200n),
  mkspecial: or(0x400n),
  mkhuge: (e) => e,
};

const at = <T>(level: string, functions: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(functions).map(([name, one]) => [`${level}_${name}`, one]));
const atAll = <T>(functions: Readonly<Record<string, T>>) => ({
  ...at('pte', functions),
  ...at('pmd', functions),
  ...at('pud', functions),
});

/** There are no PMD leaves with hash and pages of 4K. */
const ofLeaves = <T>(mmu: 'radix' | 'hash', pages: '4K' | '64K', functions: T): Partial<T> =>
  mmu === 'radix' || pages === '64K' ? functions : {};

const masks = (pages: '4K' | '64K') => {
  const shift = pages === '4K' ? 12n : 16n;
  const rpn = ((1n << 53n) - 1n) & ~((1n << shift) - 1n);
  const hpte = pages === '4K' ? 0x11e0_0000_0000_0040n : 0x0080_0000_0000_1040n;
  const thp = pages === '4K' ? 0n : 0x2000n;
  const chg = rpn | hpte | 0x80n | 0x100n | 0x400n | PTE | 0x200n;
  return { shift, rpn, hpte, thp, chg, hpageChg: chg | thp };
};

const never: Ask = () => false;
const asksOf = (mmu: 'radix' | 'hash', pages: '4K' | '64K'): Twin['asks'] => {
  const radix = mmu === 'radix';
  const huge = PTE | masks(pages).thp;
  const transHuge = radix ? any(PTE) : pages === '4K' ? never : all(huge);
  const bad = radix ? [0x6000_0000_0000_00e0n, 0x6000_0000_0000_00e0n] : [0xfffn, pages === '4K' ? 0x3ffn : 0x3fffn];
  return {
    ...atAll(Object.fromEntries(Object.entries(ASKS).map(([name, bits]) => [name, any(bits)]))),
    pte_none: (e) => (e & ~(radix ? 0x180n : masks(pages).hpte)) === 0n,
    pmd_none: (e) => e === 0n,
    pud_none: (e) => e === 0n,
    pte_present: (e) => all(PRESENT | PTE)(e) || all(INVALID | PTE)(e),
    pmd_present: any(PRESENT | INVALID),
    pud_present: any(PRESENT),
    pte_protnone: protnone,
    pmd_protnone: protnone,
    pmd_leaf: any(PTE),
    pud_leaf: any(PTE),
    pmd_trans_huge: (e) => any(PRESENT | INVALID)(e) && transHuge(e),
    pud_trans_huge: (e) => radix && all(PRESENT | PTE)(e),
    pmd_bad: any(bad[0]!),
    pud_bad: any(bad[1]!),
    pte_swp_exclusive: any(0x20n),
    pte_swp_soft_dirty: any(0x200n),
    ...ofLeaves(mmu, pages, { pmd_swp_soft_dirty: any(0x200n) }),
  };
};

const changesOf = (mmu: 'radix' | 'hash', pages: '4K' | '64K'): Twin['changes'] => {
  const { shift, rpn } = masks(pages);
  return {
    arch_make_huge_pte: (e) => e,
    ...atAll({ ...CHANGES, pfn: (e: bigint) => (e & rpn) >> shift, pgprot: andNot(rpn) }),
    pmd_mkinvalid: invalidate,
    ...(mmu === 'radix' ? { pud_mkinvalid: invalidate } : {}),
    pte_swp_mkexclusive: or(0x20n),
    pte_swp_clear_exclusive: andNot(0x20n),
    pte_swp_mksoft_dirty: or(0x200n),
    pte_swp_clear_soft_dirty: andNot(0x200n),
    swp_offset: (e) => (e & rpn) >> shift,
    ...ofLeaves(mmu, pages, {
      pmd_swp_mksoft_dirty: or(0x200n),
      pmd_swp_clear_soft_dirty: andNot(0x200n),
      pmd_swp_offset: (e: bigint) => (e & rpn) >> shift,
    }),
    pgprot_noncached: cached(0x20n),
    pgprot_writethrough: cached(0x20n),
    pgprot_device: cached(0x20n),
    pgprot_writecombine: cached(0x30n),
  };
};

const modify = (keeps: bigint): Make => {
  return (e, newprot) => (e & keeps) | newprot;
};
const makesOf = (mmu: 'radix' | 'hash', pages: '4K' | '64K'): Twin['makes'] => {
  const { shift, rpn, thp, chg, hpageChg } = masks(pages);
  const huge = mmu === 'radix' ? PTE : PTE | thp;
  const pfnHuge: Make = (pfn, prot) => ((pfn << shift) & rpn) | prot | huge;
  return {
    pfn_pte: (pfn, prot) => (pfn << shift) | prot | PTE,
    ...ofLeaves(mmu, pages, { pfn_pmd: pfnHuge }),
    ...(mmu === 'radix' ? { pfn_pud: pfnHuge } : {}),
    pte_modify: modify(chg),
    pmd_modify: modify(hpageChg),
    pud_modify: modify(hpageChg),
    pgprot_modify: (old, next) =>
      (old & CACHE) === 0x20n || (old & CACHE) === 0x30n ? (next & ~CACHE) | (old & CACHE) : next,
  };
};

export const twinOf = (mmu: 'radix' | 'hash', pages: '4K' | '64K'): Twin => ({
  asks: asksOf(mmu, pages),
  changes: changesOf(mmu, pages),
  makes: makesOf(mmu, pages),
});
