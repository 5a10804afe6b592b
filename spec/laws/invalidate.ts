/** PG11, PG12: a leaf that is made invalid for a moment is a leaf still, and of the same frame. */
import type { FunctionName, LeafLevel } from '../../model/formats/pgtable.ts';
import { eq } from '../../model/formats/u64.ts';
import { atLevel } from './at_level.ts';
import type { Law } from './law.ts';
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

const pg12: Law = {
  name: 'PG12',
  says: 'L_mkhuge() makes no entry present, or valid for the hardware, that was not, and none absent',
  cites:
    'v7.1 arch/arm64/include/asm/pgtable.h pmd_mkhuge(); "arm64: mm: Handle invalid large leaf mappings correctly" (2026-03)',
  levels: HUGE,
  needs: (level) => [`pfn_${level}`, `${level}_mkhuge`, `${level}_present`],
  over: 'protections',
  hurts: ['split', 'CPA'],
  judge: ({ t, level, mmu }) => {
    const { make, mkhuge, ask } = atLevel(t, level);
    const isPresent = ask('present');
    return (pfn, prot) => {
      const e = make(pfn, prot);
      const huge = mkhuge(e);
      return isPresent(huge) === isPresent(e) && mmu.valid(huge, level) === mmu.valid(e, level);
    };
  },
  tell: (subject, { pfn, prot }) => leafStages(subject, pfn, prot),
};

export const INVALID_LAWS: readonly Law[] = [pg11, pg11mode, pg12];
