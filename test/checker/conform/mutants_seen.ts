/** Whether a real kernel shows that a mutant is wrong: after how many sequences, and by what. */
import { createHash } from 'node:crypto';
import * as Effect from 'effect/Effect';
import type { Amount } from '../../../checker/conform/asked.ts';
import { playWalks } from '../../../checker/conform/batch.ts';
import { scriptOf } from '../../../checker/conform/script.ts';
import { amountEach, walkOf, walksOn } from '../../../checker/conform/sequences.ts';
import { type Differing, shrunk } from '../../../checker/conform/shrink.ts';
import type { Asserted, Played } from '../../../checker/conform/played.ts';
import { ROOT, type RunningKernel } from './running_kernel.ts';
import { firstDiffering, type Mistake, stagesWith } from './wrong_model.ts';

/** What becomes of a mistake. Sequences are counted from 1. */
export type Seen =
  /** `root`, `user`: the first sequence that differs, for each of them. */
  | { readonly _tag: 'differs'; readonly root: number; readonly user: number | undefined; readonly first: Differing }
  /** The model stops in sequence `after`, at a move that the kernel makes as it does without the mistake. */
  | { readonly _tag: 'asserts'; readonly after: number; readonly asserted: Asserted }
  /** The mistake leaves no state that the model could go on with. */
  | { readonly _tag: 'breaks'; readonly how: string }
  | { readonly _tag: 'not seen' };

function* walksWith({ chosen, scopes }: RunningKernel, mistake: Mistake, amount: Amount): Generator<Played> {
  const each = amountEach(amount, scopes.length);
  for (const scope of scopes) yield* walksOn(stagesWith(scope, chosen, mistake, ROOT), each);
}

/** All that is asked of the kernel in a sequence, and all that is expected of it. */
const digestOf = (walk: Played): string => {
  const hash = createHash('sha1').update(scriptOf(walk, ''));
  for (const { seen } of walk.steps) hash.update(JSON.stringify([seen.answer, [...seen.processes]]));
  return hash.digest('base64');
};

/** What the model without a mistake expects. */
export const expectedOf = (kernel: RunningKernel, amount: Amount): ReadonlySet<string> =>
  new Set([...walksWith(kernel, {}, amount)].map(digestOf));

/** So many that the runner is not started too often. */
const AT_A_TIME = 100;
/** Of sequences in which the model asserts, the first few are looked at. */
const STOPPED_MAX = 20;

/** Without the mistake: the walk, and the move at which the model stops with it. */
const withoutMistake = (
  { chosen, scopes }: RunningKernel,
  { stage, steps }: Played,
  { at, move }: Asserted,
): Played => {
  const stages = scopes.flatMap((scope) => stagesWith(scope, chosen, {}, ROOT));
  const same = stages.find(({ name }) => name === stage.name)!;
  return walkOf(same, [...steps.slice(0, at).map((step) => step.move), move]);
};

/** A sequence in which the model asserts, and the how manieth it is. */
interface Stopped {
  readonly walk: Played;
  readonly after: number;
}

/** The first assertion of the model at a move that the kernel makes, and goes on. */
const firstAsserted = Effect.fnUntraced(function* (kernel: RunningKernel, stopped: readonly Stopped[]) {
  for (const { walk, after } of stopped)
    for (const asserted of walk.asserted) {
      const sound = withoutMistake(kernel, walk, asserted);
      const [judged] = yield* playWalks(kernel.root, [sound]);
      if (judged!._tag === 'same' && sound.steps.length > asserted.at) return { after, asserted };
    }
  return undefined;
});

/**
 * Plays the sequences of a mistake. `expected`: those in which nothing else is expected than without it need not be
 * played; of them it is known that they do not differ.
 */
const played = Effect.fnUntraced(function* (
  kernel: RunningKernel,
  mistake: Mistake,
  amount: Amount,
  expected: ReadonlySet<string>,
) {
  const places = new Map<Played, number>();
  const stopped: Stopped[] = [];
  function* others(): Generator<Played> {
    let place = 0;
    for (const walk of walksWith(kernel, mistake, amount)) {
      place++;
      if (walk.asserted.length > 0 && stopped.length < STOPPED_MAX) stopped.push({ walk, after: place });
      if (expected.has(digestOf(walk))) continue;
      places.set(walk, place);
      yield walk;
    }
  }
  const root = yield* firstDiffering(kernel.root, others(), AT_A_TIME);
  if (root === undefined) {
    const stops = yield* firstAsserted(kernel, stopped);
    const seen: Seen = stops === undefined ? { _tag: 'not seen' } : { _tag: 'asserts', ...stops };
    return seen;
  }
  const user = yield* firstDiffering(kernel.user, others(), AT_A_TIME);
  const seen: Seen = {
    _tag: 'differs',
    root: places.get(root.walk)!,
    user: user && places.get(user.walk),
    first: yield* shrunk(kernel.root, root),
  };
  return seen;
});

export const seenOf = (...of: Parameters<typeof played>) =>
  played(...of).pipe(
    Effect.catchDefect((defect) => Effect.succeed<Seen>({ _tag: 'breaks', how: String(defect).split('\n')[0]! })),
  );
