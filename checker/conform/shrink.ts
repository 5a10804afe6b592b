/** From a sequence that differs to one that differs as well, and from which no move can be left out. */
import * as Effect from 'effect/Effect';
import { type Asked, playWalks } from './batch.ts';
import type { Judged } from './judge.ts';
import { walkOf } from './sequences.ts';
import type { Walk } from './walk.ts';

export type Differing = Judged & { readonly _tag: 'differs' };

const differs = (one: Judged): one is Differing => one._tag === 'differs';

const movesTo = ({ walk, at }: Differing) => walk.steps.slice(0, at + 1).map(({ move }) => move);

/** The walk without move `i`; undefined when the model cannot go that way. */
const without = (found: Differing, i: number): Walk | undefined => {
  const moves = movesTo(found);
  const shorter = walkOf(
    found.walk.stage,
    moves.filter((_, k) => k !== i),
  );
  return shorter.steps.length === moves.length - 1 ? shorter : undefined;
};

/** The same, and nothing behind the step that differs. */
const ended = (found: Differing): Differing => ({ ...found, walk: walkOf(found.walk.stage, movesTo(found)) });

/**
 * Leaves out one move at a time, all such attempts in one run, and takes the one that leaves out the last move it can;
 * until none differs any more. The last move stays: it is what differs.
 */
export const shrunk = Effect.fnUntraced(function* <E>(asked: Asked<E>, found: Differing) {
  let best = ended(found);
  for (;;) {
    const shorter = Array.from({ length: best.at }, (_, i) => without(best, i)).filter((walk) => walk !== undefined);
    if (shorter.length === 0) return best;
    const smaller = (yield* playWalks(asked, shorter)).filter(differs);
    if (smaller.length === 0) return best;
    best = ended(smaller.reduce((a, b) => (b.at <= a.at ? b : a)));
  }
});
