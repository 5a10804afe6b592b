/** PG7, PG17: the PTEs of a leaf that is split map what it mapped, as it mapped it. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { add, eq, type U64, u64 } from '../../model/formats/u64.ts';
import { atLevel, splitPte } from './at_level.ts';
import type { Law, Stage, Subject } from './law.ts';
import type { Mmu } from './mmu.ts';
import { leafStages } from './round_trip.ts';

const HUGE: readonly LeafLevel[] = ['pmd', 'pud'];
const SPLIT =
  'v4 7/7 of "mm: add huge pfnmap support for remap_pfn_range()", message (__split_huge_pfnmap_pmd()); v1 and v2 2/2, code';

/** The first and the second PTE: an odd frame shows what an even one hides. */
const SECOND = u64(1);

/** Whether a PTE maps the frame, with rights and cache mode of the leaf. */
const mapsAs = (mmu: Mmu, level: LeafLevel, leaf: U64, pte: U64, frame: U64, read: (pte: U64) => U64): boolean =>
  mmu.legal('pte', pte) &&
  mmu.valid(pte, 'pte') === mmu.valid(leaf, level) &&
  mmu.isNone(pte, 'pte') === mmu.isNone(leaf, level) &&
  mmu.mode('pte', pte) === mmu.mode(level, leaf) &&
  mmu.rights('pte', pte) === mmu.rights(level, leaf) &&
  eq(read(pte), frame) &&
  (!mmu.valid(pte, 'pte') || eq(mmu.frame('pte', pte), frame));

const stages = (subject: Subject, pfn: U64, prot: U64): readonly Stage[] => {
  const { t, level } = subject;
  const leaf = atLevel(t, level).leaf(pfn, prot);
  const split = splitPte(t, level);
  return [
    ...leafStages(subject, pfn, prot),
    { says: 'split, PTE 0', word: split(pfn, leaf), as: 'pte' },
    { says: 'split, PTE 1', word: split(add(pfn, SECOND), leaf), as: 'pte' },
  ];
};

const pg7: Law = {
  name: 'PG7',
  says: 'pfn_pte(k, L_pgprot(leaf)) is a legal PTE of frame k with the cache mode and the rights of the leaf',
  cites: SPLIT,
  levels: HUGE,
  needs: (level) => ['pfn_pte', 'pte_pfn', `pfn_${level}`, `${level}_mkhuge`, `${level}_pgprot`],
  over: 'protections',
  hurts: ['split', 'CPA', 'split_kernel_leaf_mapping'],
  judge: ({ t, level, mmu }) => {
    const { leaf } = atLevel(t, level);
    const split = splitPte(t, level);
    const read = t.pte_pfn!;
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      const next = add(pfn, SECOND);
      return mapsAs(mmu, level, e, split(pfn, e), pfn, read) && mapsAs(mmu, level, e, split(next, e), next, read);
    };
  },
  tell: (subject, { pfn, prot }) => stages(subject, pfn, prot),
};

/** Leaves come from elsewhere, too: the direct map, the firmware, a driver that sets the bits itself. */
const pg7any: Law = {
  ...pg7,
  name: 'PG7-any',
  says: 'PG7 of a leaf with any cache mode that the hardware knows, whoever made it',
  frames: 'few',
  judge: ({ t, level, mmu }) => {
    const { leaf } = atLevel(t, level);
    const split = splitPte(t, level);
    const read = t.pte_pfn!;
    const modes = mmu.modes.map((_, mode) => mode);
    return (pfn, prot) => {
      const made = leaf(pfn, prot);
      if (!mmu.legal(level, made)) return true;
      const next = add(pfn, SECOND);
      return modes.every((mode) => {
        const e = mmu.withMode(level, made, mode);
        return mapsAs(mmu, level, e, split(pfn, e), pfn, read) && mapsAs(mmu, level, e, split(next, e), next, read);
      });
    };
  },
  tell: (subject, { pfn, prot }) => {
    const { t, level, mmu } = subject;
    const made = atLevel(t, level).leaf(pfn, prot);
    const split = splitPte(t, level);
    const wrong = mmu.modes.findIndex((_, mode) => {
      const e = mmu.withMode(level, made, mode);
      return [pfn, add(pfn, SECOND)].some((frame) => !mapsAs(mmu, level, e, split(frame, e), frame, t.pte_pfn!));
    });
    const e = mmu.withMode(level, made, wrong);
    return [
      { says: `a leaf that is ${mmu.modes[wrong]!}`, word: e, as: level },
      { says: 'split, PTE 0', word: split(pfn, e), as: 'pte' },
      { says: 'split, PTE 1', word: split(add(pfn, SECOND), e), as: 'pte' },
    ];
  },
};

const pg17: Law = {
  name: 'PG17',
  says: 'pte_special(pfn_pte(k, L_pgprot(leaf))) is L_special(leaf): the bit is at one place at every level',
  cites: SPLIT,
  levels: HUGE,
  needs: (level) => [
    'pfn_pte',
    'pte_special',
    `pfn_${level}`,
    `${level}_mkhuge`,
    `${level}_pgprot`,
    `${level}_special`,
  ],
  over: 'protections',
  hurts: ['split'],
  judge: ({ t, level }) => {
    const { leaf, ask } = atLevel(t, level);
    const split = splitPte(t, level);
    const [ofPte, ofLeaf] = [t.pte_special!, ask('special')];
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      return ofPte(split(pfn, e)) === ofLeaf(e);
    };
  },
  tell: (subject, { pfn, prot }) => stages(subject, pfn, prot),
};

export const SPLIT_LAWS: readonly Law[] = [pg7, pg7any, pg17];
