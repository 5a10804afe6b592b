/** From a sequence that differs to one that differs as well, and from which no move can be left out. */
import * as Effect from 'effect/Effect';
import { type Asked, playWalks } from './batch.ts';
import type { Judged } from './judge.ts';
import { walkOf } from './sequences.ts';
import type { Walk } from './walk.ts';

export type Differing = Judged & { readonly _tag: 'differs' };

const differs = (one: Judged): one is Differing => one._tag === 'differs';

/** The walk without some moves, up to the step that differs; undefined when the model cannot go that way. */
const without = ({ walk, at }: Differing, left: readonly number[]): Walk | undefined => {
  const moves = walk.steps.slice(0, at + 1).map(({ move }) => move);
  const shorter = walkOf(
    walk.stage,
    moves.filter((_, k) => !left.includes(k)),
  );
  return shorter.steps.length === moves.length - left.length ? shorter : undefined;
};

const singles = (count: number): readonly (readonly number[])[] => Array.from({ length: count }, (_, i) => [i]);
/** What belongs together: a child that comes and goes. */
const pairs = (count: number): readonly (readonly number[])[] =>
  singles(count).flatMap(([i]) => singles(i!).map(([k]) => [k!, i!]));

/**
 * Leaves out one move at a time, all such attempts in one run, and takes the one that leaves out the last move it can;
 * where there is none, two at a time; until none differs any more. The last move stays: it is what differs.
 */
export const shrunk = Effect.fnUntraced(function* <E>(asked: Asked<E>, found: Differing) {
  let best = found;
  for (let ways = singles; ;) {
    const shorter = ways(best.at).flatMap((left) => without(best, left) ?? []);
    const smaller = shorter.length === 0 ? [] : (yield* playWalks(asked, shorter)).filter(differs);
    if (smaller.length > 0) {
      best = smaller.reduce((a, b) => (b.at <= a.at ? b : a));
      ways = singles;
    } else if (ways === singles) ways = pairs;
    else return best;
  }
});
