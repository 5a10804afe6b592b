/**
 * Words that stood in page tables of real kernels, before and after an operation: the functions of the model make one of the other.
 * Read through /proc/kcore in the virtual machine (checker/conform), each behind the operation that the row names.
 */
import { describe, expect, it } from 'vitest';
import { underTest } from '../../../../checker/laws/under_test.ts';
import { X86_64 } from '../../../../model/arch/x86/architecture.ts';
import type { PgtableRelease } from '../../../../model/formats/architecture.ts';
import type { Functions, LeafLevel } from '../../../../model/formats/pgtable.ts';
import { hex, hexOf, type U64 } from '../../../../model/formats/u64.ts';

const functionsOf = (release: PgtableRelease): Functions => underTest(X86_64, release).t as Functions;
const short = (word: U64): string => hexOf(word).replace(/^0x0+/, '0x');

const prot = (name: string) => X86_64.pgprots(functionsOf('v7.1')).protections.find(({ says }) => says === name)!.prot;
const SHARED = prot('PAGE_SHARED');
const READONLY = prot('PAGE_READONLY');
const NONE = prot('PAGE_NONE');
const CACHES = {
  WC: (t: Functions, p: U64) => t.pgprot_writecombine(p),
  'UC-': (t: Functions, p: U64) => t.pgprot_noncached(p),
  WT: (t: Functions, p: U64) => t.pgprot_writethrough(p),
} as const;

describe('a leaf of a BAR, written by its first access (6.12.117, 7.3.4)', () => {
  // insert_pfn(), insert_pmd(), insert_pud(); dirty by the processor.
  it.each<[LeafLevel, keyof typeof CACHES, string, string]>([
    ['pte', 'UC-', '0x180000', '0x8000000180000277'],
    ['pmd', 'UC-', '0x180000', '0x80000001800002f7'],
    ['pmd', 'UC-', '0xfd000', '0x80000000fd0002f7'],
    ['pmd', 'WC', '0xfd000', '0x80000000fd0002ef'],
    ['pmd', 'WT', '0xfd000', '0x80000000fd0012ff'],
    ['pud', 'UC-', '0x100000', '0x80000001000002f7'],
    ['pud', 'WC', '0x100000', '0x80000001000002ef'],
    ['pud', 'WT', '0x100000', '0x80000001000012ff'],
  ])('%s, %s, frame %s', (level, cache, pfn, word) => {
    const t = functionsOf('v7.3');
    const base = CACHES[cache](t, SHARED);
    const large = level === 'pte' ? base : t.pgprot_4k_2_large(base);
    const made = t[`pfn_${level}`](hex(pfn), large);
    const e = t[`${level}_mkspecial`](level === 'pte' ? made : t[`${level}_mkhuge`](made));
    expect(short(t[`${level}_clear_soft_dirty`](t[`${level}_mkdirty`](e)))).toBe(word);
  });
});

/** Kernel, what of, level, before, behind mprotect(R), and behind mprotect(NONE), of either. */
type Row = readonly [PgtableRelease, string, LeafLevel, string, string, string];
const MPROTECT: readonly Row[] = [
  ['v6.12', 'THP, 6.12.107', 'pmd', '0x80000000070008e7', '0x80000000070008a5', '0xffffff8e009a0'],
  ['v6.12.117', 'THP, 6.12.117', 'pmd', '0x80000000070008e7', '0x84000000070008a5', '0x40ffffff8e009a0'],
  ['v6.18', 'THP, 6.18.15', 'pmd', '0x80000000074008e7', '0x80000000074008a5', '0xffffff8a009a0'],
  ['v7.1', 'THP, 7.1.13', 'pmd', '0x80000000068008e7', '0x80000000068008a5', '0xffffff96009a0'],
  ['v7.1', 'THP, 7.2.6', 'pmd', '0x800000000b0008e7', '0x800000000b0008a5', '0xffffff4e009a0'],
  ['v7.3', 'THP, 7.3.4', 'pmd', '0x8000000006e008e7', '0x8400000006e008a5', '0x40ffffff90009a0'],
  ['v7.1', 'shmem, 7.1.13', 'pmd', '0x80000000068000e7', '0x80000000068000a5', '0xffffff96001a0'],
  ['v7.3', 'shmem, 7.3.4', 'pmd', '0x8000000006e000e7', '0x8400000006e000a5', '0x40ffffff90001a0'],
  ['v7.1', 'a small page, 7.1.13', 'pte', '0x800000002f784867', '0x840000002f784825', '0x40fffffd087b920'],
  ['v6.12', 'a BAR, 6.12.107', 'pmd', '0x80000001800002f7', '0x80000001800002b5', '0xffffe7fe003b0'],
  ['v6.12.117', 'a BAR, 6.12.117', 'pmd', '0x80000001800002f7', '0x84000001800002b5', '0x40ffffe7fe003b0'],
  ['v6.12.117', 'a BAR, 6.12.117', 'pte', '0x8000000180000277', '0x8400000180000235', '0x40ffffe7ffff330'],
  ['v7.3', 'a BAR, WC, 7.3.4', 'pmd', '0x80000000fd0002ef', '0x84000000fd0002ad', '0x40fffff02e003a8'],
  ['v7.3', 'a BAR, WT, 7.3.4', 'pmd', '0x80000000fd0012ff', '0x84000000fd0012bd', '0x40fffff02e013b8'],
];

