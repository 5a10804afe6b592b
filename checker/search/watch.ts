/**
 * The properties of a world while it is searched: each is watched until it is decided, and its first
 * violation, which in a breadth-first search is a nearest one, is kept.
 */
import type { Choices } from './choices.ts';
import type { PropertyVerdict, Trace, TracedMove } from './verdict.ts';
import type { Always, ModelBug, Move, NeverStuck, Property, Sometimes, Step } from './world.ts';

interface Found {
  readonly state: number;
  /** The move that broke it, behind `state`; absent when the state itself did. */
  readonly move?: TracedMove;
}

export class Watch<V> {
  readonly #properties: readonly Property<V>[];
  readonly #found: (Found | undefined)[];
  readonly #exercised: boolean[];
  // Properties still undecided, by kind; a decided one leaves its list.
  #always: readonly { readonly at: number; readonly is: Always<V> }[];
  #sometimes: readonly { readonly at: number; readonly is: Sometimes<V> }[];
  #step: readonly { readonly at: number; readonly is: Step<V> }[];
  #stuck: readonly { readonly at: number; readonly is: NeverStuck<V> }[];
  /** Whether anything is violated yet. */
  violated = false;

  constructor(properties: readonly Property<V>[]) {
    this.#properties = properties;
    this.#found = properties.map(() => undefined);
    this.#exercised = properties.map(() => false);
    const numbered = properties.map((is, at) => ({ at, is }));
    const ofKind = <K extends Property<V>['kind']>(kind: K) =>
      numbered.filter((one): one is { at: number; is: Extract<Property<V>, { kind: K }> } => one.is.kind === kind);
    this.#always = ofKind('always');
    this.#sometimes = ofKind('sometimes');
    this.#step = ofKind('step');
    this.#stuck = ofKind('never stuck');
  }

  /** How many properties of steps are still undecided. */
  get steps(): number {
    return this.#step.length;
  }

  state(view: V, state: number): void {
    const always = this.#always;
    for (let i = 0; i < always.length; i++) {
      const { at, is } = always[i]!;
      if (!this.#exercised[at] && (is.subject === undefined || is.subject(view))) this.#exercised[at] = true;
      if (!is.holds(view)) this.#decide(at, { state });
    }
    const sometimes = this.#sometimes;
    for (let i = 0; i < sometimes.length; i++)
      if (sometimes[i]!.is.holds(view)) this.#decide(sometimes[i]!.at, { state });
  }

  step(before: V, move: Move, after: V, state: number, m: number, choices: Choices): void {
    const step = this.#step;
    for (let i = 0; i < step.length; i++) {
      const { at, is } = step[i]!;
      if (!this.#exercised[at] && (is.subject === undefined || is.subject(before, move, after)))
        this.#exercised[at] = true;
      if (!is.holds(before, move, after)) this.#decide(at, { state, move: { move: m, answers: choices.path() } });
    }
  }

  /** A state without transitions. */
  stuck(view: V, state: number): void {
    for (const { at, is } of this.#stuck) if (is.final?.(view) !== true) this.#decide(at, { state });
  }

  /** False when no assertion of that name is declared. */
  bug(bug: ModelBug, state: number, m: number, choices: Choices): boolean {
    const at = this.#properties.findIndex((one) => one.kind === 'assertion' && one.name === bug.name);
    if (at < 0) return false;
    if (this.#found[at] === undefined) this.#decide(at, { state, move: { move: m, answers: choices.path() } });
    return true;
  }

  #decide(at: number, found: Found): void {
    this.#found[at] = found;
    this.#exercised[at] = true;
    if (this.#properties[at]!.kind !== 'sometimes') this.violated = true;
    const others = <T extends { readonly at: number }>(list: readonly T[]): readonly T[] =>
      list.filter((one) => one.at !== at);
    this.#always = others(this.#always);
    this.#sometimes = others(this.#sometimes);
    this.#step = others(this.#step);
    this.#stuck = others(this.#stuck);
  }

  /** `whole`: the search saw everything. `traceTo` gives the moves that lead to a state. */
  verdicts(whole: boolean, traceTo: (state: number) => Trace): readonly PropertyVerdict[] {
    return this.#properties.map(({ name, kind }, at) => {
      const found = this.#found[at];
      // An assertion that never failed and a state that always had a move need no further subject.
      const exercised = this.#exercised[at]! || kind === 'assertion' || kind === 'never stuck';
      if (found === undefined) {
        const undecided = exercised && kind !== 'sometimes' ? 'holds' : 'unexercised';
        return { name, kind, verdict: whole ? undecided : 'unknown', exercised };
      }
      const way = traceTo(found.state);
      const trace = found.move === undefined ? way : { ...way, moves: [...way.moves, found.move] };
      return { name, kind, verdict: kind === 'sometimes' ? 'holds' : 'violated', exercised, trace };
    });
  }
}
