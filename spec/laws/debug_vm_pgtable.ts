/**
 * mm/debug_vm_pgtable.c (v7.1), assertion by assertion: which of our laws contains it, or which property of the worlds, or why
 * none. The kernel asks of one frame, and of 16 protections without cache mode, key or flag; a law asks of all.
 * What stores an entry is taken for what it stores: ptep_set_wrprotect() is pte_wrprotect(), ptep_test_and_clear_young()
 * pte_mkold(), ptep_get_and_clear() leaves 0, ptep_set_access_flags() what it is given.
 */
import type { FunctionName, LeafLevel, Pgtable } from '../../model/formats/pgtable.ts';
import { eq, type U64, ZERO } from '../../model/formats/u64.ts';

/** What an assertion begins with: an entry of the protection, of PAGE_NONE, of hugetlb, of a swap slot, or nothing. */
export type Start = 'entry' | 'of PAGE_NONE' | 'of hugetlb' | 'swap entry' | 'nothing';

/** That a swap entry has the type that it was made with; that it names the same slot; that what is made of these is the same word. */
type Sameness = 'same type' | 'same slot' | 'same word';

/** An assertion about functions of entries. */
export interface LawRow {
  readonly test: string;
  readonly level: LeafLevel;
  readonly from: Start;
  /** One after the other. */
  readonly steps: readonly FunctionName[];
  /** True of the last, each; or false, each. */
  readonly asks: readonly (FunctionName | Sameness)[];
  readonly is: boolean;
  /** What breaks the assertion breaks one of these. */
  readonly laws: readonly string[];
  /** Where the laws are of another level than the functions. */
  readonly lawsAt?: LeafLevel;
}

/** An assertion about page tables, which properties of the worlds contain. */
export interface WorldRow {
  readonly test: string;
  readonly asserts: string;
  /** Done by the test, and not asserted. */
  readonly silent?: true;
  readonly properties: readonly string[];
}

export interface LeftRow {
  readonly test: string;
  readonly asserts: string;
  readonly why: string;
}

/** [what is asked, what it is, the steps before, the laws], by names without the level. */
type Short = readonly [asks: string, is: boolean, steps: string, laws: string];

const BASICS: readonly Short[] = [
  ['dirty', false, 'wrprotect', 'PG24'],
  ['young', true, 'mkold mkyoung', 'PG20'],
  ['dirty', true, 'mkclean mkdirty', 'PG20'],
  ['write', true, 'wrprotect mkwrite', 'PG20'],
  ['young', false, 'mkyoung mkold', 'PG20'],
  ['dirty', false, 'mkdirty mkclean', 'PG20'],
  ['write', false, 'mkwrite wrprotect', 'PG20'],
  ['dirty', false, 'mkclean wrprotect', 'PG23'],
  ['dirty', true, 'mkdirty wrprotect', 'PG23'],
];
const NOVMA: readonly Short[] = [
  ['dirty', true, 'mkdirty mkwrite_novma', 'PG23'],
  ['dirty', false, 'mkclean mkwrite_novma', 'PG23'],
  ['write', true, 'mkwrite_novma mkdirty', 'PG20 PG22'],
  ['write', true, 'wrprotect mkwrite_novma', 'PG20'],
  ['write', false, 'mkwrite_novma wrprotect', 'PG20'],
];
const NO_TABLE: Short = ['bad', true, 'mkhuge', 'PG29'];
/** What is stored, and read again. */
const ADVANCED: readonly Short[] = [
  ['write', false, 'wrprotect', 'PG20'],
  ['write dirty', true, 'wrprotect mkclean mkwrite mkdirty', 'PG20 PG22'],
  ['young', false, 'mkyoung mkold', 'PG20'],
];
const SOFT_DIRTY: readonly Short[] = [
  ['soft_dirty', true, 'mksoft_dirty', 'PG21'],
  ['soft_dirty', false, 'clear_soft_dirty', 'PG21'],
];
const SWP_SOFT_DIRTY: readonly Short[] = [
  ['swp_soft_dirty', true, 'swp_mksoft_dirty', 'PG41'],
  ['swp_soft_dirty', false, 'swp_clear_soft_dirty', 'PG41'],
];

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

