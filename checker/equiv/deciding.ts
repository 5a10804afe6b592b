/**
 * Whether what two kernels differ in has decided anything. A function that a toggle or a patch replaces has not, where all it did was
 * to pass the call on: it called once what was there before, with the same arguments, in the same state, and gave back what it got.
 */
import type { AnyWorld } from '../outcomes.ts';
import type { Words } from '../search/layout.ts';
import { sameWords } from './same_words.ts';

type AnyFunction = (...args: readonly unknown[]) => unknown;

const isFunction = (one: unknown): one is AnyFunction => typeof one === 'function';
const isRecord = (one: unknown): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null;

/** Records of facts, as a machine, are the same with the same facts. */
const sameResult = (x: unknown, y: unknown): boolean =>
  x === y || (isRecord(x) && isRecord(y) && Object.keys({ ...x, ...y }).every((key) => x[key] === y[key]));

/** One call of a function that is replaced. `words`: the state, where the function has one. */
class Call {
  readonly #args: readonly unknown[];
  readonly #words: Words | undefined;
  readonly #entered: Words | undefined;
  #times = 0;
  #asItCame = true;
  #left: Words | undefined;
  #result: unknown;
  #thrown: unknown;

  constructor(args: readonly unknown[], words: Words | undefined) {
    this.#args = args;
    this.#words = words;
    this.#entered = words?.slice();
  }

  #isUnchangedSince(since: Words | undefined): boolean {
    return since === undefined || sameWords(this.#words!, since);
  }

  /** What was there before is called. */
  passOn(base: AnyFunction, args: readonly unknown[]): unknown {
    this.#times++;
    this.#asItCame &&= args.every((one, i) => one === this.#args[i]) && this.#isUnchangedSince(this.#entered);
    try {
      this.#result = base(...args);
      this.#left = this.#words?.slice();
      return this.#result;
    } catch (error) {
      this.#thrown = error;
      throw error;
    }
  }

  #isPassedOn(): boolean {
    return this.#times === 1 && this.#asItCame;
  }

  endedWith(result: unknown): boolean {
    return this.#isPassedOn() && sameResult(result, this.#result) && this.#isUnchangedSince(this.#left);
  }

  threw(error: unknown): boolean {
    return this.#isPassedOn() && error === this.#thrown;
  }
}

/** Watches the toggles and files of these names on the kernels that are built with `watch`. */
export class Deciding {
  readonly #changes: ReadonlySet<string>;
  readonly #words = new WeakMap<object, Words>();
  readonly #decided = new Set<string>();

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

  readonly #function = (name: string, base: AnyFunction, replace: (base: unknown) => unknown): unknown => {
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

  /** Of a record of facts, or of functions, another one than before has been read. */
  readonly #record = (name: string, base: unknown, made: unknown): unknown => {
    // What was not there before decides whenever it is called.
    if (isFunction(made))
      return (...args: readonly unknown[]) => {
        this.#decided.add(name);
        return made(...args);
      };
    return isRecord(made) && isRecord(base)
      ? new Proxy(made, {
          get: (target, key: string) => {
            if (target[key] !== base[key]) this.#decided.add(name);
            return target[key];
          },
        })
      : made;
  };

  /** The patch, which does what it did; `by` is its toggle or file. */
  readonly watch = <P extends object>(by: string, patch: P): P => {
    if (!this.#changes.has(by)) return patch;
    const watched = Object.entries(
      patch as Readonly<Record<string, (base: unknown, ...more: readonly unknown[]) => unknown>>,
    ).map(([name, replace]) => [
      name,
      (base: unknown, ...more: readonly unknown[]) =>
        isFunction(base)
          ? this.#function(name, base, (one) => replace(one, ...more))
          : this.#record(name, base, replace(base, ...more)),
    ]);
    return Object.fromEntries(watched) as P;
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
