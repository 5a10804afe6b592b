/**
 * Our laws contain what mm/debug_vm_pgtable.c asserts: every assertion is played on x86_64, and whatever breaks it is caught by a
 * law that its row names.
 */
import { describe, expect, it } from 'vitest';
import { X86_64 } from '../../../model/arch/x86/architecture.ts';
import { _PAGE_DIRTY, _PAGE_PCD, _PAGE_PRESENT, _PAGE_PROTNONE, _PAGE_PSE } from '../../../model/arch/x86/bits.ts';
import { protval_4k_2_large } from '../../../model/arch/x86/pgtable.ts';
import { assemble, type FunctionName, type Pgtable, type PgtablePatch } from '../../../model/formats/pgtable.ts';
import { bit, clear, has, or, type U64, u64, xor, ZERO } from '../../../model/formats/u64.ts';
import { specOf } from '../../../spec/all.ts';
import { MAINLINE } from '../../../spec/deposit_rule.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import {
  asserted,
  type Given,
  inWords,
  LAW_ROWS,
  type LawRow,
  LEFT_ROWS,
  WORLD_ROWS,
} from '../../../spec/laws/debug_vm_pgtable.ts';
import { failing, patchesOf } from '../../mutants/law_mutant.ts';

/** The functions that debug_vm_pgtable() calls in v7.1.5, and how many WARN_ON() each has. */
const TESTS: Readonly<Record<string, number>> = {
  pte_basic_tests: 15,
  pmd_basic_tests: 16,
  pud_basic_tests: 11,
  p4d_basic_tests: 1,
  pgd_basic_tests: 1,
  pmd_leaf_tests: 1,
  pud_leaf_tests: 1,
  pte_special_tests: 1,
  pte_protnone_tests: 2,
  pmd_protnone_tests: 2,
  pte_soft_dirty_tests: 2,
  pmd_soft_dirty_tests: 2,
  pte_swap_soft_dirty_tests: 3,
  pmd_leaf_soft_dirty_tests: 4,
  pte_swap_exclusive_tests: 10,
  pte_swap_tests: 2,
  pmd_softleaf_tests: 3,
  swap_migration_tests: 6,
  pmd_thp_tests: 4,
  pud_thp_tests: 1,
  hugetlb_basic_tests: 4,
  pte_clear_tests: 3,
  pte_advanced_tests: 6,
  pmd_clear_tests: 2,
  pmd_advanced_tests: 5,
  pmd_huge_tests: 3,
  pmd_populate_tests: 1,
  pud_clear_tests: 2,
  pud_advanced_tests: 5,
  pud_huge_tests: 3,
  pud_populate_tests: 1,
  p4d_clear_tests: 2,
  pgd_clear_tests: 2,
  p4d_populate_tests: 1,
  pgd_populate_tests: 1,
};

const PRESENT_OR_NONE = or(_PAGE_PRESENT, _PAGE_PROTNONE);

/** What the laws want of x86_64 beside v7.3 and the fourth version of the series. */
const WANTED: PgtablePatch = {
  pud_present: () => (e) => has(e, PRESENT_OR_NONE),
  // What CPA takes away is no leaf, nor does pmd_mkhuge() make it one; what pmd_mkinvalid() has is.
  pfn_pmd: (base) => (pfn, prot) => clear(base(pfn, prot), has(prot, PRESENT_OR_NONE) ? ZERO : _PAGE_PSE),
  pmd_mkhuge: (base) => (e) => (has(e, PRESENT_OR_NONE) ? base(e) : e),
  pmd_mkinvalid: (base) => (e) => or(base(e), _PAGE_PSE),
  pgprot_noncached: (_, t) => (prot) => xor(t.pgprot_writecombine(prot), or(bit(3), _PAGE_PCD)),
  arch_make_huge_pte: () => (e) => or(protval_4k_2_large(e), _PAGE_PSE),
};
const SOUND: readonly PgtablePatch[] = [...patchesOf('v7.3'), ...patchesOf('v4'), WANTED];

const functionsWith = (patches: readonly PgtablePatch[]): Pgtable => assemble(X86_64.define, patches);
const SOUND_FUNCTIONS = functionsWith(SOUND);
const { protections } = X86_64.pgprots(SOUND_FUNCTIONS);

/** The last slot of the last device of a swap file, with an ordinary frame, and each protection of user space. */
const GIVEN: readonly Given[] = protections
  .filter(({ kernel = false }) => !kernel)
  .map(({ prot }) => ({
    pfn: u64(0x80000),
    prot,
    none: protections.find(({ says }) => says === 'PAGE_NONE')!.prot,
    shift: 21,
    type: 22,
    offset: SOUND_FUNCTIONS.swp_offset!(SOUND_FUNCTIONS.swp_pte!(0, { hi: -1, lo: -1 })),
  }));

const holds = (t: Pgtable, row: LawRow): boolean => GIVEN.every((given) => asserted(t, row, given));

type Change = (e: U64) => U64;
type Slip = (base: Change, t: Readonly<Record<string, Change>>) => Change;

