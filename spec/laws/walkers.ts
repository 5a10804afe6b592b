/** PG25, PG28, PG29: how a walker tells a leaf from a table, and both from nothing. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { type U64, ZERO } from '../../model/formats/u64.ts';
import { atLevel } from './at_level.ts';
import type { Law, Subject } from './law.ts';
import { ACCESS } from './mmu.ts';
import { ALL, at, HUGE, itself, ofLeaf } from './of_leaf.ts';

const asks = (level: LeafLevel): readonly string[] => (level === 'pte' ? ['present'] : ['present', 'leaf']);
const seenBy = ({ t, level }: Subject) => asks(level).map((name) => atLevel(t, level).ask(name));

const pg25 = ofLeaf(
  {
    name: 'PG25',
    says: 'L_protnone() is true of a leaf by which the hardware refuses every access, one of PAGE_NONE, and of no other',
    cites: 'v7.1 include/linux/pgtable.h pte_protnone(); mm/debug_vm_pgtable.c pte_protnone_tests()',
    levels: ALL,
    hurts: ['mprotect', 'every walker'],
  },
  (level) => at(level, ['protnone']),
  ({ t, level, mmu }) => {
    const protnone = atLevel(t, level).ask('protnone');
    // An entry that is old can be invalid as well, where the hardware knows no accessed bit.
    const isNone = (e: U64): boolean => mmu.isNone(e, level) || mmu.valid(e, level);
    return [itself((e) => protnone(e) === (isNone(e) && (mmu.rights(level, e) & ACCESS) === 0))];
  },
);

const pg28 = ofLeaf(
  {
    name: 'PG28',
    says: 'A leaf is L_present() and, above the lowest level, L_leaf(), also one of PAGE_NONE: a walker neither skips it nor goes down',
    cites: 'v7.1 mm/memory.c follow_pfnmap_start(); mm/pagewalk.c walk_pud_range(), walk_pmd_range()',
    levels: ALL,
    hurts: ['every walker', 'follow_pfnmap'],
  },
  (level) => at(level, asks(level)),
  (subject) => {
    const tests = seenBy(subject);
    return [itself((e) => tests.every((test) => test(e)))];
  },
);

/** By itself, since on x86 a PUD leaf of PAGE_NONE fails PG28 already. */
const pg28none = ofLeaf(
  {
    name: 'PG28-none',
    says: 'A leaf is not L_none(), and 0 is, where an empty entry is 0: neither L_present() nor L_leaf()',
    cites: 'v7.1 mm/debug_vm_pgtable.c pte_clear_tests(), pmd_clear_tests(); mm/memory.c copy_pmd_range()',
    levels: ALL,
    hurts: ['every walker'],
  },
  (level) => at(level, ['none', ...asks(level)]),
  (subject) => {
    const tests = seenBy(subject);
    const none = atLevel(subject.t, subject.level).ask('none');
    const leaf = itself((e) => !none(e));
    if (subject.mmu.emptyIsNotZero === true) return [leaf];
    return [
      leaf,
      { says: 'nothing', gives: () => ZERO, right: (nothing) => none(nothing) && !tests.some((test) => test(nothing)) },
    ];
  },
);

/** Of vm_page_prot, without what came later: with _PAGE_DEVMAP a leaf was no transparent huge page, by design (until v6.16). */
const pg28thp = ofLeaf(
  {
    name: 'PG28-thp',
    says: 'A leaf of vm_get_page_prot() is L_trans_huge()',
    cites: 'v7.1 mm/debug_vm_pgtable.c pmd_thp_tests(), pud_thp_tests()',
    levels: HUGE,
    over: 'vm_get_page_prot()',
    hurts: ['split', 'every walker'],
  },
  (level) => at(level, ['trans_huge']),
  ({ t, level }) => [itself(atLevel(t, level).ask('trans_huge'))],
);

const pg29 = ofLeaf(
  {
    name: 'PG29',
    says: 'L_bad(leaf) is true: a leaf is no table',
    cites:
      'v7.1 mm/debug_vm_pgtable.c pmd_basic_tests(), pud_basic_tests(); include/linux/pgtable.h pmd_none_or_clear_bad()',
    levels: HUGE,
    hurts: ['every walker'],
  },
  (level) => at(level, ['bad']),
  ({ t, level }) => [itself(atLevel(t, level).ask('bad'))],
);

export const WALKER_LAWS: readonly Law[] = [pg25, pg28, pg28none, pg28thp, pg29];
