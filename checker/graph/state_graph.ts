/**
 * All states of a small world, and what leads from one to another: for a drawing, so everything is kept, in words. States that
 * differ in names only are one, as in a search.
 */
import { breaks } from '../breaks.ts';
import { tellState, tellStep } from '../narrate.ts';
import { type AnyWorld, type Outcome, outcomesOf } from '../outcomes.ts';
import { call, unusual } from '../report/trace_text.ts';
import { initialState } from '../search/index.ts';
import type { Words } from '../search/layout.ts';

export interface GraphNode {
  readonly number: number;
  readonly initial: boolean;
  /** Every row that is not zero; of an assertion that failed, what it says. */
  readonly lines: readonly string[];
  /** Properties that it breaks. */
  readonly violates: readonly string[];
  /** An assertion of the model failed on the way here: there is no state. */
  readonly bug: boolean;
  /** Nothing behind it was looked at. */
  readonly open: boolean;
}

/** All that leads from one state to another, an operation a line. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly labels: readonly string[];
  /** Properties of steps that one of them breaks. */
  readonly violates: readonly string[];
}

export interface StateGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Operations that change nothing, and break nothing: they are left out. */
  readonly idle: number;
}

export interface GraphLimits {
  readonly statesMax: number;
  readonly depthMax?: number | undefined;
}

interface Growing {
  readonly words: Words;
  readonly depth: number;
  readonly node: GraphNode;
}

/** The state that stands for this one. */
const stored = ({ layout, canonical }: AnyWorld, words: Words): Words => {
  const state = words.slice();
  state.fill(0, layout.width);
  canonical?.(layout.draftOf(state));
  state.fill(0, layout.width);
  return state;
};

const brokenBy = (world: AnyWorld, kinds: readonly string[], test: (name: string) => boolean): readonly string[] =>
  world.properties.filter(({ kind, name }) => kinds.includes(kind) && test(name)).map(({ name }) => name);

/** `fork()`, with the answers that are not plain behind it. */
const labelOf = (world: AnyWorld, outcome: Outcome): string => {
  const told = tellStep(world, outcome);
  return [call(told), ...unusual(told)].join(', ');
};

class Drawing {
  readonly #world: AnyWorld;
  readonly #limits: GraphLimits;
  readonly #byKey = new Map<string, number>();
  readonly #nodes: GraphNode[] = [];
  readonly waiting: Growing[] = [];
  readonly #edges = new Map<string, GraphEdge>();
  #idle = 0;

  constructor(world: AnyWorld, limits: GraphLimits) {
    this.#world = world;
    this.#limits = limits;
  }

  get states(): number {
    return this.#nodes.length;
  }
  get graph(): StateGraph {
    return { nodes: this.#nodes, edges: [...this.#edges.values()], idle: this.#idle };
  }

  /** The number of a state; one that is new waits to be expanded. */
  reach(words: Words, depth: number, initial: boolean): number {
    const state = stored(this.#world, words);
    const key = state.join();
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const number = this.#nodes.length;
    this.#byKey.set(key, number);
    const node: GraphNode = {
      number,
      initial,
      lines: tellState(this.#world, state),
      violates: brokenBy(this.#world, ['always', 'never stuck'], (name) => breaks(this.#world, name, state, undefined)),
      bug: false,
      open: depth >= (this.#limits.depthMax ?? Infinity),
    };
    this.#nodes.push(node);
    if (!node.open) this.waiting.push({ words: state, depth, node });
    return number;
  }

  /** Where an assertion failed. */
  #failed(text: string, name: string): number {
    const key = `bug ${text}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const number = this.#nodes.length;
    this.#byKey.set(key, number);
    this.#nodes.push({ number, initial: false, lines: [text], violates: [name], bug: true, open: false });
    return number;
  }

  take({ depth, node }: Growing, outcome: Outcome): void {
    const { step } = outcome;
    const { bug } = step;
    const to =
      bug === undefined
        ? this.reach(step.after, depth + 1, false)
        : this.#failed(tellStep(this.#world, outcome).bug!, bug.name);
    const violates = brokenBy(this.#world, ['step'], (name) => breaks(this.#world, name, step.after, step));
    if (to === node.number && violates.length === 0) {
      this.#idle++;
      return;
    }
    const key = `${node.number} ${to}`;
    const edge = this.#edges.get(key) ?? { from: node.number, to, labels: [], violates: [] };
    this.#edges.set(key, {
      ...edge,
      labels: [...edge.labels, labelOf(this.#world, outcome)],
      violates: [...new Set([...edge.violates, ...violates])],
    });
  }
}

/** The graph, or undefined where it has more states than it may. */
export const stateGraph = (world: AnyWorld, limits: GraphLimits): StateGraph | undefined => {
  const drawing = new Drawing(world, limits);
  for (const i of world.initial.keys()) drawing.reach(initialState(world, i), 0, true);
  // The list grows while it is gone through: breadth first.
  for (const one of drawing.waiting)
    for (const outcome of outcomesOf(world, one.words)) {
      drawing.take(one, outcome);
      if (drawing.states > limits.statesMax) return undefined;
    }
  return drawing.graph;
};