/** A slip of the last step that the question would notice. */
const slip = (row: LawRow, ask: LawRow['asks'][number], last: FunctionName): Slip => {
  const { level, is } = row;
  if (ask === 'same type') return (base) => (e) => xor(base(e), bit(59));
  if (ask === 'same slot') return (base) => (e) => xor(base(e), bit(40));
  // Of what is not set a function that does nothing has cleared it as well.
  if (last.includes('_clear_')) return (_, t) => t[last.replace('clear_', 'mk')]!;
  if (ask.endsWith('_swp_soft_dirty') && !is) return (base) => (e) => or(base(e), bit(1));
  const keepsDirty = !last.endsWith('_mkdirty') && !last.endsWith('_mkclean');
  if (ask === `${level}_dirty` && keepsDirty)
    return (base) => (e) => (is ? clear(base(e), or(_PAGE_DIRTY, bit(58))) : or(base(e), bit(58)));
  if (ask === `${level}_write` && last.endsWith('_mkdirty')) return (base) => (e) => clear(base(e), bit(1));
  // An entry that is made invalid loses what says that it is a leaf.
  if (last.endsWith('_mkinvalid')) return (base) => (e) => clear(base(e), _PAGE_PSE);
  return () => (e) => e;
};

/** Slips that break an assertion: of what it asks, and of the last step. */
const slipsOf = (row: LawRow): readonly PgtablePatch[] => {
  const { level, steps, is } = row;
  const last = steps.at(-1);
  const own = level === 'pmd' ? 'pmd_swp' : 'swp';
  return row.asks.flatMap((ask): readonly PgtablePatch[] => {
    const ofStep = last === undefined || last.endsWith('_mkhuge') ? [] : [{ [last]: slip(row, ask, last) }];
    if (ask !== 'same type' && ask !== 'same slot' && ask !== 'same word')
      return [{ [ask]: () => () => !is }, ...ofStep];
    if (steps.length > 0) return ofStep;
    if (ask === 'same type') return [{ [`${own}_type`]: (base: (e: U64) => number) => (e: U64) => base(e) ^ 1 }];
    return [{ [`${own}_offset`]: (base: Change) => (e: U64) => xor(base(e), bit(3)) }];
  });
};

/** The laws of a row that fail. */
const caughtBy = ({ laws, level, lawsAt = level }: LawRow, patches: readonly PgtablePatch[]): readonly string[] =>
  failing(
    patches,
    LAWS.filter(({ name }) => laws.includes(name)),
  ).filter((one) => one.endsWith(` ${lawsAt}`));

describe('mm/debug_vm_pgtable.c', () => {
  it('is here with every function and every WARN_ON()', () => {
    const all = [...LAW_ROWS, ...WORLD_ROWS.filter(({ silent = false }) => !silent), ...LEFT_ROWS];
    const counts = Object.fromEntries(
      Object.keys(TESTS).map((name) => [name, all.filter(({ test }) => test === name).length]),
    );
    expect(counts).toEqual(TESTS);
    expect([...new Set(all.map(({ test }) => test))].toSorted()).toEqual(Object.keys(TESTS).toSorted());
  });

  it('names laws that there are, at levels that they have', () => {
    const known = new Set(LAWS.flatMap(({ name, levels }) => levels.map((level) => `${name} ${level}`)));
    const named = LAW_ROWS.flatMap(({ laws, level, lawsAt = level }) => laws.map((name) => `${name} ${lawsAt}`));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('names properties that there are', () => {
    const known = new Set(
      specOf(MAINLINE, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: false }).map(({ name }) => name),
    );
    const named = WORLD_ROWS.flatMap(({ properties }) => properties);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('finds nothing in x86_64 of v7.1, of which our laws find what this test does not ask', () => {
    const t = functionsWith([]);
    expect(LAW_ROWS.filter((row) => !holds(t, row)).map(inWords)).toEqual([]);
    expect(failing([]).length).toBeGreaterThan(0);
  });

  it('begins with functions of which every law holds', () => {
    expect(failing(SOUND)).toEqual([]);
  });
});

describe.each(LAW_ROWS.map((row) => ({ row, says: inWords(row) })))('$row.test: $says', ({ row }) => {
  const broken = slipsOf(row).map((patch) => ({ of: Object.keys(patch).join(), patches: [...SOUND, patch] }));

  it('holds, and does not hold with slips', () => {
    expect(holds(SOUND_FUNCTIONS, row)).toBe(true);
    expect(broken.length).toBeGreaterThan(0);
    expect(broken.filter(({ patches }) => holds(functionsWith(patches), row)).map(({ of }) => of)).toEqual([]);
  });

  it('is contained: every slip fails a law that the row names', () => {
    expect(broken.filter(({ patches }) => caughtBy(row, patches).length === 0).map(({ of }) => of)).toEqual([]);
  });
});

/** Round trips, splits, mprotect(), userfaultfd, L1TF, cache modes, page protections. */
const BEYOND =
  'PG1 PG2 PG3 PG3-leaf PG4 PG5 PG6 PG6-again PG7 PG7-any PG8 PG8-rights PG9 PG10 PG11-flags PG11-mode PG12 PG12-absent PG13 PG13-young PG14 PG15 PG15-driver PG16 PG17 PG18 PG19 ' +
  'PG21-uffd PG26 PG27 PG30 PG30-modify PG30-swap PG31 PG32 PG33 PG34 PG35-mode PG36 PG37 PG38 PG42';

describe('the laws', () => {
  it('say more: of these no assertion knows anything', () => {
    const named = new Set(LAW_ROWS.flatMap(({ laws }) => laws));
    expect(
      LAWS.map(({ name }) => name)
        .filter((name) => !named.has(name))
        .join(' '),
    ).toBe(BEYOND);
  });
});
