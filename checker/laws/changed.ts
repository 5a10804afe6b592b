/** What a version of a series, or a proposal, changes of an architecture: the laws that it mends, breaks, worsens and leaves. */
import type { PgtableChange } from '../../model/formats/architecture.ts';
import { type Judgement, keyOf } from './judge.ts';
import { fails, type Judged } from './law_text.ts';

/** An architecture with the changes over all cases, without them over a part, and what of the same part is worse with them. */
export interface Tried {
  readonly after: Judged;
  readonly fewBefore: Judged;
  readonly worse: readonly Judgement[];
}

/** Laws with their level: `PG4 pmd`. */
export interface Changed {
  readonly mends: readonly string[];
  readonly breaks: readonly string[];
  /** They fail with and without it, and of some case only with it, whatever it mends of others. */
  readonly worsens: readonly string[];
  readonly stillFails: readonly string[];
}

/** What the one kernel has and the other has not. */
export const ownChanges = ({ after, fewBefore }: Tried): readonly PgtableChange[] =>
  after.under.changes.filter((one) => !fewBefore.under.changes.includes(one));

/** The functions that are others with it. */
export const replacedBy = (tried: Tried): readonly string[] => [
  ...new Set(ownChanges(tried).flatMap(({ patch }) => Object.keys(patch))),
];

const failing = ({ judgements }: Judged): ReadonlySet<string> => new Set(judgements.filter(fails).map(keyOf));

/** What fails with a change and without it. */
export const bothFail = ({ after, fewBefore }: Omit<Tried, 'worse'>): readonly Judgement[] => {
  const was = failing(fewBefore);
  return after.judgements.filter((one) => fails(one) && was.has(keyOf(one)));
};

export const changedBy = (tried: Tried): Changed => {
  const [was, is] = [failing(tried.fewBefore), failing(tried.after)];
  const keys = tried.after.judgements.map(keyOf);
  const worsens = tried.worse.map(keyOf);
  return {
    mends: keys.filter((key) => was.has(key) && !is.has(key)),
    breaks: keys.filter((key) => is.has(key) && !was.has(key)),
    worsens,
    stillFails: bothFail(tried)
      .map(keyOf)
      .filter((key) => !worsens.includes(key)),
  };
};
