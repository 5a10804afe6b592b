/** Searches two kernels in lockstep, and tells where they part: plain data, fit to be sent between threads. */
import { type AnyWorld } from '../outcomes.ts';
import { NOTHING_SEARCHED, type Story, tellState, tellStep, type ToldStep } from '../narrate.ts';
import { explore, initialState, ModelBug, type Options, retrace, type TraceStep } from '../search/index.ts';
import type { Cut, Searched, Trace } from '../search/verdict.ts';
import type { Difference, Observer } from './observer.ts';
import { BOTH_FAIL, differing, failing, type Going, type Product, productOf } from './product.ts';

/** The shortest sequence after which an operation differs; all steps but the last are those of the second kernel. */
export interface Parting {
  readonly length: number;
  readonly bounds?: string;
  readonly initial: readonly string[];
  readonly common: readonly ToldStep[];
  /** The last step on each; absent on the one where it is not possible. */
  readonly a?: ToldStep;
  readonly b?: ToldStep;
  readonly differences: readonly Difference[];
}

export interface OperationCompared {
  readonly name: string;
  readonly fired: number;
  readonly parting?: Parting;
  /** It ends by this assertion on the second kernel, and not on the first. */
  readonly fails?: { readonly assertion: string; readonly story: Story };
}

export interface Lockstep extends Searched {
  readonly verdict: 'equivalent' | 'differs' | 'incomplete';
  readonly cut?: Cut;
  readonly operations: readonly OperationCompared[];
  /** What differs before anything has happened. */
  readonly initially: readonly Difference[];
  /** Somewhere both fail the same assertion, and nothing is known of what lies behind. */
  readonly bothFail: boolean;
  /** Somewhere the second fails an assertion, and the first does not. */
  readonly brokeOff: boolean;
}

/** The half of a step that one kernel made. */
const halfOf = (
  { layout }: AnyWorld,
  { move, steps, answers }: TraceStep,
  before: Int32Array,
  after: Int32Array,
): TraceStep => ({
  move,
  steps,
  answers,
  before,
  after,
  changes: layout.diff(before, after),
});

const partingOf = (a: AnyWorld, b: AnyWorld, product: Product, observer: Observer, trace: Trace): Parting => {
  const { world, sidesOf, parted } = product;
  const steps = retrace(world, trace);
  const { sides, ...ends } = parted();
  const codes = trace.moves.map(({ answers }) => answers);
  const told = (side: 'a' | 'b', one: TraceStep, i: number): ToldStep => {
    const of = side === 'a' ? a : b;
    const isLast = i === steps.length - 1;
    const half = halfOf(of, one, sidesOf(one.before)[side], isLast ? sides[side] : sidesOf(one.after)[side]);
    const end = isLast ? ends[side] : 'made';
    const bug = end instanceof ModelBug ? { bug: { name: end.name, message: end.message } } : {};
    return tellStep(of, { move: trace.moves[i]!.move, answers: codes[i]!, step: { ...half, ...bug } });
  };
  const last = steps.at(-1)!;
  const at = steps.length - 1;
  const both = ends.a === 'made' && ends.b === 'made';
  return {
    length: steps.length,
    ...(a.bounds === undefined ? {} : { bounds: a.bounds }),
    initial: tellState(a, initialState(a, trace.initial)),
    common: steps.slice(0, -1).map((one, i) => told('b', one, i)),
    ...(ends.a === 'not possible' ? {} : { a: told('a', last, at) }),
    ...(ends.b === 'not possible' ? {} : { b: told('b', last, at) }),
    differences: both ? observer.differences(sides.a, sides.b) : [],
  };
};

/** The same as a story of the second kernel alone. */
const storyOf = ({ length, bounds, initial, common, b }: Parting, from: number): Story => ({
  length,
  ...(bounds === undefined ? {} : { bounds }),
  from,
  initial,
  steps: [...common, b!],
  explanation: b!.bug ?? '',
});

/** Initial states are compared as any others, by their representatives. */
const differencesAtFirst = (a: AnyWorld, b: AnyWorld, observer: Observer): readonly Difference[] =>
  a.initial.flatMap((_, i) => {
    const [x, y] = [a, b].map((world) => {
      const state = initialState(world, i);
      world.canonical?.(world.layout.draftOf(state));
      return state;
    });
    return observer.alike(x!, y!) ? [] : observer.differences(x!, y!);
  });

/** As long as nothing differs they go together: not at all, where that is so from the start. */
const NOT_BEGUN = {
  ...NOTHING_SEARCHED,
  verdict: 'differs',
  operations: [],
  bothFail: false,
  brokeOff: false,
} as const;

export const lockstep = (a: AnyWorld, b: AnyWorld, observer: Observer, going: Going, options: Options): Lockstep => {
  const initially = differencesAtFirst(a, b, observer);
  if (initially.length > 0 && going === 'together') return { ...NOT_BEGUN, initially };
  const product = productOf(a, b, observer, going);
  const { properties, actions, cut, states, transitions, depth, waiting, seconds, peakBytes } = explore(
    product.world,
    options,
  );
  const found = new Map(properties.map(({ name, trace }) => [name, trace]));
  const operations = actions.map(({ name, fired }): OperationCompared => {
    const parted = (trace: Trace): Parting => partingOf(a, b, product, observer, trace);
    const [trace] = [found.get(name), found.get(failing(name)), found.get(differing(name))]
      .filter((one) => one !== undefined)
      .toSorted((x, y) => x.moves.length - y.moves.length);
    if (trace === undefined) return { name, fired };
    const failed = found.get(failing(name));
    if (failed === undefined) return { name, fired, parting: parted(trace) };
    const atFailure = parted(failed);
    // What has just been retraced tells how its last move ended.
    const { name: assertion } = product.parted().b as ModelBug;
    return {
      name,
      fired,
      fails: { assertion, story: storyOf(atFailure, failed.initial) },
      parting: failed === trace ? atFailure : parted(trace),
    };
  });
  // Not what this search has met alone: it may go on from another one.
  const brokeOff = actions.some(({ name }) => found.get(failing(name)) !== undefined);
  const differs = initially.length > 0 || operations.some(({ parting }) => parting !== undefined);
  const whole = cut === undefined ? 'equivalent' : 'incomplete';
  return {
    verdict: differs ? 'differs' : whole,
    ...(cut === undefined ? {} : { cut }),
    states,
    transitions,
    depth,
    waiting,
    seconds,
    peakBytes,
    operations,
    initially,
    bothFail: found.get(BOTH_FAIL) !== undefined,
    brokeOff,
  };
};
