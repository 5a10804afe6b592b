/**
 * All that the search knows of a subject: a layout, initial states, actions and properties.
 *
 * `V` is the view (a state that can be read), `D` the draft (a state that can be written).
 */
import type { Layout, Words } from './layout.ts';

/**
 * Asks a question with several answers, each of which the search tries. The first answer is the plain one.
 * Returns the index of the answer.
 */
export type Choose = (question: string, answers: readonly string[]) => number;

/** What an atomic step may return: nothing; `END`, no further step of this action; `NEVER`, no such outcome. */
export type StepResult = void | typeof END | typeof NEVER;
export const END = 1;
export const NEVER = 2;

/** One indivisible step: nothing else happens while it runs. */
export interface AtomicStep<D, A> {
  readonly name: string;
  readonly run: (draft: D, args: A, choose: Choose) => StepResult;
}

/** For every choice of `args`: if `when` and `guard`, then `steps`, one after another. */
export interface Action<V, D, A = Readonly<Record<string, unknown>>> {
  readonly name: string;
  /** Source of what the action mirrors, for reports: file, function, release. */
  readonly mirrors?: string;
  /** The same, where it depends on the state that it begins in. */
  readonly mirrorsIn?: (view: V, args: A) => string;
  /** The arguments in words, for reports; by default `name=value` of each. */
  readonly show?: (args: A) => string;
  /** All the values that each argument can take. */
  readonly args: { readonly [K in keyof A]: readonly A[K][] };
  /** The part of the guard that the arguments have no say in: asked once for all of them. Cannot write. */
  readonly when?: (view: V) => boolean;
  /** May assume `when`. Cannot write. */
  readonly guard: (view: V, args: A) => boolean;
  /** May assume both. Run back to back as one transition. */
  readonly steps: readonly AtomicStep<D, A>[];
}

/** An action of one step: `effect` is that step. */
export const action = <V, D, A extends object = object>(
  one: Omit<Action<V, D, A>, 'steps'> &
    ({ readonly effect: AtomicStep<D, A>['run'] } | { readonly steps: Action<V, D, A>['steps'] }),
): Action<V, D> => {
  const { name, mirrors, mirrorsIn, show, args, when, guard } = one;
  const made: Action<V, D, A> = {
    name,
    args,
    guard,
    steps: 'steps' in one ? one.steps : [{ name, run: one.effect }],
    ...(when === undefined ? {} : { when }),
    ...(mirrors === undefined ? {} : { mirrors }),
    ...(mirrorsIn === undefined ? {} : { mirrorsIn }),
    ...(show === undefined ? {} : { show }),
  };
  return made as unknown as Action<V, D>; // arguments of different actions differ; the search only passes them on
};

/** Whether an action can be taken with these arguments. */
export const isEnabled = <V, D>(one: Action<V, D>, view: V, args: Readonly<Record<string, unknown>>): boolean =>
  (one.when === undefined || one.when(view)) && one.guard(view, args);

interface Said {
  readonly name: string;
  /** The property as one sentence. */
  readonly says: string;
  readonly cites?: string;
}

/** Must hold in every state in which its subject occurs; `holds` is only asked there. */
export interface Always<V> extends Said {
  readonly kind: 'always';
  /** Whether there is anything here to hold: a property whose subject never occurs is unexercised. */
  readonly subject?: (view: V) => boolean;
  readonly holds: (view: V) => boolean;
  /** The numbers that break it; called once, on the violating state. */
  readonly explain?: (view: V) => string;
}

/**
 * Must hold of every transition in which its subject occurs; `holds` is only asked there. `after` still has
 * its scratch tables, and stands before `canonical`.
 */
export interface Step<V> extends Said {
  readonly kind: 'step';
  readonly subject?: (before: V, move: Move, after: V) => boolean;
  readonly holds: (before: V, move: Move, after: V) => boolean;
  readonly explain?: (before: V, move: Move, after: V) => string;
}

/** Must be reached. */
export interface Sometimes<V> extends Said {
  readonly kind: 'sometimes';
  readonly holds: (view: V) => boolean;
  readonly explain?: (view: V) => string;
}

/** Every state has a transition, unless it is `final`. */
export interface NeverStuck<V> extends Said {
  readonly kind: 'never stuck';
  readonly final?: (view: V) => boolean;
}

/** No transition may throw a `ModelBug` of this name. */
export interface Assertion extends Said {
  readonly kind: 'assertion';
}

export type Property<V> = Always<V> | Step<V> | Sometimes<V> | NeverStuck<V> | Assertion;

/**
 * An assertion of the model that failed, a state that its code says cannot be. It ends its transition, and
 * is a verdict with a trace. `name` is that of an `assertion` property of the world.
 */
export class ModelBug extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0; // a search may see millions of these, and looks at no stack
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = name;
  }
}

/** One transition's label: the action with its arguments. Of every action, the numbers run through `args`. */
export interface Move {
  readonly action: number;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface World<V, D> {
  readonly name: string;
  /** How large it is, in words: without it nobody can follow a trace. */
  readonly bounds?: string;
  readonly layout: Pick<Layout, 'width' | 'working' | 'tables' | 'zero' | 'diff' | 'print'> & {
    readonly viewOf: (words: Words) => V;
    readonly draftOf: (words: Words) => D;
  };
  /** Writes each initial state into an empty draft. */
  readonly initial: readonly ((draft: D) => void)[];
  readonly actions: readonly Action<V, D>[];
  readonly properties: readonly Property<V>[];
  /**
   * Symmetry: rewrites a state as the representative of the states that differ from it in names only.
   * Properties and guards must not tell such states apart. Traces are shown without it.
   */
  readonly canonical?: (draft: D) => void;
  /** Reports: what the state calls by one name whatever the subject, in the words of this one. */
  readonly inWords?: (text: string) => string;
}

type Values = Readonly<Record<string, readonly unknown[]>>;

/** Every combination of the argument values, the last argument fastest. */
export const combinations = (args: Values): readonly Readonly<Record<string, unknown>>[] =>
  Object.entries(args).reduce<readonly Readonly<Record<string, unknown>>[]>(
    (made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );

/** All moves of a world, in the order in which the search tries them. */
export const movesOf = <V, D>({ actions }: World<V, D>): readonly Move[] =>
  actions.flatMap(({ name, args }, number) => combinations(args).map((one) => ({ action: number, name, args: one })));
