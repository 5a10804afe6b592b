/**
 * Runs steps on a world, fast and often, and sees whether they break one property. A step that is not possible where its
 * turn comes, or that changes nothing, is left out: so a trace from which one step is taken away loses at once what
 * depended on it.
 */
import { breaks } from '../breaks.ts';
import type { AnyWorld } from '../outcomes.ts';
import { type Answer, Choices } from '../search/choices.ts';
import {
  type Choose,
  initialState,
  isEnabled,
  ModelBug,
  type Move,
  movesOf,
  type Property,
  retrace,
  type Trace,
} from '../search/index.ts';
import type { Words } from '../search/layout.ts';
import { runSteps } from '../search/transition.ts';
import type { TracedMove } from '../search/verdict.ts';

/** A move, with its answers in words as well: elsewhere the same question may be asked at another turn. */
export interface Step extends TracedMove {
  readonly said: readonly Answer[];
}

/** Steps that were taken. `states[i]` is the one before step i; one more stands at the end. */
export interface Way {
  readonly initial: number;
  readonly steps: readonly Step[];
  readonly states: readonly Words[];
}

/** A way that breaks the property, with its last step and not before. */
export type Played = Way;

/** One way on from a state. */
export interface Successor {
  readonly step: Step;
  readonly after: Words;
  readonly breaks: boolean;
}

/** What became of a step: not possible, without effect, another state, or the property broken. */
type Became = 'refused' | 'nothing' | 'moved' | 'broken';

/** More ways than these are not asked of one move. */
const WAYS_MAX = 64;

export class Player {
  readonly world: AnyWorld;
  readonly moves: readonly Move[];
  readonly #property: Property<unknown>;
  readonly #choices = new Choices();
  readonly #before: Words;
  readonly #after: Words;
  readonly #view: unknown;
  readonly #draft: unknown;
  readonly #result: unknown;
  readonly #ways = new Map<string, readonly Successor[]>();

  /** @throws Error where the world has no such property. */
  constructor(world: AnyWorld, property: string) {
    const { layout } = world;
    const found = world.properties.find(({ name }) => name === property);
    if (found === undefined) throw new Error(`${world.name} has no property ${property}`);
    this.world = world;
    this.moves = movesOf(world);
    this.#property = found;
    this.#before = layout.zero();
    this.#after = layout.zero();
    this.#view = layout.viewOf(this.#before);
    this.#draft = layout.draftOf(this.#after);
    this.#result = layout.viewOf(this.#after);
  }

  /** The trace up to where it breaks the property; undefined if it does not. @throws Error where it cannot be gone. */
  begin(trace: Trace): Played | undefined {
    const steps = retrace(this.world, trace).map(({ answers }, i): Step => ({ ...trace.moves[i]!, said: answers }));
    return this.from(trace.initial, steps);
  }

  /** Steps from an initial state; undefined where they do not break the property. */
  from(initial: number, steps: readonly Step[]): Played | undefined {
    const state = initialState(this.world, initial);
    const nothing = { initial, steps: [], states: [state] };
    return this.#stateBreaks(state) ? nothing : this.play(nothing, 0, steps);
  }

  /** The first `keep` steps of a trace, and then `rest`; undefined where that does not break the property. */
  play({ initial, steps, states }: Way, keep: number, rest: readonly Step[]): Played | undefined {
    const taken = steps.slice(0, keep);
    const through = states.slice(0, keep + 1);
    for (const step of rest) {
      const made = this.successor(through.at(-1)!, step);
      if (made === undefined) continue;
      taken.push(made.step);
      through.push(made.after);
      if (made.breaks) return { initial, steps: taken, states: through };
    }
    return undefined;
  }

  /** The state that steps begin in, and the one behind each, whether it can be taken or not. */
  statesAlong(from: Words, steps: readonly Step[]): readonly Words[] {
    const states = [from];
    for (const step of steps) states.push(this.successor(states.at(-1)!, step)?.after ?? states.at(-1)!);
    return states;
  }

