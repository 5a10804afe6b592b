/** From a sequence that differs to one that differs as well, and from which no move can be left out. */
import * as Effect from 'effect/Effect';
import { type Asked, playWalks } from './batch.ts';
import type { Judged } from './judge.ts';
import { walkOf } from './sequences.ts';
import type { Walk } from './walk.ts';

export type Differing = Judged & { readonly _tag: 'differs' };

const differs = (one: Judged): one is Differing => one._tag === 'differs';

/** The walk without move `i`, up to the step that differs; undefined when the model cannot go that way. */
const without = ({ walk, at }: Differing, i: number): Walk | undefined => {
  const moves = walk.steps.slice(0, at + 1).map(({ move }) => move);
  const shorter = walkOf(
    walk.stage,
    moves.filter((_, k) => k !== i),
  );
  return shorter.steps.length === moves.length - 1 ? shorter : undefined;
};

/**
 * Leaves out one move at a time, all such attempts in one run, and takes the one that leaves out the last move it can;
 * until none differs any more. The last move stays: it is what differs.
 */
export const shrunk = Effect.fnUntraced(function* <E>(asked: Asked<E>, found: Differing) {
  let best = found;
  for (;;) {
    const shorter = Array.from({ length: best.at }, (_, i) => without(best, i)).filter((walk) => walk !== undefined);
    if (shorter.length === 0) return best;
    const smaller = (yield* playWalks(asked, shorter)).filter(differs);
    if (smaller.length === 0) return best;
    best = smaller.reduce((a, b) => (b.at <= a.at ? b : a));
  }
});
