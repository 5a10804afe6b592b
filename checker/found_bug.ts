/** A bug of the catalogue with the kernel that has it and the one that has not, and what was found on both. */
import type { Bug } from '../model/bugs/bug.ts';
import type { Size } from './catalogue.ts';
import type { Told } from './narrate.ts';
import type { PlannedKernel } from './plan.ts';

export interface PlannedBug extends Bug {
  readonly name: string;
  readonly size: Size;
  readonly kernel: PlannedKernel;
  /** The kernel that the bug is put on. */
  readonly mended: PlannedKernel;
}

export interface FoundBug extends PlannedBug {
  /** Of the kernel with the bug, and of the one without it. */
  readonly told: Told;
  readonly fix: Told;
}

/** How many operations the first violation took; undefined: none was found. */
export const lengthOf = ({ told, bug }: Pick<FoundBug, 'told' | 'bug'>): number | undefined =>
  told.properties.find(({ name }) => name === bug.violates)?.counterexample?.length;

/** Of the property, without the bug. */
export const fixVerdict = ({ fix, bug }: Pick<FoundBug, 'fix' | 'bug'>): string =>
  fix.properties.find(({ name }) => name === bug.violates)?.verdict ?? 'unknown';

/** Without the bug it may have no occasion to be broken, in all that the world can do. */
export const fixHolds = (one: Pick<FoundBug, 'fix' | 'bug'>): boolean =>
  fixVerdict(one) === 'holds' || (fixVerdict(one) === 'unexercised' && one.fix.cut === undefined);