const rows = (test: string, level: LeafLevel, from: Start, shorts: readonly Short[]): readonly LawRow[] =>
  shorts.map(([asks, is, steps, laws]) => ({
    test,
    level,
    from,
    steps: words(steps).map((name) => `${level}_${name}` as FunctionName),
    asks: asks.startsWith('same ') ? [asks as Sameness] : words(asks).map((name) => `${level}_${name}` as FunctionName),
    is,
    laws: words(laws),
  }));

const noneAfter = (test: string, level: LeafLevel): readonly LawRow[] =>
  rows(test, level, 'nothing', [['none', true, '', 'PG28-none']]);

/** softleaf_is_swap(), pmd_is_valid_softleaf(): it is told by the type, which comes back. */
const SWAP: Short = ['same type', true, '', 'PG39'];
const slot = (steps: string): Short => ['same slot', true, steps, 'PG39 PG41'];

export const LAW_ROWS: readonly LawRow[] = [
  ...rows('pte_basic_tests', 'pte', 'entry', [...BASICS, ...NOVMA]),
  ...rows('pmd_basic_tests', 'pmd', 'entry', [...BASICS, ...NOVMA, NO_TABLE]),
  ...rows('pud_basic_tests', 'pud', 'entry', [...BASICS, NO_TABLE]),
  ...rows('pmd_leaf_tests', 'pmd', 'entry', [['leaf', true, 'mkhuge', 'PG28']]),
  ...rows('pud_leaf_tests', 'pud', 'entry', [['leaf', true, 'mkhuge', 'PG28']]),
  ...rows('pte_special_tests', 'pte', 'entry', [['special', true, 'mkspecial', 'PG20']]),
  ...rows('pte_protnone_tests', 'pte', 'of PAGE_NONE', [
    ['protnone', true, '', 'PG25'],
    ['present', true, '', 'PG28'],
  ]),
  ...rows('pmd_protnone_tests', 'pmd', 'of PAGE_NONE', [
    ['protnone', true, 'mkhuge', 'PG25'],
    ['present', true, 'mkhuge', 'PG28'],
  ]),
  ...rows('pte_soft_dirty_tests', 'pte', 'entry', SOFT_DIRTY),
  ...rows('pmd_soft_dirty_tests', 'pmd', 'entry', SOFT_DIRTY),
  ...rows('pte_swap_soft_dirty_tests', 'pte', 'swap entry', [SWAP, ...SWP_SOFT_DIRTY]),
  // pmd_is_huge() is true of what is neither none nor present; what is valid as a PMD is told by the type.
  ...rows('pmd_leaf_soft_dirty_tests', 'pmd', 'swap entry', [
    ['none present', false, '', 'PG40'],
    SWAP,
    ...SWP_SOFT_DIRTY,
  ]),
  ...rows('pte_swap_exclusive_tests', 'pte', 'swap entry', [
    ['swp_exclusive', false, '', 'PG41'],
    SWAP,
    slot(''),
    ['swp_exclusive', true, 'swp_mkexclusive', 'PG41'],
    ['same type', true, 'swp_mkexclusive', 'PG41'],
    slot('swp_mkexclusive'),
    ['swp_soft_dirty', false, 'swp_mkexclusive', 'PG41'],
    ['swp_exclusive', false, 'swp_mkexclusive swp_clear_exclusive', 'PG41'],
    ['same type', true, 'swp_mkexclusive swp_clear_exclusive', 'PG39'],
    slot('swp_mkexclusive swp_clear_exclusive'),
  ]),
  ...rows('pte_swap_tests', 'pte', 'swap entry', [SWAP, ['same word', true, '', 'PG39']]),
  ...rows('pmd_softleaf_tests', 'pmd', 'swap entry', [
    ['none present', false, '', 'PG40'],
    SWAP,
    ['same word', true, '', 'PG39'],
  ]),
  ...rows('pmd_thp_tests', 'pmd', 'entry', [
    ['trans_huge', true, 'mkhuge', 'PG28-thp'],
    ['trans_huge', true, 'mkhuge mkinvalid', 'PG11 PG28-thp'],
    ['present', true, 'mkhuge mkinvalid', 'PG11 PG28'],
    ['leaf', true, 'mkhuge mkinvalid', 'PG11 PG28'],
  ]),
  ...rows('pud_thp_tests', 'pud', 'entry', [['trans_huge', true, 'mkhuge', 'PG28-thp']]),
  // A huge page of hugetlb has the functions of a PTE.
  ...rows('hugetlb_basic_tests', 'pte', 'of hugetlb', [['huge', true, '', 'PG35']]).map((row) => ({
    ...row,
    lawsAt: 'pmd' as const,
  })),
  ...rows('hugetlb_basic_tests', 'pte', 'of hugetlb', [
    ['dirty', true, 'mkdirty', 'PG20'],
    ['write', true, 'wrprotect mkwrite', 'PG20'],
    ['write', false, 'mkwrite wrprotect', 'PG20'],
  ]),
  ...rows('pte_clear_tests', 'pte', 'entry', [['none', false, '', 'PG28-none']]),
  ...noneAfter('pte_clear_tests', 'pte'),
  ...rows('pte_advanced_tests', 'pte', 'entry', ADVANCED),
  // After ptep_get_and_clear(), and after ptep_get_and_clear_full().
  ...noneAfter('pte_advanced_tests', 'pte'),
  ...noneAfter('pte_advanced_tests', 'pte'),
  ...rows('pmd_advanced_tests', 'pmd', 'entry', ADVANCED),
  // After pmdp_huge_get_and_clear(), and after pmdp_huge_get_and_clear_full().
  ...noneAfter('pmd_advanced_tests', 'pmd'),
  ...noneAfter('pmd_advanced_tests', 'pmd'),
  ...rows('pud_advanced_tests', 'pud', 'entry', ADVANCED),
  // After pudp_huge_get_and_clear(), and after pudp_huge_get_and_clear_full().
  ...noneAfter('pud_advanced_tests', 'pud'),
  ...noneAfter('pud_advanced_tests', 'pud'),
  ...noneAfter('pmd_huge_tests', 'pmd'),
  ...noneAfter('pud_huge_tests', 'pud'),
  ...noneAfter('pmd_clear_tests', 'pmd'),
  ...noneAfter('pud_clear_tests', 'pud'),
];

