/**
 * The properties of a world while it is searched: each is watched until it is decided, and the state of its
 * first violation, which in a breadth-first search is a nearest one, is kept.
 */
import type { Watched } from './checkpoint.ts';
import type { PropertyVerdict, Trace } from './verdict.ts';
import type { Always, ModelBug, Move, NeverStuck, Property, Sometimes, Step } from './world.ts';

/** Where a property was decided. */
export interface Found {
  readonly state: number;
  /** Whether a move out of that state decided it, or else the state itself. */
  readonly byMove: boolean;
}

interface Numbered<P> {
  readonly at: number;
  readonly is: P;
}

export class Watch<V> {
  readonly #properties: readonly Property<V>[];
  readonly #found: (Found | undefined)[];
  readonly #exercised: boolean[];
  // Properties still undecided, by kind; a decided one leaves its list.
  #always: readonly Numbered<Always<V>>[];
  #sometimes: readonly Numbered<Sometimes<V>>[];
  #step: readonly Numbered<Step<V>>[];
  #stuck: readonly Numbered<NeverStuck<V>>[];
  /** Whether anything is violated yet. */
  violated = false;
  /** How many are decided. */
  decided = 0;

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

  /** Whether any property of states is still undecided; if not, states need not be shown. */
  get states(): boolean {
    return this.#always.length + this.#sometimes.length > 0;
  }

  /** Whether any property of steps is still undecided; if not, transitions need not be shown. */
  get steps(): boolean {
    return this.#step.length > 0;
  }

  state(view: V, state: number): void {
    const always = this.#always;
    for (let i = 0; i < always.length; i++) {
      const { at, is } = always[i]!;
      if (is.subject !== undefined && !is.subject(view)) continue;
      this.#exercised[at] = true;
      if (!is.holds(view)) this.#decide(at, { state, byMove: false });
    }
    const sometimes = this.#sometimes;
    for (let i = 0; i < sometimes.length; i++)
      if (sometimes[i]!.is.holds(view)) this.#decide(sometimes[i]!.at, { state, byMove: false });
  }

  step(before: V, move: Move, after: V, state: number): void {
    const step = this.#step;
    for (let i = 0; i < step.length; i++) {
      const { at, is } = step[i]!;
      if (is.subject !== undefined && !is.subject(before, move, after)) continue;
      this.#exercised[at] = true;
      if (!is.holds(before, move, after)) this.#decide(at, { state, byMove: true });
    }
  }

  /** A state without transitions. */
  stuck(view: V, state: number): void {
    for (const { at, is } of this.#stuck) if (is.final?.(view) !== true) this.#decide(at, { state, byMove: false });
  }

  /** False when no assertion of that name is declared. */
  bug(bug: ModelBug, state: number): boolean {
    const at = this.#properties.findIndex((one) => one.kind === 'assertion' && one.name === bug.name);
    if (at < 0) return false;
    if (this.#found[at] === undefined) this.#decide(at, { state, byMove: true });
    return true;
  }

  #decide(at: number, found: Found): void {
    this.#found[at] = found;
    this.#exercised[at] = true;
    this.decided++;
    if (this.#properties[at]!.kind !== 'sometimes') this.violated = true;
    const others = <P>(list: readonly Numbered<P>[]): readonly Numbered<P>[] => list.filter((one) => one.at !== at);
    this.#always = others(this.#always);
    this.#sometimes = others(this.#sometimes);
    this.#step = others(this.#step);
    this.#stuck = others(this.#stuck);
  }

  get saved(): Watched {
    return { found: this.#found, exercised: this.#exercised };
  }

  restore({ found, exercised }: Watched): void {
    for (let at = 0; at < found.length; at++) {
      this.#exercised[at] = exercised[at]!;
      if (found[at] !== undefined) this.#decide(at, found[at]!);
    }
  }

  /** `whole`: the search saw everything. `traceOf` gives the moves that lead to where a property was decided. */
  verdicts(whole: boolean, traceOf: (found: Found, property: Property<V>) => Trace): readonly PropertyVerdict[] {
    return this.#properties.map((property, at) => {
      const { name, kind } = property;
      const found = this.#found[at];
      // An assertion that never failed and a state that always had a move need no further subject.
      const exercised = this.#exercised[at]! || kind === 'assertion' || kind === 'never stuck';
      if (found === undefined) {
        const undecided = exercised && kind !== 'sometimes' ? 'holds' : 'unexercised';
        return { name, kind, verdict: whole ? undecided : 'unknown', exercised };
      }
      const verdict = kind === 'sometimes' ? 'holds' : 'violated';
      return { name, kind, verdict, exercised, trace: traceOf(found, property) };
    });
  }
}
