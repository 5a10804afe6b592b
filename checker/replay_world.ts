/** Runs a trace, given by names, on a world; and says where it goes another way than it was recorded. */
import { explainEnd, tellState, tellStep, type ToldStep } from './narrate.ts';
import type { AnyWorld } from './outcomes.ts';
import { breaks, codesFor, occurs } from './breaks.ts';
import type { TraceFile, TraceFileStep } from './read_trace.ts';
import { initialState, makeMove, type Move, movesOf, type TraceStep, type World } from './search/index.ts';
import type { Change, Words } from './search/layout.ts';

/** Where and how a replay differs from what was recorded. */
export interface Parting {
  /** Counted from 1. */
  readonly step: number;
  readonly how: 'not enabled' | 'answers' | 'changes' | 'bug' | 'no bug';
  readonly detail: readonly string[];
}

export interface Replayed {
  readonly initial: readonly string[];
  readonly steps: readonly ToldStep[];
  /** The states: what it began in, and each step with what was before it and behind it. */
  readonly start: Words;
  readonly taken: readonly TraceStep[];
  /** In order; at the first one they part, the others are what comes of it. */
  readonly partings: readonly Parting[];
  /** The step after which the property is broken; 0 is the initial state. */
  readonly brokenAt?: number;
  /** Whether anything that the property speaks of came up. */
  readonly exercised: boolean;
  readonly explanation: string;
}

/** A name in the trace that the world does not have. */
export interface Unknown {
  readonly step: number;
  readonly kind: 'operation' | 'arguments';
  readonly asked: string;
  readonly known: readonly string[];
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const sameArgs = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => sameJson(value, b[name]));

/** The moves that the steps name, all of them or the first name that is unknown. */
export const movesNamed = <V, D>(
  world: World<V, D>,
  steps: readonly Pick<TraceFileStep, 'op' | 'args'>[],
): readonly Move[] | Unknown => {
  const all = movesOf(world);
  const found: Move[] = [];
  for (const [i, { op, args }] of steps.entries()) {
    const ofName = all.filter(({ name }) => name === op);
    const known = world.actions.map(({ name }) => name);
    if (ofName.length === 0) return { step: i + 1, kind: 'operation', asked: op, known };
    const move = ofName.find((one) => sameArgs(one.args, args));
    if (move === undefined) {
      const some = ofName.map((one) => `${op} ${JSON.stringify(one.args)}`);
      return { step: i + 1, kind: 'arguments', asked: `${op} ${JSON.stringify(args)}`, known: some };
    }
    found.push(move);
  }
  return found;
};

const answersText = (answers: readonly { readonly question: string; readonly answer: string }[]): string =>
  answers.length === 0
    ? 'nothing is asked'
    : answers.map(({ question, answer }) => `${question}: ${answer}`).join(', ');

const changeText = ({ where, before, after }: Change): string => `${where}  ${before} -> ${after}`;

const partingAt = (number: number, was: TraceFileStep, is: ToldStep): Parting | undefined => {
  const answers = is.answers.map(({ question, answer }) => ({ question, answer }));
  if (!sameJson(was.answers, answers))
    return {
      step: number,
      how: 'answers',
      detail: [`recorded: ${answersText(was.answers)}`, `here: ${answersText(answers)}`],
    };
  if (is.bug !== undefined && was.bug === undefined) return { step: number, how: 'bug', detail: [is.bug] };
  if (is.bug === undefined && was.bug !== undefined)
    return { step: number, how: 'no bug', detail: [`recorded: ${was.bug}`] };
  if (sameJson(was.changes, is.changes)) return undefined;
  const [recorded, here] = [was.changes.map(changeText), is.changes.map(changeText)];
  return {
    step: number,
    how: 'changes',
    detail: [
      ...recorded.filter((line) => !here.includes(line)).map((line) => `recorded: ${line}`),
      ...here.filter((line) => !recorded.includes(line)).map((line) => `here: ${line}`),
    ],
  };
};

export const replayOn = (world: AnyWorld, trace: TraceFile, moves: readonly Move[]): Replayed => {
  const start = initialState(world, trace.initial);
  const steps: ToldStep[] = [];
  const partings: Parting[] = [];
  let state = start;
  const taken: TraceStep[] = [];
  let brokenAt = breaks(world, trace.property, start, undefined) ? 0 : undefined;
  let exercised = occurs(world, trace.property, start, undefined);
  for (const [i, move] of moves.entries()) {
    const recorded = trace.steps[i]!;
    const answers = codesFor(world, move, state, recorded.answers);
    const made = makeMove(world, move, answers, state);
    if (!made.enabled) {
      partings.push({ step: i + 1, how: 'not enabled', detail: [] });
      break;
    }
    const { step } = made;
    taken.push(step);
    const told = tellStep(world, { move: i, answers, step });
    steps.push(told);
    const parting = partingAt(i + 1, recorded, told);
    if (parting !== undefined) partings.push(parting);
    state = step.after;
    exercised ||= occurs(world, trace.property, state, step);
    if (brokenAt === undefined && breaks(world, trace.property, state, step)) brokenAt = i + 1;
    if (step.bug !== undefined || brokenAt !== undefined) break;
  }
  return {
    initial: tellState(world, start),
    steps,
    start,
    taken,
    partings,
    ...(brokenAt === undefined ? {} : { brokenAt }),
    exercised,
    explanation: explainEnd(world, trace.property, taken.at(-1), state),
  };
};
