/** From a sequence that differs to one that differs as well, and from which neither a move nor two can be left out. */
import * as Effect from 'effect/Effect';
import { type Asked, playWalks } from './batch.ts';
import type { Judged } from './judge.ts';
import { walkLike } from './sequences.ts';
import type { Played } from './played.ts';

export type Differing = Judged & { readonly _tag: 'differs' };

const differs = (one: Judged): one is Differing => one._tag === 'differs';

/** By what operation, and in what: a shorter sequence that differs otherwise is about something else. */
export const wayOf = ({ walk, at, differences }: Differing): string =>
  [walk.steps[at]!.move.name, ...new Set(differences.map(({ where }) => where.replace(/^worker \d+/, 'worker')))].join(
    '|',
  );

const movesTo = ({ walk, at }: Differing) => walk.steps.slice(0, at + 1).map(({ move }) => move);

/** The walk without moves `i` and `j`; undefined when the model cannot go that way. */
const without = (found: Differing, [i, j]: readonly [number, number]): Played | undefined => {
  const moves = movesTo(found).filter((_, k) => k !== i && k !== j);
  const shorter = walkLike(found.walk, moves);
  return shorter.steps.length === moves.length ? shorter : undefined;
};

/** The same, and nothing behind the step that differs. */
const ended = (found: Differing): Differing => ({ ...found, walk: walkLike(found.walk, movesTo(found)) });

/** What to leave out: each move but the last alone; and each two of them, as a munmap and the mmap that needs it. */
const single = (moves: number): readonly (readonly [number, number])[] =>
  Array.from({ length: moves }, (_, i) => [i, i] as const);
const paired = (moves: number): readonly (readonly [number, number])[] =>
  single(moves).flatMap(([j]) => single(j).map(([i]) => [i, j] as const));

/**
 * Leaves out one move at a time, all such attempts in one run, and takes the one that leaves out the last move it can;
 * where none differs any more, two moves, in the same way, until that comes to nothing, too. The last move stays: it is
 * what differs.
 */
export const shrunk = Effect.fnUntraced(function* <E>(asked: Asked<E>, found: Differing) {
  const smaller = Effect.fnUntraced(function* (best: Differing, leftOut: typeof single) {
    const shorter = leftOut(best.at).flatMap((moves) => without(best, moves) ?? []);
    const differing =
      shorter.length === 0
        ? []
        : (yield* playWalks(asked, shorter)).filter(differs).filter((one) => wayOf(one) === wayOf(best));
    return differing.length === 0 ? undefined : ended(differing.reduce((a, b) => (b.at <= a.at ? b : a)));
  });
  let best = ended(found);
  for (;;) {
    const next = (yield* smaller(best, single)) ?? (yield* smaller(best, paired));
    if (next === undefined) return best;
    best = next;
  }
});
