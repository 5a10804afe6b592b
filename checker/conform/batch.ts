/** Plays walks in batches, again where something disturbed them, and judges them. */
import * as Effect from 'effect/Effect';
import type { Eye } from './compare.ts';
import type { Knob } from './knobs.ts';
import type { RunnerLine } from './read_seen.ts';
import { judging, type Judged } from './judge.ts';
import { answersBefore, scriptOf } from './script.ts';
import type { Played } from './played.ts';

/** Plays a text on some kernel, here or in a virtual machine, with knobs turned for as long as it takes. */
export type Play<E> = (
  text: string,
  onLine: (line: RunnerLine) => void,
  knobs?: readonly Knob[],
) => Effect.Effect<Done, E>;

/** `missing`: a knob that this kernel does not have. */
export interface Done {
  readonly missing?: string | undefined;
}

/** A kernel that can be asked. */
export interface Asked<E> {
  readonly play: Play<E>;
  readonly eye: Eye;
}

/** Plays each walk once. */
const once = Effect.fnUntraced(function* <E>({ play, eye }: Asked<E>, walks: readonly Played[]) {
  const judge = judging(walks, answersBefore, eye);
  const text = walks.map((walk, i) => scriptOf(walk, `s${i}`)).join('');
  // Walks with different knobs are in different batches.
  const { missing } = yield* play(text, judge.line, walks[0]?.stage.knobs);
  if (missing !== undefined)
    return walks.map((walk): Judged => ({ walk, steps: 0, _tag: 'unavailable', what: missing }));
  return judge.done();
});

/** Times that a disturbed sequence is played again. */
const AGAIN = 3;

/** One that was disturbed each time, and differed each time in the same step, was not disturbed: it disturbs. */
const settled = (one: Judged, before: Judged | undefined): Judged => {
  if (one._tag !== 'disturbed' || one.found === undefined || before?._tag !== 'disturbed') return one;
  return before.found?.at === one.found.at ? { walk: one.walk, steps: one.steps, _tag: 'differs', ...one.found } : one;
};

/** Plays walks, those that were disturbed again. One verdict each, in order. */
export const playWalks = Effect.fnUntraced(function* <E>(asked: Asked<E>, walks: readonly Played[]) {
  const verdicts = new Map<Played, Judged>();
  let left = walks;
  for (let round = 0; round <= AGAIN && left.length > 0; round++) {
    for (const one of yield* once(asked, left))
      verdicts.set(one.walk, round < AGAIN ? one : settled(one, verdicts.get(one.walk)));
    left = left.filter((walk) => verdicts.get(walk)!._tag === 'disturbed');
  }
  return walks.map((walk) => verdicts.get(walk)!);
});
