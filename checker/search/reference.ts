/**
 * The same search without any cleverness: read this first. `explore` must agree with it, state for state.
 *
 * A state is known by a string in a set, and has the whole trace that led to it. The list of nodes is the
 * queue: what is appended while it is walked is walked later, so nearer states come first.
 */
import type { Words } from './layout.ts';
import type { ActionCount, Cut, Limits, PropertyVerdict, Trace, Verdict } from './verdict.ts';
import { type Action, END, ModelBug, type Move, movesOf, NEVER, type Property, type World } from './world.ts';

interface Node {
  readonly state: Words;
  readonly trace: Trace;
}

interface Outcome {
  readonly answers: readonly number[];
  readonly after: Words;
  readonly bug: ModelBug | undefined;
}

/** All that is known while the search goes on. */
interface Books<V, D> {
  readonly world: World<V, D>;
  readonly moves: readonly Move[];
  readonly nodes: Node[];
  readonly seen: Set<string>;
  /** Of each property decided so far, the trace to where it was. */
  readonly found: Map<string, Trace>;
  readonly exercised: Set<string>;
  readonly counts: { -readonly [K in keyof ActionCount]: ActionCount[K] }[];
  transitions: number;
  expanded: number;
}

/** Every outcome of a move, one for each way to answer what it asks; the first answers first. */
function* outcomesOf<V, D>({ layout }: World<V, D>, action: Action<V, D>, move: Move, before: Words) {
  let given: readonly number[] | undefined = [];
  while (given !== undefined) {
    const fixed: readonly number[] = given;
    const answers: number[] = [];
    const ways: number[] = [];
    const choose = (_question: string, options: readonly string[]): number => {
      ways.push(options.length);
      answers.push(fixed[answers.length] ?? 0);
      return answers.at(-1)!;
    };
    const after = before.slice();
    const draft = layout.draftOf(after);
    let result: unknown;
    let bug: ModelBug | undefined;
    try {
      for (const step of action.steps) {
        result = step.run(draft, move.args, choose);
        if (result === NEVER || result === END) break;
      }
    } catch (error) {
      if (!(error instanceof ModelBug)) throw error;
      bug = error;
    }
    if (bug !== undefined || result !== NEVER) yield { answers, after, bug } satisfies Outcome;
    const last = answers.findLastIndex((answer, i) => answer + 1 < ways[i]!);
    given = last < 0 ? undefined : [...answers.slice(0, last), answers[last]! + 1];
  }
}

/** Adds a state, unless it or one that differs in names only is there; says whether it did. */
const add = <V, D>({ world: { layout, canonical }, seen, nodes }: Books<V, D>, words: Words, trace: Trace): boolean => {
  const state = words.slice().fill(0, layout.width);
  const representative = state.slice();
  canonical?.(layout.draftOf(representative));
  const text = representative.subarray(0, layout.width).join();
  if (seen.has(text)) return false;
  seen.add(text);
  nodes.push({ state, trace });
  return true;
};

/** A property whose subject occurs: it is exercised, and decided if `decided`. Only the first time counts. */
const occurs = <V, D>({ found, exercised }: Books<V, D>, name: string, decided: () => boolean, trace: Trace): void => {
  if (found.has(name)) return;
  if (decided()) found.set(name, trace);
  exercised.add(name);
};

const checkState = <V, D>(books: Books<V, D>, view: V, trace: Trace): void => {
  for (const one of books.world.properties) {
    if (one.kind === 'always' && one.subject?.(view) !== false) occurs(books, one.name, () => !one.holds(view), trace);
    if (one.kind === 'sometimes' && one.holds(view)) occurs(books, one.name, () => true, trace);
  }
};

const checkStuck = <V, D>(books: Books<V, D>, view: V, trace: Trace): void => {
  for (const one of books.world.properties)
    if (one.kind === 'never stuck' && one.final?.(view) !== true) occurs(books, one.name, () => true, trace);
};

