/** Which functions of the model a step goes through: where to look when a real kernel does something else. */
import { walkLike } from './sequences.ts';
import type { Played } from './played.ts';

/** A kernel that notes the names of its functions as they are called. */
const noting = <K extends object>(kernel: K, called: Set<string>): K =>
  Object.fromEntries(
    Object.entries(kernel).map(([name, one]: [string, unknown]) => [
      name,
      typeof one === 'function'
        ? (...args: readonly unknown[]): unknown => {
            called.add(name);
            return (one as (...all: readonly unknown[]) => unknown)(...args);
          }
        : one,
    ]),
  ) as unknown as K;

/** Questions that releases answer differently, and machines; asked everywhere, they say nothing of one step. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['configured']);

/** By name, in the order of their first call, of step `at`. */
export const functionsOf = (of: Played, at: number): readonly string[] => {
  const called = new Set<string>();
  const noted = of.wrapped((kernel) => noting(kernel, called));
  if (noted === undefined) return [];
  const moves = of.steps.map(({ move }) => move);
  const walk = walkLike(noted, moves.slice(0, at));
  called.clear();
  walk.take(moves[at]!);
  return [...called].filter((name) => !SAYS_NOTHING.has(name));
};
