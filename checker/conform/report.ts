/** What a comparison came to, before it is put into words. */
import type { ExitCode } from '../check.ts';
import type { Calibrated, Chosen } from './against.ts';
import type { Amount } from './asked.ts';
import type { Eye } from './compare.ts';
import type { Ground } from './ground.ts';
import type { Level } from './levels.ts';
import type { Observed } from './observed.ts';
import type { Differing } from './shrink.ts';
import type { Skipped } from './skipped.ts';
import type { Judged } from './judge.ts';
import type { Traced } from './traced.ts';
import type { Tally } from './tally.ts';

export interface Report {
  readonly ground: Ground;
  readonly level: Level;
  readonly chosen: Chosen;
  readonly amount: Amount;
  readonly eye: Eye;
  readonly tally: Tally;
  /** One for each way to differ, shrunk. */
  readonly minimal: readonly Differing[];
  /** What trace files came to; `judged` is missing where they were not played. */
  readonly traced: readonly (Traced & { readonly judged: Judged | undefined })[];
  readonly interrupted: boolean;
  readonly seconds: number;
  /** Ways to differ that are not shown. */
  readonly more: number;
  readonly skipped: readonly Skipped[];
  /** Looked at only. */
  readonly observed: readonly Observed[];
}

/** A kernel that does what no value of a toggle makes the model do differs already. */
const isUnknown = ({ values, judged }: Calibrated): boolean => values.length === 0 && judged._tag === 'differs';

/**
 * 1: somewhere they differ, the model stops by itself, or the kernel said that it went wrong; 3: nothing was compared, or
 * not all that should have been.
 */
export const exitCodeOf = ({ ground, chosen, tally, observed }: Report): ExitCode => {
  if (tally.parts || ground.reports.length > 0 || chosen.calibrated.some(isUnknown)) return 1;
  const all = [...tally.scopes.values()];
  const something = observed.length > 0 || all.some(({ steps }) => steps > 0);
  const whole = all.every(({ cut, disturbed, unavailable }) => cut + disturbed + unavailable.size === 0);
  return something && whole ? 0 : 3;
};
