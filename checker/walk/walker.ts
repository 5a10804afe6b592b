/**
 * Random walks through a world. Each step draws one of the operations that are possible, then one of the arguments that it can
 * have there, then its answers: the plain one three times in four. So an operation with many arguments is not taken more
 * often than one with few, and an allocation fails now and then.
 *
 * What a draw leads to is judged and counted as in a search, whether the walk goes there or not:
 * - it does not go where nothing follows, into a state without any operation (everybody has exited), or behind an assertion that
 *   failed; nor is it a step that changes nothing;
 * - it goes only one time in four where fewer operations are possible than before, or where a walk has been already.
 *
 * Else it draws again. A walk is over after so many steps, or when so many draws in a row lead nowhere.
 */
import type { AnyWorld } from '../outcomes.ts';
import { breaks } from '../breaks.ts';
import { type Action, isEnabled, ModelBug, ModelFault, type Move, movesOf, type Trace } from '../search/index.ts';
import type { Words } from '../search/layout.ts';
import { StateSet } from '../search/state_set.ts';
import { runSteps } from '../search/transition.ts';
import type { PropertyVerdict, TracedMove } from '../search/verdict.ts';
import { Watch } from '../search/watch.ts';
import type { Draws } from './draws.ts';

/** Of four answers so many are the plain one. */
const PLAIN = 3;
/** One time in so many a walk goes where it is reluctant to. */
const RELUCTANT = 4;
/** Draws in a row that lead nowhere. */
const DRAWS_MAX = 64;
/** Watches that take turns: so many ways to a violation are kept, and the best of them, once they are shrunk, is shown. */
const WATCHES = 3;

type AnyAction = Action<unknown, unknown>;

/** What the walks say of a property. */
export type Found = Omit<PropertyVerdict, 'trace'> & { readonly ways: readonly Trace[] };

/** A drawn move, and what became of it. */
interface Drawn extends TracedMove {
  readonly action: number;
  readonly became: 'new state' | 'state' | 'nothing' | 'bug' | 'no outcome';
}

export class Walker {
  readonly #watches: readonly Watch<unknown>[];
  readonly moves: readonly Move[];
  /** States seen, up to symmetry. */
  readonly set: StateSet;
  readonly enabled: Float64Array;
  readonly fired: Float64Array;
  readonly newStates: Float64Array;
  /** Steps of all walks. */
  steps = 0;
  /** What the longest walk has taken. */
  longest = 0;
  readonly #world: AnyWorld;
  readonly #groups: readonly { readonly action: AnyAction; readonly moves: readonly number[] }[];
  readonly #before: Words;
  readonly #after: Words;
  readonly #representative: Words;
  readonly #view: unknown;
  readonly #draft: unknown;
  readonly #result: unknown;
  readonly #named: unknown;
  /** The ways on which properties were decided: the number of a state, for the watch, is its place here. */
  readonly #ways: Trace[] = [];
  #walks = 0;
  #watch: Watch<unknown>;
  #initial = 0;
  #taken: TracedMove[] = [];

