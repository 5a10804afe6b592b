/**
 * What a search found, told in words: the steps of every trace with what they changed, and why the property
 * breaks. Runs where the world is, in the worker, and gives plain data.
 */
import { type AnyWorld, type Outcome, outcomesAlong } from './outcomes.ts';
import type { Way } from './harm.ts';
import type { Uncalled } from './own_file/called_files.ts';
import type { Rest } from './rests_on.ts';
import {
  type ActionCount,
  initialState,
  type ModelFault,
  type Searched,
  thrown,
  type Trace,
  type TraceStep,
  type Verdict,
} from './search/index.ts';
import type { Change, Words } from './search/layout.ts';
import { type Cut, overall, type PropertyVerdict } from './search/verdict.ts';

export interface ToldAnswer {
  readonly question: string;
  readonly answer: string;
  /** Whether it is the first answer, the one that needs no mention. */
  readonly plain: boolean;
}

export interface ToldStep {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The arguments in the world's own words. */
  readonly shown?: string;
  /** The atomic steps of the operation, in order. */
  readonly step: string;
  readonly mirrors?: string;
  readonly answers: readonly ToldAnswer[];
  readonly changes: readonly Change[];
  readonly bug?: string;
}

export interface Story {
  readonly length: number;
  /** How large the world is. */
  readonly bounds?: string;
  /** The initial state's number, and every row of it that is not zero. */
  readonly from: number;
  readonly initial: readonly string[];
  readonly steps: readonly ToldStep[];
  readonly explanation: string;
  readonly rest?: Rest;
}

/** Finds what a violation rests on; absent where there is but one kernel. */
export type FindsRest = (way: Way) => Rest;

export interface ToldProperty {
  readonly name: string;
  readonly kind: PropertyVerdict['kind'];
  readonly says: string;
  readonly cites?: string;
  readonly verdict: PropertyVerdict['verdict'];
  readonly exercised: boolean;
  readonly counterexample?: Story;
  /** How a `sometimes` was reached. */
  readonly witness?: Story;
  /** Operations of the random walk that the counterexample was shrunk from. */
  readonly walked?: number;
}

/** The model threw something that it does not declare. */
export interface Fault {
  readonly message: string;
  /** The line of a patch of somebody's own that threw it, or that does not end. */
  readonly place?: string;
  readonly length: number;
  readonly steps: readonly ToldStep[];
}

export interface Told extends Searched {
  /** `unexercised`: nothing that was asked has ever had an occasion to fail. */
  readonly verdict: Verdict['verdict'] | 'unexercised';
  readonly cut?: Cut | 'assertion' | 'fault';
  readonly properties: readonly ToldProperty[];
  readonly operations: readonly ActionCount[];
  /** Assertions that failed although `--property` left them out. */
  readonly unasked: readonly string[];
  /** Files of patches of somebody's own, of which nothing was ever called; absent where there are none. */
  readonly uncalled?: readonly Uncalled[];
  readonly fault?: Fault;
}

const asItIs = (text: string): string => text;

/** Every row that is not zero. */
export const tellState = ({ layout, inWords = asItIs }: AnyWorld, state: Words): readonly string[] =>
  layout.print(state).map(inWords);

export const tellStep = (world: AnyWorld, { step, answers: codes }: Outcome): ToldStep => {
  const { move, steps, answers, changes, bug } = step;
  const { mirrorsIn, show, ...action } = world.actions[move.action]!;
  const { inWords = asItIs } = world;
  const mirrors = mirrorsIn?.(world.layout.viewOf(step.before), move.args) ?? action.mirrors;
  return {
    op: move.name,
    args: move.args,
    ...(show === undefined ? {} : { shown: inWords(show(move.args)) }),
    step: steps.join(', '),
    ...(mirrors === undefined ? {} : { mirrors }),
    answers: answers.map(({ question, answer }, i) => ({ question, answer, plain: (codes[i] ?? 0) === 0 })),
    changes: changes.map((one) => ({ where: one.where, before: inWords(one.before), after: inWords(one.after) })),
    ...(bug === undefined ? {} : { bug: inWords(bug.message) }),
  };
};

const explained = (world: AnyWorld, name: string, last: TraceStep | undefined, end: Words): string => {
  const property = world.properties.find((one) => one.name === name);
  const { viewOf, width } = world.layout;
  switch (property?.kind) {
    case undefined:
      return '';
    case 'step':
      return last === undefined ? '' : (property.explain?.(viewOf(last.before), last.move, viewOf(last.after)) ?? '');
    case 'always':
    case 'sometimes': {
      const stored = end.slice();
      stored.fill(0, width);
      return property.explain?.(viewOf(stored)) ?? '';
    }
    case 'assertion':
      return last?.bug?.message ?? '';
    case 'never stuck':
      return 'no operation is possible here';
  }
};

