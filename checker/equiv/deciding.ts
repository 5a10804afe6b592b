/**
 * Whether what two kernels differ in has decided anything. A function that a toggle or a patch replaces has not, where all it did was
 * to pass the call on: it called once what was there before, with the same arguments, in the same state, and gave back what it got.
 */
import { eachReplaced } from '../counted.ts';
import type { AnyWorld } from '../outcomes.ts';
import type { Words } from '../search/layout.ts';
import { layersOf, plainOf, untold, watchedRecord } from '../watched_record.ts';
import { sameWords } from './same_words.ts';

type AnyFunction = (...args: readonly unknown[]) => unknown;
type Replace = (base: unknown) => unknown;

const isFunction = (one: unknown): one is AnyFunction => typeof one === 'function';
const isRecord = (one: unknown): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null;

/** What a record has now: somebody may change it in place. Those of a kernel have no records in them. */
const factsOf = (one: unknown): unknown => (isRecord(one) ? { ...one } : one);

/** Records of facts, as a machine, are the same with the same facts. */
const sameFacts = (x: unknown, y: unknown): boolean => {
  if (x === y || !isRecord(x) || !isRecord(y)) return x === y;
  for (const key in x) if (x[key] !== y[key]) return false;
  for (const key in y) if (!(key in x)) return false;
  return true;
};

/** What is left out is undefined. */
const sameArguments = (xs: readonly unknown[], ys: readonly unknown[]): boolean => {
  for (let i = Math.max(xs.length, ys.length) - 1; i >= 0; i--) if (xs[i] !== ys[i]) return false;
  return true;
};

/** Of a state nothing can change but its words, and what answers its questions. */
const isState = (words: Words | undefined, at: number): boolean => words !== undefined && at === 0;
const choiceOf = (state: unknown): unknown => (state as { readonly choose?: unknown }).choose;

/** What a function can change: its arguments, and the state, where it has one, which comes first. */
class Seen {
  readonly #facts: readonly unknown[];
  readonly #words: Words | undefined;

  constructor(args: readonly unknown[], words: Words | undefined) {
    this.#facts = args.map((one, i) => (isState(words, i) ? choiceOf(one) : factsOf(one)));
    this.#words = words?.slice();
  }

  isAsNow(args: readonly unknown[], words: Words | undefined): boolean {
    if (words !== undefined && !sameWords(this.#words!, words)) return false;
    return args.every((one, i) => sameFacts(isState(words, i) ? choiceOf(one) : one, this.#facts[i]));
  }
}

/** One call of a function that is replaced. `words`: the state, where the function has one. */
class Call {
  readonly #args: readonly unknown[];
  readonly #words: Words | undefined;
  readonly #entered: Seen;
  #times = 0;
  #asItCame = true;
  /** What the one before has left and given back, or thrown. */
  #left: Seen | undefined;
  #result: unknown;
  #thrown: unknown;

  constructor(args: readonly unknown[], words: Words | undefined) {
    this.#args = args;
    this.#words = words;
    this.#entered = new Seen(args, words);
  }

  /** What was there before is called. */
  passOn(base: AnyFunction, args: readonly unknown[]): unknown {
    this.#times++;
    this.#asItCame &&= sameArguments(args, this.#args) && this.#entered.isAsNow(this.#args, this.#words);
    try {
      const result = base(...args);
      this.#left = new Seen(this.#args, this.#words);
      this.#result = factsOf(result);
      return result;
    } catch (error) {
      this.#thrown = error;
      throw error;
    }
  }

  #isPassedOn(): boolean {
    return this.#times === 1 && this.#asItCame;
  }

  endedWith(result: unknown): boolean {
    // Where the one before has thrown, it has left nothing.
    return (
      this.#isPassedOn() && this.#left?.isAsNow(this.#args, this.#words) === true && sameFacts(result, this.#result)
    );
  }

  threw(error: unknown): boolean {
    return this.#isPassedOn() && this.#left === undefined && error === this.#thrown;
  }
}

/** Watches the toggles and files of these names on the kernels that are built with `watch`. */
export class Deciding {
  readonly #changes: ReadonlySet<string>;
  readonly #words = new WeakMap<object, Words>();
  readonly #decided = new Set<string>();
  /** By a record that is watched, what it would be without what is watched. */
  readonly #without = new WeakMap<object, Readonly<Record<string, unknown>>>();

  constructor(changes: readonly string[]) {
    this.#changes = new Set(changes);
  }

  /** Functions that did more than to pass a call on. */
  get names(): readonly string[] {
    return [...this.#decided].toSorted();
  }

  /** Also what has decided something in a search that this one goes on from. */
  goOnFrom(before: readonly string[]): void {
    for (const name of before) this.#decided.add(name);
  }

  readonly #function = (name: string, base: AnyFunction, replace: Replace): unknown => {
    const open: Call[] = [];
    const made = replace((...args: readonly unknown[]) => {
      const call = open.at(-1);
      return call === undefined ? base(...args) : call.passOn(base, args);
    });
    if (!isFunction(made)) return made;
    return (...args: readonly unknown[]) => {
      if (this.#decided.has(name)) return made(...args);
      const [state] = args;
      const call = new Call(args, isRecord(state) ? this.#words.get(state) : undefined);
      open.push(call);
      try {
        const result = made(...args);
        if (!call.endedWith(result)) this.#decided.add(name);
        return result;
      } catch (error) {
        if (!call.threw(error)) this.#decided.add(name);
        throw error;
      } finally {
        open.pop();
      }
    };
  };

  /** Of a record of facts, or of functions, another one has been read than without what is watched. */
  readonly #record = (name: string, made: unknown, without: unknown): unknown => {
    // What was not there before decides whenever it is called.
    if (isFunction(made))
      return (...args: readonly unknown[]) => {
        this.#decided.add(name);
        return made(...args);
      };
    if (!isRecord(made) || !isRecord(without)) return made;
    const record = watchedRecord(made, (key) => {
      if (made[key] !== without[key]) this.#decided.add(name);
    });
    this.#without.set(record, without);
    return record;
  };

  /** What a patch makes of a record, or of nothing. One that is not watched makes of a watched one what is watched in its place. */
  readonly #ofRecord = (name: string, base: unknown, replace: Replace, isChange: boolean): unknown => {
    const watched = layersOf(base).find((one) => isRecord(one) && this.#without.has(one));
    const before = watched === undefined ? plainOf(base) : this.#without.get(watched as object);
    if (!isChange && watched === undefined) return replace(base);
    const made = untold(() => replace(base));
    return this.#record(name, made, isChange ? before : replace(before));
  };

  /** The patch, which does what it did; `by` is its toggle or file. */
  readonly watch = <P extends object>(by: string, patch: P): P => {
    const isChange = this.#changes.has(by);
    return eachReplaced(patch, (name, replace) => (base, ...more) => {
      const onTopOf: Replace = (one) => replace(one, ...more);
      if (!isFunction(base)) return this.#ofRecord(name, base, onTopOf, isChange);
      return isChange ? this.#function(name, base, onTopOf) : onTopOf(base);
    });
  };

  /** The world, of whose states it is seen whether a function has changed them. */
  readonly seeing = (world: AnyWorld): AnyWorld => {
    const bind = (words: Words): unknown => {
      const draft = world.layout.draftOf(words);
      this.#words.set(draft as object, words);
      return draft;
    };
    return { ...world, layout: { ...world.layout, draftOf: bind, viewOf: bind } };
  };
}