  /** What a step comes to in a state. */
  successor(state: Words, { move, said }: Pick<Step, 'move' | 'said'>): Successor | undefined {
    this.#before.set(state);
    const replies = new Replies(said);
    const became = this.#take(move, replies.choose);
    if (became === 'refused' || became === 'nothing') return undefined;
    const step = { move, answers: replies.answers, said: replies.said };
    return { step, after: this.#after.slice(), breaks: became === 'broken' };
  }

  /** Every way on from a state, in the order of moves. */
  ways(state: Words): readonly Successor[] {
    const from = keyOf(state, this.world.layout.width);
    const known = this.#ways.get(from);
    if (known !== undefined) return known;
    const all = this.moves.flatMap((move, number) => [...this.#waysOf(state, number, move)]);
    this.#ways.set(from, all);
    return all;
  }

  /** The same; of several ways to one state the first. */
  successors(state: Words): readonly Successor[] {
    const { width } = this.world.layout;
    const found = new Map<string, Successor>();
    for (const one of this.ways(state)) {
      const key = `${one.breaks}${keyOf(one.after, width)}`;
      if (!found.has(key)) found.set(key, one);
    }
    return [...found.values()];
  }

  /** Every way that a move can go, the plain one first. */
  *#waysOf(state: Words, number: number, move: Move): Generator<Successor> {
    this.#before.set(state);
    if (!isEnabled(this.world.actions[move.action]!, this.#view, move.args)) return;
    const choices = this.#choices;
    choices.restart();
    let ways = 0;
    do {
      const became = this.#take(number, choices.choose);
      if (became === 'refused' || became === 'nothing') continue;
      const step = { move: number, answers: choices.path(), said: choices.told() };
      yield { step, after: this.#after.slice(), breaks: became === 'broken' };
    } while (choices.next() && ++ways < WAYS_MAX);
  }

  /** Makes a move from `before`; `after` is then without its scratch tables. A model that fails goes no further. */
  #take(number: number, choose: Choose): Became {
    const { action: at, args } = this.moves[number]!;
    const action = this.world.actions[at]!;
    const after = this.#after;
    try {
      if (!isEnabled(action, this.#view, args)) return 'refused';
      after.set(this.#before);
      if (!runSteps(action, this.#draft, args, choose)) return 'refused';
    } catch (error) {
      if (!(error instanceof ModelBug)) return 'refused';
      const meant = this.#property.kind === 'assertion' && this.#property.name === error.name;
      after.fill(0, this.world.layout.width);
      return meant ? 'broken' : 'refused';
    }
    const broken = this.#stepBreaks(this.moves[number]!);
    after.fill(0, this.world.layout.width);
    if (broken) return 'broken';
    if (!this.#hasMoved()) return 'nothing';
    return this.#stateBreaks(after) ? 'broken' : 'moved';
  }

  #hasMoved(): boolean {
    const [before, after] = [this.#before, this.#after];
    for (let i = this.world.layout.width - 1; i >= 0; i--) if (after[i] !== before[i]) return true;
    return false;
  }

  #stepBreaks(move: Move): boolean {
    const one = this.#property;
    if (one.kind !== 'step' || one.subject?.(this.#view, move, this.#result) === false) return false;
    return !one.holds(this.#view, move, this.#result);
  }

  #stateBreaks(state: Words): boolean {
    const one = this.#property;
    if (one.kind === 'never stuck') return breaks(this.world, one.name, state, undefined);
    if (one.kind !== 'always') return false;
    const view = state === this.#after ? this.#result : this.world.layout.viewOf(state);
    return one.subject?.(view) !== false && !one.holds(view);
  }
}

/** A state as a key of a map. */
export const keyOf = (state: Words, width: number): string =>
  Buffer.from(state.buffer, state.byteOffset, width * 4).toString('latin1');

/** The n-th time a question is asked it gets its n-th recorded answer, and the plain one where there is none. */
class Replies {
  readonly answers: number[] = [];
  readonly said: Answer[] = [];
  readonly #left: Answer[];

  constructor(recorded: readonly Answer[]) {
    this.#left = [...recorded];
  }

  readonly choose: Choose = (question, answers) => {
    const at = this.#left.findIndex((one) => one.question === question);
    const [one] = at < 0 ? [] : this.#left.splice(at, 1);
    const code = one === undefined ? 0 : Math.max(0, answers.indexOf(one.answer));
    this.answers.push(code);
    this.said.push({ question, answer: answers[code]! });
    return code;
  };
}