export const WORLD_ROWS: readonly WorldRow[] = [
  {
    test: 'pmd_advanced_tests',
    asserts: 'a table can be deposited for the leaf, and withdrawn when it has gone',
    silent: true,
    properties: ['I-DEP', 'I-NRPTES', 'I-NOEMPTY'],
  },
  { test: 'pmd_clear_tests', asserts: 'an entry that points to a table is not none', properties: ['I-LIVE'] },
  { test: 'pud_clear_tests', asserts: 'an entry that points to a table is not none', properties: ['I-LIVE'] },
  { test: 'pmd_populate_tests', asserts: 'pmd_bad() is false of a table', properties: ['bad-pmd'] },
  { test: 'pud_populate_tests', asserts: 'pud_bad() is false of a table', properties: ['bad-pud'] },
  ...['writable', 'readable, of the offset of another', 'readable'].flatMap((kind) => [
    {
      test: 'swap_migration_tests',
      asserts: `a migration entry made ${kind} is a migration entry`,
      properties: ['I-REF', 'I-KEPT'],
    },
    {
      test: 'swap_migration_tests',
      asserts: `a migration entry made ${kind} is so`,
      properties: ['I-PERM', 'I-EXCL'],
    },
  ]),
];

const SAME_WORD = 'p?d_same() compares words: two are the same if all bits are';
const VMAP = 'leaves of the kernel for vmalloc() are in no world, and x86 asks the MTRRs before it sets one';
const UPPER = 'the worlds have no level above PUD, and no leaf stands there';

