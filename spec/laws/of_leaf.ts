/** Laws of one leaf at a time: what functions make of it, each step by itself. */
import type { FunctionName, LeafLevel } from '../../model/formats/pgtable.ts';
import type { U64 } from '../../model/formats/u64.ts';
import { atLevel } from './at_level.ts';
import type { Law, Subject } from './law.ts';
import { leafStages } from './round_trip.ts';

export const ALL: readonly LeafLevel[] = ['pte', 'pmd', 'pud'];
export const HUGE: readonly LeafLevel[] = ['pmd', 'pud'];

/** Functions by their names without the level. */
export const at = (level: LeafLevel, names: readonly string[]): readonly FunctionName[] =>
  names.map((name) => `${level}_${name}` as FunctionName);

/** The functions that make the leaf. */
export const makers = (level: LeafLevel): readonly FunctionName[] =>
  level === 'pte' ? ['pfn_pte'] : [`pfn_${level}`, `${level}_mkhuge`];

/** One step: what it gives of the leaf, and whether that is right. */
export interface Step {
  readonly says: string;
  readonly gives: (leaf: U64) => U64;
  readonly right: (after: U64, leaf: U64, prot: U64, pfn: U64) => boolean;
}

/** Nothing is done to the leaf. */
export const itself = (right: Step['right']): Step => ({ says: 'it', gives: (e) => e, right });

type Said = Pick<Law, 'name' | 'says' | 'cites' | 'levels' | 'hurts'> &
  Partial<Pick<Law, 'over' | 'frames' | 'unless'>>;

/** The law that each of the steps is right, of a leaf of every protection. */
export const ofLeaf = (law: Said, needs: Law['needs'], stepsOf: (subject: Subject) => readonly Step[]): Law => ({
  over: 'protections',
  frames: 'few',
  ...law,
  needs: (level) => [...makers(level), ...needs(level)],
  judge: (subject) => {
    const { leaf } = atLevel(subject.t, subject.level);
    const steps = stepsOf(subject);
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      for (const { gives, right } of steps) if (!right(gives(e), e, prot, pfn)) return false;
      return true;
    };
  },
  tell: (subject, { pfn, prot }) => {
    const e = atLevel(subject.t, subject.level).leaf(pfn, prot);
    const wrong = stepsOf(subject).find(({ gives, right }) => !right(gives(e), e, prot, pfn))!;
    return [...leafStages(subject, pfn, prot), { says: wrong.says, word: wrong.gives(e), as: subject.level }];
  },
});
