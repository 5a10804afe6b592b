/** From numbers to moves, and from moves to states: what a trace says, found by running it again. */
import { type Answer, Choices } from './choices.ts';
import type { Change, Words } from './layout.ts';
import { runSteps } from './transition.ts';
import type { Trace, TracedMove } from './verdict.ts';
import { ModelBug, type Move, movesOf, type World } from './world.ts';

const same = (a: Words, b: Words, width: number): boolean => {
  for (let i = 0; i < width; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** The first move, in search order, that leads from one stored state to the other. */
export const moveBetween = <V, D>(world: World<V, D>, moves: readonly Move[], from: Words, to: Words): TracedMove => {
  const { layout, actions, canonical } = world;
  const after = layout.zero();
  const draft = layout.draftOf(after);
  const view = layout.viewOf(from);
  const choices = new Choices();
  for (const [move, { action, args }] of moves.entries()) {
    const one = actions[action]!;
    if (!one.guard(view, args)) continue;
    choices.restart();
    do {
      after.set(from);
      try {
        if (runSteps(one, draft, args, choices.choose)) {
          canonical?.(draft);
          if (same(after, to, layout.width)) return { move, answers: choices.path() };
        }
      } catch (error) {
        if (!(error instanceof ModelBug)) throw error;
      }
    } while (!choices.idle && choices.next());
  }
  throw new Error(
    `${world.name}: no move leads from a state to its successor; the model reads something outside the state`,
  );
};

/** One step of a trace, with the states around it. `after` keeps its scratch tables. */
export interface TraceStep {
  readonly move: Move;
  /** The names of the atomic steps of the action. */
  readonly steps: readonly string[];
  readonly answers: readonly Answer[];
  readonly before: Words;
  readonly after: Words;
  readonly changes: readonly Change[];
  /** Set when the step failed an assertion of the model: then `after` is as far as it came. */
  readonly bug?: { readonly name: string; readonly message: string };
}

/** Whether a move can be made here, and what it does. */
export type Made = { readonly enabled: false } | { readonly enabled: true; readonly step: TraceStep };

/** Makes one move from `before`, without symmetry, so that names stay as they were. */
export const makeMove = <V, D>(world: World<V, D>, move: Move, answers: readonly number[], before: Words): Made => {
  const { layout, actions } = world;
  const one = actions[move.action]!;
  if (!one.guard(layout.viewOf(before), move.args)) return { enabled: false };
  const after = before.slice();
  after.fill(0, layout.width);
  const choices = new Choices();
  choices.follow(answers);
  let bug: TraceStep['bug'];
  try {
    if (!runSteps(one, layout.draftOf(after), move.args, choices.choose)) return { enabled: false };
  } catch (error) {
    if (!(error instanceof ModelBug)) throw error;
    bug = { name: error.name, message: error.message };
  }
  const clean = before.slice();
  clean.fill(0, layout.width);
  const step: TraceStep = {
    move,
    steps: one.steps.map(({ name }) => name),
    answers: choices.told(),
    before: clean,
    after,
    changes: layout.diff(clean, after),
  };
  return { enabled: true, step: bug === undefined ? step : { ...step, bug } };
};

export const initialState = <V, D>({ layout, initial }: World<V, D>, i: number): Words => {
  const words = layout.zero();
  initial[i]!(layout.draftOf(words));
  return words;
};

/**
 * Runs a trace from its initial state.
 * @throws Error when a move is not enabled where the trace says it was taken.
 */
export const retrace = <V, D>(world: World<V, D>, trace: Trace): readonly TraceStep[] => {
  const moves = movesOf(world);
  let at = initialState(world, trace.initial);
  return trace.moves.map(({ move, answers }, i) => {
    const made = makeMove(world, moves[move]!, answers, at);
    if (!made.enabled)
      throw new Error(`${world.name}: step ${i + 1}, ${moves[move]!.name}, is not enabled; is the symmetry sound?`);
    at = made.step.after;
    return made.step;
  });
};
