/** PG30: an entry that is not present names no frame that memory has, to a CPU that reads ahead of the fault. */
import { below, type U64 } from '../../model/formats/u64.ts';
import { atLevel, present } from './at_level.ts';
import type { Law } from './law.ts';
import type { Guessing, Mmu } from './mmu.ts';
import { ofModify } from './mprotect.ts';
import { ALL, at, itself, ofLeaf } from './of_leaf.ts';

const CITES =
  'v7.1 arch/x86/include/asm/pgtable-invert.h; Documentation/admin-guide/hw-vuln/l1tf.rst; arch/x86/mm/mmap.c pfn_modify_allowed()';

const NO_GUESS = 'no CPU of it reads by an entry that is not present (L1TF)';
const unless = ({ guessing }: Mmu): string | undefined => (guessing === undefined ? NO_GUESS : undefined);

/** Whether a CPU reads memory by an entry that is not present, where the frame of the entry is one of memory. */
export const leaks = (mmu: Mmu, level: 'pte' | 'pmd' | 'pud', e: U64): boolean => {
  const { frame, limit } = mmu.guessing as Guessing;
  return !mmu.valid(e, level) && below(frame(level, e), limit);
};

const pg30 = ofLeaf(
  {
    name: 'PG30',
    says: 'A leaf of a frame of memory that is not present, of PAGE_NONE or after L_mkinvalid(), guides a CPU with L1TF to no memory',
    cites: CITES,
    levels: ALL,
    hurts: ['mprotect', 'split'],
    unless,
  },
  () => [],
  ({ t, level, mmu }) => {
    const { mkinvalid } = atLevel(t, level);
    const right = (e: U64, _leaf: U64, _prot: U64, pfn: U64): boolean =>
      !leaks(mmu, level, e) || !below(pfn, mmu.guessing!.limit);
    const gone = present(t, level, ['mkinvalid']).map((name) => ({
      says: `${level}_${name}() of it`,
      gives: mkinvalid,
      right,
    }));
    return [itself(right), ...gone];
  },
);

const pg30modify: Law = {
  ...ofModify(
    {
      name: 'PG30-modify',
      says: 'PG30 of a leaf after L_modify(leaf, PAGE_NONE)',
      cites: CITES,
      hurts: ['mprotect'],
      levels: ALL,
    },
    (level) => at(level, ['pfn']),
    ({ t, level, mmu }) => {
      const { pfn } = atLevel(t, level);
      return (old, after) => !leaks(mmu, level, after) || !below(pfn(old), mmu.guessing!.limit);
    },
    true,
  ),
  unless,
};

export const L1TF_LAWS: readonly Law[] = [pg30, pg30modify];
export { unless as unlessGuessing };
