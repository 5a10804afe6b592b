/**
 * Which of two traces is the plainer one. What differs first decides:
 *
 * 1. fewer steps;
 * 2. fewer answers that are not plain, such as allocations that fail;
 * 3. fewer processes: fewer forks and fewer steps of any process but the parent, counted together;
 * 4. plainer operations: the sum of their classes (operation_classes.ts);
 * 5. smaller arguments: the sum of their places. Of pages the lower are smaller, of ranges the shorter and then the lower;
 *    all else stands in the order in which the alphabet of the world has it: reads before writes, one driver before another;
 * 6. from the first step on, the plainer operation, its smaller arguments, and the earlier answers.
 *
 * No two traces of a world are equally plain, so that shrinking ends, and at the same trace whatever the order of passes.
 */
import { classOf, FORKS } from './operation_classes.ts';
import type { AnyWorld } from '../outcomes.ts';
import { movesOf } from '../search/index.ts';
import type { TracedMove } from '../search/verdict.ts';

type Values = readonly unknown[];

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

/** What the values of one argument are told apart by: the number itself, a length and then places, or the place in the list. */
const sizeOf = (value: unknown, at: number): readonly number[] => {
  if (typeof value === 'number') return [value];
  const range = numbersOf(value, ['from', 'to']);
  if (range !== undefined) return [range[1]! - range[0]!, range[0]!];
  const move = numbersOf(value, ['from', 'to', 'pages']);
  return move === undefined ? [at] : [move[2]!, move[0]!, move[1]!];
};

/** Numbers one after another; the first difference decides. */
const lexically = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
};

/** The place of each value of an argument, the smallest first. */
const placesOf = (values: Values): ReadonlyMap<unknown, number> =>
  new Map(
    values
      .map((value, at) => ({ value, size: sizeOf(value, at) }))
      .toSorted((a, b) => lexically(a.size, b.size))
      .map(({ value }, place) => [value, place]),
  );

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
    const places = actions.map(
      ({ args }) => new Map(Object.entries(args).map(([name, values]) => [name, placesOf(values)])),
    );
    const weighed = movesOf(world).map(({ action, name, args }) => ({
      others: (FORKS.has(name) ? 1 : 0) + (typeof args['mm'] === 'number' && args['mm'] !== PARENT ? 1 : 0),
      operation: classOf(name),
      places: Object.entries(args).map(([key, value]) => places[action]!.get(key)!.get(value)!),
      action,
    }));
    const order = weighed
      .map((_, number) => number)
      .toSorted((a, b) => {
        const [x, y] = [weighed[a]!, weighed[b]!];
        const keys = ({ operation, action, places: at }: typeof x) => [operation, action, ...at];
        return lexically(keys(x), keys(y)) || a - b;
      });
    const place = new Map(order.map((number, at) => [number, at]));
    this.#weights = weighed.map(({ others, operation, places: at }, number) => ({
      others,
      operation,
      arguments: at.reduce((sum, one) => sum + one, 0),
      place: place.get(number)!,
    }));
  }

  /** Negative where the first trace is the plainer one. */
  compare(a: readonly TracedMove[], b: readonly TracedMove[]): number {
    return lexically(this.#sums(a), this.#sums(b)) || lexically(this.#inOrder(a), this.#inOrder(b));
  }

  /** What one step adds to the length of a trace in all but its steps: fit to be added up, and compared. */
  weigh({ move, answers }: TracedMove): number {
    const { others, operation, arguments: places } = this.#weights[move]!;
    return oddities(answers) * 2 ** 36 + others * 2 ** 24 + operation * 2 ** 12 + places;
  }

  #sums(steps: readonly TracedMove[]): readonly number[] {
    const sums = [steps.length, 0, 0, 0, 0];
    for (const { move, answers } of steps) {
      const { others, operation, arguments: places } = this.#weights[move]!;
      sums[1]! += oddities(answers);
      sums[2]! += others;
      sums[3]! += operation;
      sums[4]! += places;
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
