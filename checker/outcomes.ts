/** What can happen next in one state: each move with each way its questions can be answered. */
import { Choices } from './search/choices.ts';
import {
  isEnabled,
  makeMove,
  ModelBug,
  type Move,
  movesOf,
  retrace,
  type TraceStep,
  type World,
} from './search/index.ts';
import type { Words } from './search/layout.ts';
import { runSteps } from './search/transition.ts';
import type { Trace, TracedMove } from './search/verdict.ts';

export type AnyWorld = World<unknown, unknown>;

export interface Outcome extends TracedMove {
  readonly step: TraceStep;
}

/** The answer paths of one move, found by running it: a path is known only once it has been taken. */
function* answerPaths(world: AnyWorld, move: Move, before: Words): Generator<readonly number[]> {
  const choices = new Choices();
  const after = world.layout.zero();
  choices.restart();
  do {
    after.set(before);
    after.fill(0, world.layout.width);
    try {
      runSteps(world.actions[move.action]!, world.layout.draftOf(after), move.args, choices.choose);
    } catch (error) {
      if (!(error instanceof ModelBug)) throw error;
    }
    yield choices.path();
  } while (choices.next());
}

export function* outcomesOf(world: AnyWorld, before: Words): Generator<Outcome> {
  const view = world.layout.viewOf(before);
  for (const [number, move] of movesOf(world).entries()) {
    if (!isEnabled(world.actions[move.action]!, view, move.args)) continue;
    for (const answers of answerPaths(world, move, before)) {
      const made = makeMove(world, move, answers, before);
      if (made.enabled) yield { move: number, answers, step: made.step };
    }
  }
}

/** What happened along a trace. */
export const outcomesAlong = (world: AnyWorld, trace: Trace): readonly Outcome[] =>
  retrace(world, trace).map((step, i) => ({ move: trace.moves[i]!.move, answers: trace.moves[i]!.answers, step }));