  constructor(world: AnyWorld) {
    const { layout, actions, properties } = world;
    this.#world = world;
    this.moves = movesOf(world);
    const numbered = this.moves.map(({ action }, number) => ({ action, number }));
    const byAction = Map.groupBy(numbered, ({ action }) => action);
    this.#groups = actions.map((action, at) => ({
      action,
      moves: (byAction.get(at) ?? []).map(({ number }) => number),
    }));
    this.#watches = Array.from({ length: WATCHES }, () => new Watch(properties));
    this.#watch = this.#watches[0]!;
    this.set = new StateSet(layout.width);
    [this.#before, this.#after, this.#representative] = [layout.zero(), layout.zero(), layout.zero()];
    this.#view = layout.viewOf(this.#before);
    this.#draft = layout.draftOf(this.#after);
    this.#result = layout.viewOf(this.#after);
    this.#named = layout.draftOf(this.#representative);
    this.enabled = new Float64Array(this.moves.length);
    this.fired = new Float64Array(this.moves.length);
    this.newStates = new Float64Array(this.moves.length);
  }

  /** What was found; the ways to a violation, and the first way to what should be reached. */
  get found(): readonly Found[] {
    const all = this.#watches.map((watch) => watch.verdicts(false, ({ state }) => this.#ways[state]!));
    return this.#world.properties.map((_, at) => {
      const each = all.map((verdicts) => verdicts[at]!);
      const { trace: _trace, ...first } = each.find(({ trace }) => trace !== undefined) ?? each[0]!;
      const exercised = each.some((one) => one.exercised);
      return { ...first, exercised, ways: each.flatMap(({ trace }) => trace ?? []) };
    });
  }

  /** One walk. @throws ModelFault when the model throws anything but a `ModelBug` that is declared. */
  walk(draws: Draws, length: number): void {
    const { initial, layout } = this.#world;
    this.#watch = this.#watches[this.#walks++ % WATCHES]!;
    this.#initial = draws() % initial.length;
    this.#taken = [];
    try {
      this.#after.fill(0);
      initial[this.#initial]!(layout.draftOf(this.#after));
      this.#after.fill(0, layout.width);
      this.#see(-1);
      this.#before.set(this.#after);
      while (this.#taken.length < length && this.#step(draws, length));
      this.longest = Math.max(this.longest, this.#taken.length);
    } catch (error) {
      if (error instanceof ModelFault) throw error;
      throw new ModelFault(error, this.#way(), `a walk through ${this.#world.name}`);
    }
  }

  #way(last?: TracedMove): Trace {
    return { initial: this.#initial, moves: last === undefined ? [...this.#taken] : [...this.#taken, last] };
  }

  /** One step, if a draw leads anywhere. */
  #step(draws: Draws, length: number): boolean {
    const here = this.#possible(this.#view);
    let outcomes = 0;
    for (let tries = 0; tries < DRAWS_MAX; tries++) {
      const drawn = this.#draw(draws);
      if (drawn === undefined) break;
      if (drawn.became !== 'no outcome') outcomes++;
      if (drawn.became !== 'state' && drawn.became !== 'new state') continue;
      if (!this.#goes(drawn, here, draws) && this.#taken.length + 1 < length) continue;
      this.#taken.push({ move: drawn.move, answers: drawn.answers });
      this.#before.set(this.#after);
      return true;
    }
    if (outcomes === 0) this.#judgeStuck(this.#before, this.#view);
    return false;
  }

  /** Whether the walk goes to the state that it has drawn, from one with so many operations. */
  #goes(drawn: Drawn, here: number, draws: Draws): boolean {
    const there = this.#possible(this.#result);
    if (there === 0) this.#judgeStuck(this.#after, this.#result, drawn);
    if (there === 0 || (there < here && draws() % RELUCTANT > 0)) return false;
    return drawn.became === 'new state' || draws() % RELUCTANT === 0;
  }

  /** Draws a move that is possible, makes it and judges it; nothing where none is. */
  #draw(draws: Draws): Drawn | undefined {
    const open = this.#groups.map((_, at) => at);
    while (open.length > 0) {
      const [at] = open.splice(draws() % open.length, 1);
      const { action, moves } = this.#groups[at!]!;
      if (action.when?.(this.#view) === false) continue;
      const possible = moves.filter((move) => action.guard(this.#view, this.moves[move]!.args));
      if (possible.length === 0) continue;
      for (const move of possible) this.enabled[move]!++;
      return this.#make(at!, possible[draws() % possible.length]!, draws);
    }
    return undefined;
  }

  #make(action: number, move: number, draws: Draws): Drawn {
    const answers: number[] = [];
    const choose = (_question: string, ways: readonly string[]): number => {
      const drawn = draws();
      const odd = ways.length > 1 && drawn % 4 >= PLAIN;
      answers.push(odd ? 1 + (draws() % (ways.length - 1)) : 0);
      return answers.at(-1)!;
    };
    const drawn = { action, move, answers };
    const { args } = this.moves[move]!;
    this.#after.set(this.#before);
    try {
      if (!runSteps(this.#world.actions[action]!, this.#draft, args, choose)) return { ...drawn, became: 'no outcome' };
    } catch (error) {
      if (!(error instanceof ModelBug)) throw error;
      this.#judge(drawn, (state) => {
        if (!this.#watch.bug(error, state)) throw error;
      });
      this.#count(move);
      return { ...drawn, became: 'bug' };
    }
    this.#count(move);
    if (this.#watch.steps)
      this.#judge(drawn, (state) => this.#watch.step(this.#view, this.moves[move]!, this.#result, state));
    this.#after.fill(0, this.#world.layout.width);
    if (!this.#hasMoved()) return { ...drawn, became: 'nothing' };
    return { ...drawn, became: this.#see(move, drawn) ? 'new state' : 'state' };
  }

  #count(move: number): void {
    this.fired[move]!++;
    this.steps++;
  }

  #hasMoved(): boolean {
    const [before, after] = [this.#before, this.#after];
    for (let i = this.#world.layout.width - 1; i >= 0; i--) if (after[i] !== before[i]) return true;
    return false;
  }

  /** Judges the state behind a move, and says whether it is new. */
  #see(move: number, drawn?: TracedMove): boolean {
    if (this.#watch.states) this.#judge(drawn, (state) => this.#watch.state(this.#result, state));
    this.#representative.set(this.#after);
    this.#world.canonical?.(this.#named);
    // In a batch of its own: the walk asks at once.
    if (!this.set.stage(this.#representative)) return false;
    this.set.addBatch();
    const isNew = this.set.result[0]! >= 0;
    if (isNew && move >= 0) this.newStates[move]!++;
    return isNew;
  }

  /** Where anything is decided, keeps the way there. */
  #judge(last: TracedMove | undefined, judge: (state: number) => void): void {
    const before = this.#watch.decided;
    judge(this.#ways.length);
    if (this.#watch.decided > before)
      this.#ways.push(this.#way(last && { move: last.move, answers: [...last.answers] }));
  }

  /** How many operations are possible. */
  #possible(view: unknown): number {
    let n = 0;
    for (const { action, moves } of this.#groups)
      if (moves.some((move) => isEnabled(action, view, this.moves[move]!.args))) n++;
    return n;
  }

  /** Judges a state in which no operation was seen to be possible. */
  #judgeStuck(state: Words, view: unknown, last?: TracedMove): void {
    const property = this.#world.properties.find(({ kind }) => kind === 'never stuck');
    if (property !== undefined && breaks(this.#world, property.name, state, undefined))
      this.#judge(last, () => this.#watch.stuck(view, this.#ways.length));
  }
}