/** The numbers that break a property (or reach it), from the end of its trace. A verdict stands without them. */
export const explainEnd = (world: AnyWorld, name: string, last: TraceStep | undefined, end: Words): string => {
  try {
    return (world.inWords ?? asItIs)(explained(world, name, last, end));
  } catch (error) {
    return `(no explanation: ${String(error)})`;
  }
};

/** A trace, and how it ends for a property. */
export const tellStory = (
  world: AnyWorld,
  verdict: Pick<PropertyVerdict, 'name' | 'kind'>,
  trace: Trace,
  rest?: FindsRest,
): Story => {
  const start = initialState(world, trace.initial);
  const outcomes = outcomesAlong(world, trace);
  const last = outcomes.at(-1)?.step;
  const way = { property: verdict.name, initial: trace.initial, steps: outcomes.map(({ step }) => step) };
  return {
    ...(rest === undefined || verdict.kind === 'sometimes' ? {} : { rest: rest(way) }),
    length: outcomes.length,
    ...(world.bounds === undefined ? {} : { bounds: world.bounds }),
    from: trace.initial,
    initial: tellState(world, start),
    steps: outcomes.map((one) => tellStep(world, one)),
    explanation: explainEnd(world, verdict.name, last, last?.after ?? start),
  };
};

/** What has held as far as the search went is undecided, if the search did not see everything. */
const asFar = (one: PropertyVerdict): PropertyVerdict =>
  one.trace === undefined && (one.verdict === 'holds' || one.verdict === 'unexercised')
    ? { ...one, verdict: 'unknown' }
    : one;

const tellProperty = (world: AnyWorld, verdict: PropertyVerdict, rest?: FindsRest): ToldProperty => {
  const { name, kind, exercised, trace } = verdict;
  const { says, cites } = world.properties.find((one) => one.name === name)!;
  const story = trace === undefined ? undefined : tellStory(world, verdict, trace, rest);
  return {
    name,
    kind,
    says,
    ...(cites === undefined ? {} : { cites }),
    verdict: verdict.verdict,
    exercised,
    ...(story === undefined ? {} : kind === 'sometimes' ? { witness: story } : { counterexample: story }),
  };
};

/** `asked`: the properties to judge; an assertion beyond them may have failed all the same. */
export const tellVerdict = (
  world: AnyWorld,
  found: Verdict,
  asked: (name: string) => boolean,
  rest?: FindsRest,
): Told => {
  const { properties, actions, cut, ...counts } = found;
  const others = properties.filter(({ name, verdict }) => !asked(name) && verdict === 'violated');
  // Where an assertion failed that nobody asked about, what lies behind it has not been seen.
  const stopped = cut ?? (others.length > 0 ? ('assertion' as const) : undefined);
  const wanted = properties.filter(({ name }) => asked(name));
  const judged = stopped === 'assertion' ? wanted.map(asFar) : wanted;
  const idle = judged.every(({ verdict }) => verdict === 'unexercised');
  return {
    ...counts,
    verdict: idle ? 'unexercised' : overall(judged, stopped),
    ...(stopped === undefined ? {} : { cut: stopped }),
    properties: judged.map((one) => tellProperty(world, one, rest)),
    operations: actions,
    unasked: others.map(({ name }) => name),
  };
};

/** The counts of a search that was not made. */
export const NOTHING_SEARCHED: Searched = {
  states: 0,
  transitions: 0,
  depth: 0,
  waiting: 0,
  seconds: 0,
  peakBytes: 0,
};

/** A run that broke off and decided nothing, so far without a trace. */
export const brokenOff = (cause: unknown, place?: string): Told => ({
  verdict: 'incomplete',
  cut: 'fault',
  ...NOTHING_SEARCHED,
  properties: [],
  operations: [],
  unasked: [],
  fault: {
    message: thrown(cause),
    length: 0,
    steps: [],
    ...(place === undefined ? {} : { place }),
  },
});

/** The model threw something in the middle of a search. */
export const tellFault = (
  world: AnyWorld,
  { message, trace }: ModelFault,
  asked: (name: string) => boolean,
  place?: string,
): Told => {
  const steps = outcomesAlong(world, trace).map((one) => tellStep(world, one));
  const undecided = world.properties.filter(({ name }) => asked(name));
  return {
    ...brokenOff(message),
    depth: steps.length,
    properties: undecided.map(({ name, kind, says }) => ({ name, kind, says, verdict: 'unknown', exercised: false })),
    fault: { message, length: steps.length, steps, ...(place === undefined ? {} : { place }) },
  };
};