const checkStep = <V, D>(books: Books<V, D>, view: V, move: Move, { after, bug }: Outcome, trace: Trace): void => {
  const { layout, properties } = books.world;
  const result = layout.viewOf(after);
  if (bug !== undefined && !properties.some(({ kind, name }) => kind === 'assertion' && name === bug.name)) throw bug;
  for (const one of properties) {
    if (one.kind === 'assertion' && one.name === bug?.name) occurs(books, one.name, () => true, trace);
    if (one.kind === 'step' && bug === undefined && one.subject?.(view, move, result) !== false)
      occurs(books, one.name, () => !one.holds(view, move, result), trace);
  }
};

const expand = <V, D>(books: Books<V, D>, { state, trace }: Node): void => {
  const { world, moves, counts } = books;
  const view = world.layout.viewOf(state);
  const before = books.transitions;
  for (const [m, move] of moves.entries()) {
    const action = world.actions[move.action]!;
    const count = counts[move.action]!;
    if (action.when?.(view) === false || !action.guard(view, move.args)) continue;
    count.enabled++;
    for (const outcome of outcomesOf(world, action, move, state)) {
      const behind = { ...trace, moves: [...trace.moves, { move: m, answers: outcome.answers }] };
      books.transitions++;
      count.fired++;
      checkStep(books, view, move, outcome, behind);
      if (outcome.bug === undefined && add(books, outcome.after, behind)) count.newStates++;
    }
  }
  books.expanded++;
  if (books.transitions === before) checkStuck(books, view, trace);
};

const violated = <V, D>({ world, found }: Books<V, D>): boolean =>
  world.properties.some(({ kind, name }) => kind !== 'sometimes' && found.has(name));

/** Walks the queue; the reason when it ends early. */
const search = <V, D>(books: Books<V, D>, { first = false, statesMax = Infinity, depthMax = Infinity }: Limits) => {
  const { world, nodes } = books;
  let cut: Cut | undefined;
  for (const [i, write] of world.initial.entries()) {
    const state = world.layout.zero();
    write(world.layout.draftOf(state));
    add(books, state, { initial: i, moves: [] });
  }
  for (const node of nodes) {
    if (nodes.length > statesMax) return 'states';
    checkState(books, world.layout.viewOf(node.state), node.trace);
    if (node.trace.moves.length < depthMax) expand(books, node);
    else cut = 'depth';
    if (first && violated(books)) return 'first';
  }
  return cut;
};

const verdictOn = <V, D>(
  { found, exercised }: Books<V, D>,
  { kind, name }: Property<V>,
  whole: boolean,
): PropertyVerdict => {
  const trace = found.get(name);
  const tried = exercised.has(name) || kind === 'assertion' || kind === 'never stuck';
  if (trace !== undefined)
    return { name, kind, verdict: kind === 'sometimes' ? 'holds' : 'violated', exercised: true, trace };
  if (!whole) return { name, kind, verdict: 'unknown', exercised: tried };
  return { name, kind, verdict: tried ? 'holds' : 'unexercised', exercised: tried };
};

/**
 * Explores a world as `explore` does, slowly. Knows no limits of time and memory, and gives 0 for both.
 * Names of properties must differ. With a symmetry, which of several actions found a state may differ too.
 * @throws what an effect, a guard or a property throws, unless it is a declared `ModelBug`.
 */
export const reference = <V, D>(world: World<V, D>, limits: Limits = {}): Verdict => {
  const books: Books<V, D> = {
    world,
    moves: movesOf(world),
    nodes: [],
    seen: new Set(),
    found: new Map(),
    exercised: new Set(),
    counts: world.actions.map(({ name }) => ({ name, enabled: 0, fired: 0, newStates: 0 })),
    transitions: 0,
    expanded: 0,
  };
  const cut = search(books, limits);
  const ending = cut === undefined ? 'holds' : 'incomplete';
  return {
    verdict: violated(books) ? 'violated' : ending,
    ...(cut === undefined ? {} : { cut }),
    states: books.nodes.length,
    transitions: books.transitions,
    depth: books.nodes.at(-1)?.trace.moves.length ?? 0,
    waiting: books.nodes.length - books.expanded,
    seconds: 0,
    peakBytes: 0,
    properties: world.properties.map((one) => verdictOn(books, one, cut === undefined)),
    actions: books.counts,
  };
};
