/**
 * The functions of arm64 once more, with BigInt and slowly, from the kernel's source: v7.1 arch/arm64/include/asm/pgtable.h,
 * mm/hugetlbpage.c, include/linux/pgtable.h. It shares nothing with the model but the granule.
 */
import type { Arm64Granule } from '../../../../model/formats/arm64.ts';

const BIT = (n: number): bigint => 1n << BigInt(n);
const WORD = BIT(64) - 1n;
const VALID = BIT(0);
const BIT1 = BIT(1);
const USER = BIT(6);
const RDONLY = BIT(7);
const AF = BIT(10);
const NG = BIT(11);
const GP = BIT(50);
const WRITE = BIT(51);
const CONT = BIT(52);
const PXN = BIT(53);
const UXN = BIT(54);
const DIRTY = BIT(55);
const SPECIAL = BIT(56);
const UFFD = BIT(58);
const ATTR = 0x1cn;
const PO = 0x7n << 60n;

const on = (e: bigint, bits: bigint): boolean => (e & bits) !== 0n;
const off = (e: bigint, bits: bigint): bigint => e & ~bits & WORD;

const hwDirty = (e: bigint): boolean => on(e, WRITE) && !on(e, RDONLY);
const present = (e: bigint): boolean => on(e, VALID) || on(e, NG);
const dirty = (e: bigint): boolean => on(e, DIRTY) || hwDirty(e);
const mkdirty = (e: bigint): bigint => (on(e, WRITE) ? off(e | DIRTY, RDONLY) : e | DIRTY);
const mkwrite = (e: bigint): bigint => (on(e, DIRTY) ? off(e | WRITE, RDONLY) : e | WRITE);
const wrprotect = (e: bigint): bigint => off(hwDirty(e) ? e | DIRTY : e, WRITE) | RDONLY;
const table = (e: bigint): boolean => (e & 3n) === 3n;
const modify = (e: bigint, newprot: bigint): bigint => {
  const mask = USER | PXN | UXN | RDONLY | NG | VALID | WRITE | GP | ATTR | PO;
  const next = off(hwDirty(e) ? e | DIRTY : e, mask) | (newprot & mask);
  return on(next, DIRTY) ? mkdirty(next) : next;
};

const attribute =
  (index: bigint) =>
  (p: bigint): bigint =>
    off(p, ATTR) | (index << 2n) | PXN | UXN;
const [device, noncached, writecombine] = [attribute(4n), attribute(3n), attribute(2n)] as const;
const pgprot_modify = (oldprot: bigint, newprot: bigint): bigint =>
  [noncached, writecombine, device].reduce((p, make) => (make(oldprot) === oldprot ? make(p) : p), newprot);

/** At every level. */
const FLAGS: Readonly<Record<string, (e: bigint) => bigint | boolean>> = {
  none: (e) => e === 0n,
  present,
  write: (e) => on(e, WRITE),
  dirty,
  young: (e) => on(e, AF),
  special: (e) => on(e, SPECIAL),
  uffd_wp: (e) => on(e, UFFD),
  protnone: (e) => !on(e, VALID) && on(e, NG) && !on(e, USER) && on(e, UXN),
  mkspecial: (e) => e | SPECIAL,
  mkwrite,
  mkwrite_novma: mkwrite,
  wrprotect,
  mkdirty,
  mkclean: (e) => off(e, DIRTY) | RDONLY,
  mkyoung: (e) => e | AF,
  mkold: (e) => off(e, AF),
  mkuffd_wp: (e) => wrprotect(e | UFFD),
  clear_uffd_wp: (e) => off(e, UFFD),
};
const HUGE: typeof FLAGS = {
  mkhuge: (e) => off(e, BIT1),
  leaf: (e) => present(e) && !table(e),
  bad: (e) => !table(e),
};
const PMD: typeof FLAGS = {
  ...FLAGS,
  ...HUGE,
  mkinvalid: (e) => off(e | NG, VALID),
  trans_huge: (e) => present(e) && !table(e | VALID),
};
const PUD: typeof FLAGS = { ...HUGE, ...FLAGS };
const OF_PUD = ['none', 'mkhuge', 'leaf', 'bad', 'present', 'write', 'young', 'mkyoung'];

