/**
 * Which of two traces is the plainer one. What differs first decides:
 *
 * 1. fewer steps;
 * 2. fewer answers that are not plain, such as allocations that fail;
 * 3. fewer processes: fewer forks and fewer steps of any process but the parent, counted together;
 * 4. plainer operations: the sum of their classes (operation_classes.ts);
 * 5. smaller arguments: their sizes added up. A page is as large as its number, a range as its first page and the pages behind
 *    that, anything else as its place among what the alphabet of the world has: reads before writes, one driver before another;
 * 6. from the first step on, the plainer operation (of one class, that which the world has first), its smaller arguments (of
 *    ranges the shorter, then the lower), and the earlier answers.
 *
 * No two traces of a world are equally plain, so that shrinking ends, and at the same trace whatever the order of passes.
 */
import { classOf, FORKS } from './operation_classes.ts';
import type { AnyWorld } from '../outcomes.ts';
import { movesOf } from '../search/index.ts';
import type { TracedMove } from '../search/verdict.ts';

/** The parent is process 0 of every world. */
const PARENT = 0;

const numbersOf = (value: unknown, names: readonly string[]): readonly number[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const found = names.map((name) => fields[name]);
  return Object.keys(fields).length === names.length && found.every((one) => typeof one === 'number')
    ? found
    : undefined;
};

/** What the values of one argument are told apart by: a length and then places, the number itself, or the place in the list. */
const sizeOf = (value: unknown, all: readonly unknown[]): readonly number[] => {
  if (typeof value === 'number') return [value];
  const range = numbersOf(value, ['from', 'to']);
  if (range !== undefined) return [range[1]! - range[0]! - 1, range[0]!];
  const move = numbersOf(value, ['from', 'to', 'pages']);
  return move === undefined ? [all.indexOf(value)] : [move[2]! - 1, move[0]!, move[1]!];
};

/** Numbers one after another; the first difference decides. */
const lexically = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
};

/** What a move adds to the sums, and where it stands among all moves. */
interface Weight {
  readonly others: number;
  readonly operation: number;
  readonly arguments: number;
  readonly place: number;
}

export class Plainness {
  readonly #weights: readonly Weight[];

  constructor(world: AnyWorld) {
    const { actions } = world;
    const weighed = movesOf(world).map(({ action, name, args }) => ({
      others: (FORKS.has(name) ? 1 : 0) + (typeof args['mm'] === 'number' && args['mm'] !== PARENT ? 1 : 0),
      operation: classOf(name),
      action,
      sizes: Object.entries(args).flatMap(([key, value]) => sizeOf(value, actions[action]!.args[key]!)),
    }));
    const keys = weighed.map(({ operation, action, sizes }) => [operation, action, ...sizes]);
    const order = keys.map((_, number) => number).toSorted((a, b) => lexically(keys[a]!, keys[b]!) || a - b);
    const place = new Map(order.map((number, at) => [number, at]));
    this.#weights = weighed.map(({ others, operation, sizes }, number) => ({
      others,
      operation,
      arguments: sizes.reduce((sum, one) => sum + one, 0),
      place: place.get(number)!,
    }));
  }

  /** Negative where the first trace is the plainer one. */
  compare(a: readonly TracedMove[], b: readonly TracedMove[]): number {
    return lexically(this.#sums(a), this.#sums(b)) || lexically(this.#inOrder(a), this.#inOrder(b));
  }

  /** What one step adds to the length of a trace in all but its steps: fit to be added up, and compared. */
  weigh({ move, answers }: TracedMove): number {
    const { others, operation, arguments: sizes } = this.#weights[move]!;
    return oddities(answers) * 2 ** 36 + others * 2 ** 24 + operation * 2 ** 12 + sizes;
  }

  #sums(steps: readonly TracedMove[]): readonly number[] {
    const sums = [steps.length, 0, 0, 0, 0];
    for (const { move, answers } of steps) {
      const { others, operation, arguments: sizes } = this.#weights[move]!;
      sums[1]! += oddities(answers);
      sums[2]! += others;
      sums[3]! += operation;
      sums[4]! += sizes;
    }
    return sums;
  }

  #inOrder(steps: readonly TracedMove[]): readonly number[] {
    return steps.flatMap(({ move, answers }) => [this.#weights[move]!.place, ...answers]);
  }
}

/** Answers that are not the plain one. */
const oddities = (answers: readonly number[]): number =>
  answers.reduce((sum, answer) => sum + (answer === 0 ? 0 : 1), 0);
