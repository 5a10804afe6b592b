/** What a version of a series, or a proposal, changes of an architecture: the laws that it mends, breaks, worsens and leaves. */
import type { PgtableChange } from '../../model/formats/architecture.ts';
import type { Judgement } from './judge.ts';
import type { Judged } from './law_text.ts';

/** An architecture with the changes over all cases, and with and without them over the same part of them. */
export interface Tried {
  readonly after: Judged;
  readonly fewAfter: Judged;
  readonly fewBefore: Judged;
}

/** Laws with their level: `PG4 pmd`. */
export interface Changed {
  readonly mends: readonly string[];
  readonly breaks: readonly string[];
  /** They fail with and without it, with it of more cases of the same part. */
  readonly worsens: readonly string[];
  readonly stillFails: readonly string[];
}

export const keyOf = ({ law, level }: Judgement): string => `${law.name} ${level}`;

/** What the one kernel has and the other has not. */
export const ownChanges = ({ after, fewBefore }: Tried): readonly PgtableChange[] =>
  after.under.changes.filter((one) => !fewBefore.under.changes.includes(one));

/** The functions that are others with it. */
export const replacedBy = (tried: Tried): readonly string[] => [
  ...new Set(ownChanges(tried).flatMap(({ patch }) => Object.keys(patch))),
];

const failuresOf = ({ judgements }: Judged): ReadonlyMap<string, number> =>
  new Map(judgements.flatMap((one) => (one.result.verdict === 'fails' ? [[keyOf(one), one.result.failures]] : [])));

export const changedBy = ({ after, fewAfter, fewBefore }: Tried): Changed => {
  const [was, is, fewIs] = [failuresOf(fewBefore), failuresOf(after), failuresOf(fewAfter)];
  const keys = after.judgements.map(keyOf);
  const both = keys.filter((key) => was.has(key) && is.has(key));
  const isWorse = (key: string): boolean => (fewIs.get(key) ?? 0) > was.get(key)!;
  return {
    mends: keys.filter((key) => was.has(key) && !is.has(key)),
    breaks: keys.filter((key) => is.has(key) && !was.has(key)),
    worsens: both.filter(isWorse),
    stillFails: both.filter((key) => !isWorse(key)),
  };
};