describe('mprotect() of', () => {
  it.each(MPROTECT)('%s: %s by a %s', (release, _, level, before, r, none) => {
    const t = functionsOf(release);
    const modify = t[`${level}_modify`];
    expect(short(modify(hex(before), READONLY))).toBe(r);
    expect([hex(before), hex(r)].map((e) => short(modify(e, NONE)))).toEqual([none, none]);
  });
  // change_huge_pud() goes from NONE to R, and to RW: pud_modify() alone, and always kept the dirty bit.
  it.each(['v6.12.117', 'v7.3'] as const)('a BAR by a PUD leaf, and back: %s', (release) => {
    const t = functionsOf(release);
    const words = [NONE, READONLY, SHARED].reduce<readonly U64[]>(
      (all, newprot) => [...all, t.pud_modify(all.at(-1)!, newprot)],
      [hex('0x80000001000002f7')],
    );
    expect(words.slice(1).map(short)).toEqual(['0x40ffffec00003b0', '0x84000001000002b5', '0x80000001000002f7']);
  });
  it('hugetlb goes by pte_modify(), which inverts the bits below the frame of a leaf, too: 7.3.4', () => {
    const { pte_modify } = functionsOf('v7.3');
    const r = pte_modify(hex('0x800000003e8008e7'), READONLY);
    expect([r, pte_modify(r, NONE)].map(short)).toEqual(['0x840000003e8008a5', '0x40fffffc17ff9a0']);
  });
});

/** What generic_access_phys() hands to ioremap_prot() is L_pgprot(); pgprot2cachemode() reads it as that of a base PTE. */
const index = (word: U64): number => ((word.lo >> 3) & 3) | ((word.lo >> 5) & 4);
const PAT = ['WB', 'WC', 'UC-', 'UC', 'WB', 'WP', 'UC-', 'WT'];

describe('a look-up for ioremap_prot() (6.12.117, 7.3.4)', () => {
  it.each<[LeafLevel, string, string, string]>([
    ['pte', '0x80000000fd00026f', '0x800000000000026f', 'WC'],
    ['pmd', '0x80000000fd0002ef', '0x80000000000002ef', 'WP'],
    ['pud', '0x80000001000002ef', '0x80000000000002ef', 'WP'],
    ['pte', '0x80000000fd00027f', '0x800000000000027f', 'UC'],
    ['pmd', '0x80000000fd0002ff', '0x80000000000002ff', 'WT'],
    ['pud', '0x80000001000002ff', '0x80000000000002ff', 'WT'],
    ['pmd', '0x80000000fd0002f7', '0x80000000000002f7', 'UC-'],
    ['pmd', '0x80000000fd0012ff', '0x80000000000012ff', 'WT'],
    ['pud', '0x80000001000002e7', '0x80000000000002e7', 'WB'],
  ])('of a %s %s gives %s, and so asks for %s', (level, word, given, asks) => {
    const pgprot = functionsOf('v7.1')[`${level}_pgprot`](hex(word));
    expect([short(pgprot), PAT[index(pgprot)]]).toEqual([given, asks]);
  });
});
