/**
 * From numbers to moves, and from moves to states. The search keeps no moves: a trace is found by running
 * the moves again from each of its states, and what it says by running it once more.
 */
import { type Answer, Choices } from './choices.ts';
import type { Change, Words } from './layout.ts';
import { runSteps } from './transition.ts';
import type { Trace, TracedMove } from './verdict.ts';
import { isEnabled, ModelBug, type Move, movesOf, type Property, type World } from './world.ts';

/** What one move came to: `after` with its scratch tables, and the assertion of the model that failed, if any. */
interface Outcome {
  readonly move: Move;
  readonly after: Words;
  readonly bug: ModelBug | undefined;
}

/** The first outcome, in search order, that is wanted: the move, and the state behind it. */
const findOutcome = <V, D>(
  { name, layout, actions }: World<V, D>,
  moves: readonly Move[],
  from: Words,
  wanted: (outcome: Outcome) => boolean,
): { readonly taken: TracedMove; readonly after: Words } => {
  const after = layout.zero();
  const draft = layout.draftOf(after);
  const view = layout.viewOf(from);
  const choices = new Choices();
  const run = (move: Move): Outcome | undefined => {
    after.set(from);
    try {
      const exists = runSteps(actions[move.action]!, draft, move.args, choices.choose);
      return exists ? { move, after, bug: undefined } : undefined;
    } catch (error) {
      if (error instanceof ModelBug) return { move, after, bug: error };
      throw error;
    }
  };
  for (const [number, move] of moves.entries()) {
    if (!isEnabled(actions[move.action]!, view, move.args)) continue;
    choices.restart();
    do {
      const outcome = run(move);
      if (outcome !== undefined && wanted(outcome))
        return { taken: { move: number, answers: choices.path() }, after: outcome.after };
    } while (choices.next());
  }
  throw new Error(`${name}: a step is not found again; does the model read something outside the state?`);
};

const same = (a: Words, b: Words, width: number): boolean => {
  for (let i = 0; i < width; i++) if (a[i] !== b[i]) return false;
  return true;
};

export const initialState = <V, D>({ layout, initial }: World<V, D>, i: number): Words => {
  const words = layout.zero();
  initial[i]!(layout.draftOf(words));
  words.fill(0, layout.width);
  return words;
};

/**
 * The trace from initial state `initial` through the stored states `behind`, and then, if given, through a
 * move that breaks `broken`. Stored states are representatives: the trace goes through states as the model
 * makes them, each of which has the stored one as its representative.
 */
export const traceThrough = <V, D>(
  world: World<V, D>,
  moves: readonly Move[],
  initial: number,
  behind: readonly Words[],
  broken?: Property<V>,
): Trace => {
  const { layout, canonical } = world;
  let at = initialState(world, initial);
  const go = (wanted: (outcome: Outcome) => boolean): TracedMove => {
    const { taken, after } = findOutcome(world, moves, at, wanted);
    at = after;
    at.fill(0, layout.width);
    return taken;
  };
  const leadsTo = (stored: Words) => (outcome: Outcome) => {
    if (outcome.bug !== undefined) return false;
    if (canonical === undefined) return same(outcome.after, stored, layout.width);
    const representative = outcome.after.slice();
    canonical(layout.draftOf(representative));
    return same(representative, stored, layout.width);
  };
  const way = behind.map((stored) => go(leadsTo(stored)));
  return { initial, moves: broken === undefined ? way : [...way, go(breaks(world, broken, at))] };
};

/** Whether an outcome, from `before`, breaks a property of steps or is the assertion that failed. */
const breaks = <V, D>({ layout }: World<V, D>, property: Property<V>, before: Words) => {
  const view = layout.viewOf(before);
  return ({ move, after, bug }: Outcome): boolean => {
    if (property.kind === 'assertion') return bug?.name === property.name;
    if (property.kind !== 'step' || bug !== undefined) return false;
    const result = layout.viewOf(after);
    const occurs = property.subject === undefined || property.subject(view, move, result);
    return occurs && !property.holds(view, move, result);
  };
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

/** Makes one move from `from` (its scratch tables do not count), without symmetry, so that names stay as they were. */
export const makeMove = <V, D>(world: World<V, D>, move: Move, answers: readonly number[], from: Words): Made => {
  const { layout, actions } = world;
  const one = actions[move.action]!;
  const before = from.slice();
  before.fill(0, layout.width);
  if (!isEnabled(one, layout.viewOf(before), move.args)) return { enabled: false };
  const after = before.slice();
  const choices = new Choices();
  choices.follow(answers);
  let bug: TraceStep['bug'];
  try {
    if (!runSteps(one, layout.draftOf(after), move.args, choices.choose)) return { enabled: false };
  } catch (error) {
    if (!(error instanceof ModelBug)) throw error;
    bug = { name: error.name, message: error.message };
  }
  const step: TraceStep = {
    move,
    steps: one.steps.map(({ name }) => name),
    answers: choices.told(),
    before,
    after,
    changes: layout.diff(before, after),
  };
  return { enabled: true, step: bug === undefined ? step : { ...step, bug } };
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
    if (!made.enabled) throw new Error(`${world.name}: step ${i + 1}, ${moves[move]!.name}, is not enabled`);
    at = made.step.after;
    return made.step;
  });
};