const at = (level: string, functions: typeof FLAGS, names = Object.keys(functions)) =>
  Object.fromEntries(names.map((name) => [`${level}_${name}`, functions[name]!]));

const SWAP: Readonly<Record<string, (e: bigint) => bigint | boolean>> = {
  swp_offset: (e) => (e >> 12n) & (BIT(50) - 1n),
  pte_swp_exclusive: (e) => on(e, BIT(2)),
  pte_swp_mkexclusive: (e) => e | BIT(2),
  pte_swp_clear_exclusive: (e) => off(e, BIT(2)),
  pte_swp_uffd_wp: (e) => on(e, BIT(3)),
  pte_swp_mkuffd_wp: (e) => e | BIT(3),
  pte_swp_clear_uffd_wp: (e) => off(e, BIT(3)),
  pmd_swp_offset: (e) => (e >> 12n) & (BIT(50) - 1n),
  pmd_swp_uffd_wp: (e) => on(e, BIT(3)),
  pmd_swp_mkuffd_wp: (e) => e | BIT(3),
  pmd_swp_clear_uffd_wp: (e) => off(e, BIT(3)),
};

const addresses = ({ pageShift, pa52 }: Arm64Granule) => {
  const low = ((1n << BigInt(50 - pageShift)) - 1n) << BigInt(pageShift);
  const [high, shift, mask] =
    pageShift === 16 ? [0xfn << 12n, 36n, low | (0xfn << 12n)] : [0x3n << 8n, 42n, BIT(50) - BIT(8)];
  return {
    toVal: (phys: bigint): bigint => (pa52 ? (phys | (phys >> shift)) & mask : phys),
    // PTE_MAYBE_SHARED is 0 with LPA2, and out of the way with 64K pages.
    toPhys: (e: bigint): bigint => (pa52 ? (e & low) | ((e & high) << shift) : e & low),
  };
};

/** CONT_PTE_SIZE, PMD_SIZE, CONT_PMD_SIZE and PUD_SIZE, as log2. */
const HUGETLB: Readonly<Record<number, readonly number[]>> = {
  12: [16, 21, 25, 30],
  14: [21, 25, 30],
  16: [21, 29, 34],
};
export const hugetlbSizes = ({ pageShift }: Arm64Granule): readonly number[] => HUGETLB[pageShift]!;

/** By name: of an entry alone, of an entry and a protection, of a frame number and a protection. */
export const twinOf = (granule: Arm64Granule) => {
  const { toVal, toPhys } = addresses(granule);
  const page = BigInt(granule.pageShift);
  const levels = granule.pageShift === 12 ? ['pte', 'pmd', 'pud'] : ['pte', 'pmd'];
  const [contPte, pmd, contPmd, pud] = hugetlbSizes(granule);
  const frame = (level: string, e: bigint): bigint => {
    const shift = page + (page - 3n) * BigInt(levels.indexOf(level));
    return ((toPhys(e) >> shift) << shift) >> page;
  };
  const each = <F>(make: (level: string) => readonly [string, F]) => Object.fromEntries(levels.map(make));
  const one: Readonly<Record<string, (e: bigint) => bigint | boolean>> = {
    ...at('pte', FLAGS),
    ...at('pmd', PMD),
    ...(levels.includes('pud') ? at('pud', PUD, OF_PUD) : {}),
    ...SWAP,
    ...each((level) => [`${level}_pfn`, (e: bigint) => frame(level, e)]),
    ...each((level) => [`${level}_pgprot`, (e: bigint) => e ^ toVal(frame(level, e) << page)]),
    pgprot_noncached: noncached,
    pgprot_writecombine: writecombine,
    pgprot_device: device,
  };
  const two = { pte_modify: modify, pmd_modify: modify, pgprot_modify };
  const makers = each((level) => [`pfn_${level}`, (pfn: bigint, p: bigint): bigint => toVal(pfn << page) | p]);
  const arch_make_huge_pte = (e: bigint, shift: number): bigint => {
    if (shift === contPte) return e | CONT;
    if (shift === contPmd) return off(e, BIT1) | CONT;
    return shift === pmd || shift === pud ? off(e, BIT1) : e;
  };
  return { one, two, makers, arch_make_huge_pte };
};