export const LEFT_ROWS: readonly LeftRow[] = [
  ...['pte', 'pmd', 'pud', 'p4d', 'pgd'].map((level) => ({
    test: `${level}_basic_tests`,
    asserts: `${level}_same(e, e)`,
    why: SAME_WORD,
  })),
  ...['pmd', 'pud'].flatMap((level) => [
    { test: `${level}_huge_tests`, asserts: `${level}_set_huge() succeeds`, why: VMAP },
    { test: `${level}_huge_tests`, asserts: `${level}_clear_huge() succeeds`, why: VMAP },
  ]),
  ...['p4d', 'pgd'].flatMap((level) => [
    { test: `${level}_clear_tests`, asserts: `${level}_none() is false of a table`, why: UPPER },
    { test: `${level}_clear_tests`, asserts: `${level}_none() is true after ${level}_clear()`, why: UPPER },
    { test: `${level}_populate_tests`, asserts: `${level}_bad() is false of a table`, why: UPPER },
  ]),
  ...['pte_clear_tests', 'pte_advanced_tests'].map((test) => ({
    test,
    asserts: 'the test has a PTE to work on',
    why: 'a condition of the test itself',
  })),
];

/** `!pte_dirty(pte_wrprotect(entry))`. */
export const inWords = ({ steps, asks, is, from }: LawRow): string => {
  const of = steps.reduce<string>((e, step) => `${step}(${e})`, from);
  return asks.map((ask) => `${is ? '' : '!'}${ask}(${of})`).join(' && ');
};

/** What the kernel's test has at hand. */
export interface Given {
  readonly pfn: U64;
  readonly prot: U64;
  readonly none: U64;
  readonly shift: number;
  readonly type: number;
  readonly offset: U64;
}

type Call = (...of: readonly unknown[]) => unknown;

/** The first word of an assertion. */
const begins = (t: Pgtable, { level, from }: LawRow, { pfn, prot, none, shift, type, offset }: Given): U64 => {
  const make = t[`pfn_${level}`]!;
  switch (from) {
    case 'entry':
      return make(pfn, prot);
    case 'of PAGE_NONE':
      return make(pfn, none);
    case 'of hugetlb':
      return t.arch_make_huge_pte!(make(pfn, prot), shift);
    case 'swap entry':
      return level === 'pmd' ? t.swp_pmd!(type, offset) : t.swp_pte!(type, offset);
    case 'nothing':
      return ZERO;
  }
};

/** Whether an assertion holds, as the kernel asks it. */
export const asserted = (t: Pgtable, row: LawRow, given: Given): boolean => {
  const call = (name: FunctionName, e: U64): unknown => (t[name] as Call)(e);
  const first = begins(t, row, given);
  const last = row.steps.reduce((e, step) => call(step, e) as U64, first);
  const [type, offset] =
    row.level === 'pmd' ? (['pmd_swp_type', 'pmd_swp_offset'] as const) : (['swp_type', 'swp_offset'] as const);
  const sameType = (): boolean => call(type, last) === given.type;
  const sameSlot = (): boolean => sameType() && eq(call(offset, last) as U64, given.offset);
  return row.asks.every((ask) => {
    if (ask === 'same type') return sameType();
    if (ask === 'same slot') return sameSlot();
    if (ask !== 'same word') return call(ask, last) === row.is;
    const read = { ...given, type: call(type, last) as number, offset: call(offset, last) as U64 };
    return eq(last, begins(t, row, read));
  });
};
