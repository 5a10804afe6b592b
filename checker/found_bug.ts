/** A bug of the catalogue with the kernel that has it and the one that has not, and what was found on both. */
import { match } from 'ts-pattern';
import type { Bug } from '../model/bugs/bug.ts';
import type { Size } from './catalogue.ts';
import { kernelName } from './finished.ts';
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
const fixVerdict = ({ fix, bug }: Pick<FoundBug, 'fix' | 'bug'>): string =>
  fix.properties.find(({ name }) => name === bug.violates)?.verdict ?? 'unknown';

/**
 * What becomes of the property without the bug. `no occasion`: nothing that it speaks of comes up, in all that the world can do, so
 * that nothing shows that the fix holds. `undecided`: the search was cut short.
 */
export type FixOutcome = 'holds' | 'no occasion' | 'fails' | 'undecided';

export const fixOutcome = (one: Pick<FoundBug, 'fix' | 'bug'>): FixOutcome => {
  const verdict = fixVerdict(one);
  if (verdict === 'violated') return 'fails';
  if (one.fix.cut !== undefined || verdict === 'unknown') return 'undecided';
  return verdict === 'holds' ? 'holds' : 'no occasion';
};

/** What was found, in a clause. */
export const findingText = (one: FoundBug): string => {
  const { bug, told } = one;
  const there = `${bug.violates} is not violated in ${bug.world}`;
  if (lengthOf(one) !== undefined) return 'found';
  return told.cut === undefined ? `not found: ${there}` : `not found as far as the search went (${told.cut}): ${there}`;
};

/** What became of the fix, in a sentence that stands for itself. */
export const fixText = (one: FoundBug): string => {
  const { bug, fix } = one;
  return match(fixOutcome(one))
    .with('holds', () => `without it ${bug.violates} holds in ${bug.world}`)
    .with(
      'no occasion',
      () =>
        `its fix has no occasion to fail: without it nothing that ${bug.violates} speaks of comes up in ${bug.world}`,
    )
    .with('fails', () => `its fix does not hold: without it ${bug.violates} is violated in ${bug.world}`)
    .with('undecided', () => `its fix is undecided: without it the search of ${bug.world} was cut short (${fix.cut})`)
    .exhaustive();
};

/** Who had it: releases, versions of a series, or nobody. */
export type Standing = 'release' | 'posted' | 'what-if';

export const standingOf = ({ bug: { releases, whatIf } }: Pick<FoundBug, 'bug'>): Standing => {
  if (whatIf !== undefined) return 'what-if';
  return releases === undefined ? 'posted' : 'release';
};

/** What had it, in words. */
const hadBy = ({ bug: { releases, posted, whatIf } }: Pick<FoundBug, 'bug'>): string =>
  whatIf === undefined ? `in: ${[releases, posted].filter(Boolean).join('; ')}` : `what-if: ${whatIf}`;

/** The kernel that it is put on, and found on; often another one than those that had it. */
export const shownOn = ({ mended }: Pick<FoundBug, 'mended'>): string =>
  mended.exact === undefined ? kernelName(mended) : `${kernelName(mended)} (${mended.exact})`;

/** Where it was, where it is found, and why the one may not show what the other does. */
export const whereText = (one: Pick<FoundBug, 'bug' | 'mended'>): string => {
  const { there } = one.bug;
  return [hadBy(one), `shown on: ${shownOn(one)}`, ...(there === undefined ? [] : [`there: ${there}`])].join('; ');
};
