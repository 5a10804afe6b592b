/**
 * Breadth-first search. The state set's arena is the queue: state n is expanded when its turn comes, so
 * there is no second list, and the first path that reaches a state is a shortest one. One pass finds a
 * shortest trace for every property: a property is watched until it is violated (or, if it must be reached,
 * until it is), and the search goes on behind a violation.
 *
 * Successors are staged and looked up in batches; the batch is emptied at the end of every level at the
 * latest, so that numbers, and with them levels, come out as if each had been looked up at once.
 */
import type { Checkpoint } from './checkpoint.ts';
import { Choices } from './choices.ts';
import type { Words } from './layout.ts';
import { blame, ModelFault } from './model_fault.ts';
import type { Options, Shares } from './options.ts';
import { Parents } from './parents.ts';
import { BATCH, STATES_MAX, StateSet } from './state_set.ts';
import { traceThrough } from './trace.ts';
import { runSteps } from './transition.ts';
import { countActions, type Cut, overall, type Trace, type Verdict } from './verdict.ts';
import { Watch } from './watch.ts';
import { type Action, type Move, ModelBug, movesOf, type Property, type World } from './world.ts';

const outOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && /allocation failed|invalid typed array length/i.test(error.message);

/** States between two looks at the clock and at memory. */
const TICK = 1024;
/** For `Shares`, so many states in a row are timed out of so many. */
const SAMPLE = 128;
const SAMPLE_EVERY = 4096;
/** Between two checkpoints. */
const SAVE_EVERY_MS = 600_000;
/** The part of the machine's free memory that a search takes unless told otherwise. */
const SPARED = 0.9;
/** Room for the successors of one state, which are all added before the number of states is looked at again. */
const HEADROOM = 2 ** 20;

/** What became of a run of an effect: no such outcome, a state, or an assertion of the model that failed. */
const NO_OUTCOME = 0;
const STATE = 1;
const BUG = 2;

type Args = Move['args'];

class Search<V, D> {
  readonly #world: World<V, D>;
  readonly #options: Options;
  readonly #moves: readonly Move[];
  /** The same by action: `first` is the number of the first. */
  readonly #groups: readonly { readonly action: Action<V, D>; readonly first: number; readonly args: Args[] }[];
  readonly #set: StateSet;
  readonly #parents = new Parents();
  readonly #watch: Watch<V>;
  readonly #canonical: ((draft: D) => void) | undefined;
  readonly #statesMax: number;
  readonly #bytesMax: number;
  readonly #choices = new Choices();
  // The only two working states: every guard reads `before`, every effect writes `after`.
  readonly #before: Words;
  readonly #after: Words;
  readonly #view: V;
  readonly #draft: D;
  readonly #result: V;
  readonly #stagedFrom = new Int32Array(BATCH);
  readonly #stagedMove = new Int32Array(BATCH);
  #depth = 0;
  #levelEnd = 0;
  #state = 0;
  #expanded = 0;
  readonly #enabled: Float64Array;
  readonly #fired: Float64Array;
  readonly #newStates: Float64Array;
  #started = 0;
  #saved = 0;

