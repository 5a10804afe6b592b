/** A trace that is gone through step by step, forward and back, and left for other operations: plain values, a new one for each step. */
import { breaks, codesFor } from '../breaks.ts';
import { type AnyWorld, type Outcome, outcomesOf } from '../outcomes.ts';
import type { Answer } from '../search/choices.ts';
import { initialState, makeMove, type Move, movesOf, type TraceStep } from '../search/index.ts';
import type { Words } from '../search/layout.ts';

/** A step as a file has it. */
export interface Recorded {
  readonly move: Move;
  readonly answers: readonly Answer[];
}

interface Taken {
  readonly outcome: Outcome;
  /** It is the step that the file has here. */
  readonly recorded: boolean;
}

export interface Session {
  readonly world: AnyWorld;
  readonly start: Words;
  readonly file: readonly Recorded[];
  readonly taken: readonly Taken[];
}

export const beginning = (world: AnyWorld, initial: number, file: readonly Recorded[]): Session => ({
  world,
  start: initialState(world, initial),
  file,
  taken: [],
});

/** The state behind the last step, without what that step returned. */
export const stateOf = ({ start, taken, world }: Session): Words => {
  const words = (taken.at(-1)?.outcome.step.after ?? start).slice();
  words.fill(0, world.layout.width);
  return words;
};

export const lastStep = ({ taken }: Session): TraceStep | undefined => taken.at(-1)?.outcome.step;

/** Whether all steps so far are those of the file. */
export const isOnFile = ({ taken }: Session): boolean => taken.every(({ recorded }) => recorded);

/** An assertion has failed: nothing goes on from there. */
export const isOver = (session: Session): boolean => lastStep(session)?.bug !== undefined;

export const take = (session: Session, outcome: Outcome, recorded = false): Session => ({
  ...session,
  taken: [...session.taken, { outcome, recorded }],
});

/** The next step of the file: why there is none, or the session with it. */
export const forward = (session: Session): Session | 'left' | 'end' | 'not possible' | 'over' => {
  if (isOver(session)) return 'over';
  if (!isOnFile(session)) return 'left';
  const next = session.file[session.taken.length];
  if (next === undefined) return 'end';
  const { world } = session;
  const state = stateOf(session);
  const answers = codesFor(world, next.move, state, next.answers);
  const made = makeMove(world, next.move, answers, state);
  if (!made.enabled) return 'not possible';
  const move = movesOf(world).findIndex(({ action, args }) => action === next.move.action && args === next.move.args);
  return take(session, { move, answers, step: made.step }, true);
};

export const back = (session: Session): Session => ({ ...session, taken: session.taken.slice(0, -1) });

/** What can happen here, each operation with each way its questions can be answered. */
export const possible = (session: Session): readonly Outcome[] =>
  isOver(session) ? [] : [...outcomesOf(session.world, stateOf(session))];

/** The properties that are broken here, or by the last step. */
export const brokenHere = (session: Session): readonly string[] => {
  const { world } = session;
  const state = stateOf(session);
  return world.properties.flatMap(({ name, kind }) =>
    kind !== 'sometimes' && breaks(world, name, state, lastStep(session)) ? [name] : [],
  );
};
