/** PG11, PG12: a leaf that is made invalid for a moment is a leaf still, and of the same frame; what is not present stays so. */
import type { FunctionName, LeafLevel } from '../../model/formats/pgtable.ts';
import { eq, type U64 } from '../../model/formats/u64.ts';
import { atLevel, present } from './at_level.ts';
import type { Law, Subject } from './law.ts';
import { leafStages } from './round_trip.ts';

const HUGE: readonly LeafLevel[] = ['pmd', 'pud'];

/** pudp_invalidate() leaves a PUD that need not be present: nobody walks it without the lock. */
const asks = (level: LeafLevel): readonly FunctionName[] =>
  level === 'pmd' ? ['pmd_present', 'pmd_leaf', 'pmd_trans_huge'] : ['pud_leaf', 'pud_trans_huge'];

const pg11: Law = {
  name: 'PG11',
  says: 'L_mkinvalid(leaf) is invalid for the hardware, has the frame of the leaf, and is L_leaf() and L_trans_huge() still; of a PMD also pmd_present()',
  cites:
    'v7.1 mm/pgtable-generic.c pmdp_invalidate(); mm/debug_vm_pgtable.c pmd_thp_tests(); Documentation/mm/arch_pgtable_helpers.rst pmd_mkinvalid',
  levels: HUGE,
  needs: (level) => [`pfn_${level}`, `${level}_mkhuge`, `${level}_pfn`, `${level as 'pmd'}_mkinvalid`, ...asks(level)],
  over: 'protections',
  hurts: ['split', 'mprotect', 'every walker'],
  judge: ({ t, level, mmu }) => {
    const { leaf, pfn: frame, mkinvalid } = atLevel(t, level);
    const tests = asks(level).map((name) => t[name] as (e: unknown) => boolean);
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      const gone = mkinvalid(e);
      if (mmu.valid(gone, level) || !eq(frame(gone), frame(e))) return false;
      for (const test of tests) if (test(e) && !test(gone)) return false;
      return true;
    };
  },
  tell: (subject, { pfn, prot }) => {
    const { leaf, mkinvalid } = atLevel(subject.t, subject.level);
    const gone = mkinvalid(leaf(pfn, prot));
    return [
      ...leafStages(subject, pfn, prot),
      { says: `${subject.level}_mkinvalid() of it`, word: gone, as: subject.level },
    ];
  },
};

/** What is made invalid for a moment goes through pfn_L() once more, on x86: a conversion that pfn_L() makes must not be made twice. */
const pg11mode: Law = {
  ...pg11,
  name: 'PG11-mode',
  says: 'L_mkinvalid(leaf) has the cache mode of the leaf',
  needs: (level) => [`pfn_${level}`, `${level}_mkhuge`, `${level as 'pmd'}_mkinvalid`],
  judge: ({ t, level, mmu }) => {
    const { leaf, mkinvalid } = atLevel(t, level);
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      return mmu.mode(level, mkinvalid(e)) === mmu.mode(level, e);
    };
  },
};

/** As far as an architecture has them. */
const KEPT = ['write', 'dirty', 'young', 'special', 'soft_dirty', 'uffd_wp'];

/** Whoever makes a leaf invalid is given back what it was; whoever looks at it without the lock sees this. */
const pg11flags: Law = {
  ...pg11,
  name: 'PG11-flags',
  says: 'L_mkinvalid(leaf) is L_write(), L_dirty(), L_young(), L_special(), L_soft_dirty() and L_uffd_wp() where the leaf is',
  cites: 'v7.1 mm/pgtable-generic.c pmdp_invalidate()',
  needs: (level) => [`pfn_${level}`, `${level}_mkhuge`, `${level as 'pmd'}_mkinvalid`],
  frames: 'few',
  hurts: ['every walker'],
  judge: ({ t, level }) => {
    const { leaf, mkinvalid, ask } = atLevel(t, level);
    const tests = present(t, level, KEPT).map(ask);
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      const gone = mkinvalid(e);
      for (const test of tests) if (test(gone) !== test(e)) return false;
      return true;
    };
  },
};

const keepsPresence =
  ({ t, level, mmu }: Subject) =>
  (pfn: U64, prot: U64): boolean => {
    const { make, mkhuge, ask } = atLevel(t, level);
    const isPresent = ask('present');
    const e = make(pfn, prot);
    const huge = mkhuge(e);
    return isPresent(huge) === isPresent(e) && mmu.valid(huge, level) === mmu.valid(e, level);
  };

const pg12: Law = {
  name: 'PG12',
  says: 'L_mkhuge() makes no entry present, or valid for the hardware, that was not, and none absent; nor one that the kernel takes away from itself (x86: neither present nor PROT_NONE)',
  cites:
    'v7.1 arch/arm64/include/asm/pgtable.h pmd_mkhuge(); "arm64: mm: Handle invalid large leaf mappings correctly" (2026-03); arch/x86/mm/pat/set_memory.c',
  levels: HUGE,
  needs: (level) => [`pfn_${level}`, `${level}_mkhuge`, `${level}_present`],
  over: 'protections',
  hurts: ['split', 'CPA'],
  judge: (subject) => {
    const keeps = keepsPresence(subject);
    const { withdrawn } = subject.mmu;
    if (withdrawn === undefined) return keeps;
    return (pfn, prot) => keeps(pfn, prot) && keeps(pfn, withdrawn(prot));
  },
  tell: (subject, { pfn, prot }) => {
    const { withdrawn } = subject.mmu;
    if (withdrawn === undefined || !keepsPresence(subject)(pfn, prot)) return leafStages(subject, pfn, prot);
    return leafStages(subject, pfn, withdrawn(prot));
  },
};

/** Of x86, where the bit that says leaf says present as well: pfn_L() may set it, or be given any protection, and not both. */
const pg12absent: Law = {
  ...pg12,
  name: 'PG12-absent',
  says: 'pfn_L() of a protection that the kernel takes away from itself, neither present nor PROT_NONE, is not L_present()',
  cites:
    'v7.1 arch/x86/mm/pat/set_memory.c __should_split_large_page(), __split_large_page(); "x86/mm: pageattr: prevent PSE and GLOBAL leftovers to confuse pmd/pte_present and pmd_huge" (2012-12)',
  needs: (level) => [`pfn_${level}`, `${level}_present`],
  unless: ({ withdrawn }) =>
    withdrawn === undefined ? 'its kernel makes no leaf of a protection that is not present' : undefined,
  hurts: ['CPA'],
  judge: ({ t, level, mmu }) => {
    const { make, ask } = atLevel(t, level);
    const isPresent = ask('present');
    const withdrawn = mmu.withdrawn!;
    return (pfn, prot) => !isPresent(make(pfn, withdrawn(prot)));
  },
  tell: ({ t, level, mmu }, { pfn, prot }) => {
    const absent = mmu.withdrawn!(prot);
    return [
      { says: 'p', word: prot, as: 'pgprot' },
      { says: 'what CPA makes of it', word: absent, as: 'pgprot' },
      { says: `pfn_${level}() of that`, word: atLevel(t, level).make(pfn, absent), as: level },
    ];
  },
};

export const INVALID_LAWS: readonly Law[] = [pg11, pg11mode, pg11flags, pg12, pg12absent];