  constructor(world: World<V, D>, options: Options) {
    const { layout } = world;
    this.#world = world;
    this.#options = options;
    this.#moves = movesOf(world);
    this.#groups = world.actions.map((action, number) => ({
      action,
      first: this.#moves.findIndex((move) => move.action === number),
      args: this.#moves.filter((move) => move.action === number).map(({ args }) => args),
    }));
    this.#set = new StateSet(layout.width);
    this.#watch = new Watch(world.properties);
    this.#canonical = world.canonical;
    this.#statesMax = Math.min(options.statesMax ?? Infinity, STATES_MAX - HEADROOM);
    this.#bytesMax = options.bytesMax ?? SPARED * process.availableMemory();
    this.#before = layout.zero();
    this.#after = layout.zero();
    this.#view = layout.viewOf(this.#before);
    this.#draft = layout.draftOf(this.#after);
    this.#result = layout.viewOf(this.#after);
    this.#enabled = new Float64Array(this.#moves.length);
    this.#fired = new Float64Array(this.#moves.length);
    this.#newStates = new Float64Array(this.#moves.length);
  }

  run(): Verdict {
    const { from } = this.#options;
    this.#started = performance.now();
    this.#saved = this.#started;
    let cut: Cut | undefined;
    try {
      if (from === undefined) this.#addInitial();
      else this.#restore(from);
      cut = this.#levels();
    } catch (error) {
      if (error instanceof ModelFault) throw error;
      if (!outOfMemory(error))
        throw new ModelFault(error, this.#traceTo(this.#state), blame(this.#world, this.#moves, this.#view));
      cut = 'memory';
    }
    return this.#verdict(cut, this.#seconds());
  }

  #addInitial(): void {
    const { initial, canonical } = this.#world;
    for (let i = 0; i < initial.length; i++) {
      this.#after.fill(0);
      try {
        initial[i]!(this.#draft);
        canonical?.(this.#draft);
      } catch (error) {
        throw new ModelFault(error, { initial: i, moves: [] }, `initial state ${i}`);
      }
      this.#stage(-1 - i, 0);
    }
    this.#flush();
    this.#levelEnd = this.#set.count;
  }

  /** Level by level; the reason when it ends early. */
  #levels(): Cut | undefined {
    const { depthMax = Infinity } = this.#options;
    const set = this.#set;
    for (; this.#state < this.#levelEnd; this.#levelEnd = set.count) {
      const cut = this.#level(this.#levelEnd, this.#depth < depthMax);
      this.#flush();
      if (cut !== undefined && cut !== 'depth') this.#save();
      if (set.count > this.#levelEnd) this.#depth++;
      if (cut !== undefined) return cut;
    }
    return undefined;
  }

  /** Checks the states of one level and, if asked, finds their successors. */
  #level(levelEnd: number, expand: boolean): Cut | undefined {
    const { first = false, shares } = this.#options;
    for (; this.#state < levelEnd; this.#state++) {
      const cut = this.#limitReached();
      if (cut !== undefined) return cut;
      this.#set.load(this.#state, this.#before);
      if (shares !== undefined && this.#state % SAMPLE_EVERY === 0)
        this.#sample(shares, Math.min(levelEnd, this.#state + SAMPLE));
      if (this.#watch.states) this.#watch.state(this.#view, this.#state);
      if (expand) {
        this.#expand();
        this.#expanded++;
      }
      if (first && this.#watch.violated) return 'first';
    }
    return expand ? undefined : 'depth';
  }

  #limitReached(): Cut | undefined {
    // What is staged may be new: only where that matters it is looked up at once.
    if (this.#set.count + this.#set.staged > this.#statesMax) {
      this.#flush();
      if (this.#set.count > this.#statesMax) return 'states';
    }
    if (this.#state % TICK !== 0) return undefined;
    const { secondsMax = Infinity, onProgress } = this.#options;
    const bytes = this.#bytes();
    if (this.#set.bytesSoon + this.#parents.bytes >= this.#bytesMax) return 'memory';
    const clock = performance.now();
    if (clock - this.#started >= secondsMax * 1000) return 'seconds';
    if (clock - this.#saved >= SAVE_EVERY_MS) this.#save();
    const { count } = this.#set;
    const waiting = count - this.#expanded;
    const now = { states: count, transitions: this.#transitions(), depth: this.#depth, waiting, bytes };
    return onProgress?.(now) === true ? 'interrupted' : undefined;
  }

  #save(): void {
    const { save } = this.#options;
    if (save === undefined) return;
    this.#flush();
    save({
      states: this.#set.saved,
      parents: this.#parents.saved(this.#set.count),
      state: this.#state,
      levelEnd: this.#levelEnd,
      depth: this.#depth,
      expanded: this.#expanded,
      seconds: this.#seconds(),
      enabled: this.#enabled,
      fired: this.#fired,
      newStates: this.#newStates,
      watched: this.#watch.saved,
    });
    this.#saved = performance.now();
  }

  #restore(from: Checkpoint): void {
    this.#set.restore(from.states);
    this.#parents.restore(from.parents);
    this.#watch.restore(from.watched);
    this.#state = from.state;
    this.#levelEnd = from.levelEnd;
    this.#depth = from.depth;
    this.#expanded = from.expanded;
    this.#enabled.set(from.enabled);
    this.#fired.set(from.fired);
    this.#newStates.set(from.newStates);
  }

  /** Spent so far, before a checkpoint, too. */
  #seconds(): number {
    return (this.#options.from?.seconds ?? 0) + (performance.now() - this.#started) / 1000;
  }

  /** Does what is done with the next states without consequences, one kind of work after another, and times each. */
  #sample(shares: Shares, end: number): void {
    const watch = new Watch(this.#world.properties);
    const timed = (work: () => void): number => {
      const from = performance.now();
      for (let n = this.#state; n < end; n++) {
        this.#set.load(n, this.#before);
        work();
      }
      return ((performance.now() - from) * SAMPLE_EVERY) / SAMPLE;
    };
    const states = timed(() => watch.state(this.#view, this.#state));
    const moves = timed(() => this.#dryRun(undefined));
    const movesAndSteps = watch.steps ? timed(() => this.#dryRun(watch)) : moves;
    shares.moves += moves;
    shares.properties += states + movesAndSteps - moves;
    this.#set.load(this.#state, this.#before);
  }

  /** All moves from the state at hand, leading nowhere. */
  #dryRun(watch: Watch<V> | undefined): void {
    for (const { action, first, args } of this.#groups) {
      if (action.when !== undefined && !action.when(this.#view)) continue;
      for (let k = 0; k < args.length; k++) {
        if (!action.guard(this.#view, args[k]!)) continue;
        this.#choices.restart();
        do {
          for (let i = 0; i < this.#after.length; i++) this.#after[i] = this.#before[i]!;
          if (this.#run(action, args[k]!) !== STATE) continue;
          watch?.step(this.#view, this.#moves[first + k]!, this.#result, this.#state);
        } while (this.#choices.next());
      }
    }
  }

  #expand(): void {
    const view = this.#view;
    const groups = this.#groups;
    let outcomes = 0;
    for (let a = 0; a < groups.length; a++) {
      const { action, first, args } = groups[a]!;
      if (action.when !== undefined && !action.when(view)) continue;
      for (let k = 0; k < args.length; k++)
        if (action.guard(view, args[k]!)) outcomes += this.#fire(action, args[k]!, first + k);
    }
    if (outcomes === 0) this.#watch.stuck(view, this.#state);
  }

  /** Makes move `m` in every way there is, and says in how many. */
  #fire(action: Action<V, D>, args: Args, m: number): number {
    const choices = this.#choices;
    const before = this.#before;
    const after = this.#after;
    let outcomes = 0;
    choices.restart();
    do {
      for (let i = 0; i < after.length; i++) after[i] = before[i]!;
      const outcome = this.#run(action, args);
      if (outcome !== NO_OUTCOME) outcomes++;
      if (outcome === STATE) this.#emit(m);
    } while (choices.next());
    this.#enabled[m]!++;
    this.#fired[m]! += outcomes;
    return outcomes;
  }

  #run(action: Action<V, D>, args: Args): typeof NO_OUTCOME | typeof STATE | typeof BUG {
    try {
      return runSteps(action, this.#draft, args, this.#choices.choose) ? STATE : NO_OUTCOME;
    } catch (error) {
      // An assertion of the model that failed is a verdict; anything else is a fault of the model.
      if (error instanceof ModelBug && this.#watch.bug(error, this.#state)) return BUG;
      throw new ModelFault(error, this.#traceTo(this.#state), action.name);
    }
  }

  /** Takes note of the state behind a move. */
  #emit(m: number): void {
    if (this.#watch.steps) this.#watch.step(this.#view, this.#moves[m]!, this.#result, this.#state);
    // A move that changes nothing (a request that is refused) leads nowhere new.
    if (!this.#hasMoved()) return;
    if (this.#canonical !== undefined) this.#canonical(this.#draft);
    this.#stage(this.#state, m);
  }

  #hasMoved(): boolean {
    const before = this.#before;
    const after = this.#after;
    for (let i = this.#set.width - 1; i >= 0; i--) if (after[i] !== before[i]) return true;
    return false;
  }

  /** The working state comes from `from` by move `m`: it is to be looked up. */
  #stage(from: number, m: number): void {
    const set = this.#set;
    const i = set.staged;
    if (!set.stage(this.#after)) return;
    this.#stagedFrom[i] = from;
    this.#stagedMove[i] = m;
    if (i + 1 === BATCH) this.#flush();
  }

  #flush(): void {
    const { shares } = this.#options;
    const started = shares === undefined ? 0 : performance.now();
    const set = this.#set;
    const size = set.staged;
    set.addBatch();
    for (let i = 0; i < size; i++) {
      const n = set.result[i]!;
      if (n < 0) continue;
      const from = this.#stagedFrom[i]!;
      this.#parents.put(n, from);
      if (from >= 0) this.#newStates[this.#stagedMove[i]!]!++;
    }
    if (shares !== undefined) shares.lookup += performance.now() - started;
  }

  #transitions(): number {
    return this.#fired.reduce((sum, fired) => sum + fired, 0);
  }

  #bytes(): number {
    return this.#set.bytes + this.#parents.bytes;
  }

  /** The moves that led to state `n`, and then to what broke `broken`: only parents are kept. */
  #traceTo(n: number, broken?: Property<V>): Trace {
    const { initial, states } = this.#parents.pathTo(n);
    const behind = states.slice(1).map((at) => {
      const words = this.#world.layout.zero();
      this.#set.load(at, words);
      return words;
    });
    return traceThrough(this.#world, this.#moves, initial, behind, broken);
  }

  #verdict(cut: Cut | undefined, seconds: number): Verdict {
    const properties = this.#watch.verdicts(cut === undefined, ({ state, byMove }, property) =>
      this.#traceTo(state, byMove ? property : undefined),
    );
    const { count } = this.#set;
    const counts = { enabled: this.#enabled, fired: this.#fired, newStates: this.#newStates };
    const names = this.#world.actions.map(({ name }) => name);
    return {
      verdict: overall(properties, cut),
      ...(cut === undefined ? {} : { cut }),
      states: count,
      transitions: this.#transitions(),
      depth: this.#depth,
      waiting: count - this.#expanded,
      seconds,
      peakBytes: this.#bytes(),
      properties,
      actions: countActions(names, this.#moves, counts),
    };
  }
}

/**
 * Explores a world, all of it unless a limit is given.
 * @throws ModelFault when an effect, a guard or a property throws anything but a declared `ModelBug`.
 */
export const explore = <V, D>(world: World<V, D>, options: Options = {}): Verdict => new Search(world, options).run();
