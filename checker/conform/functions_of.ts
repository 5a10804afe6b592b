/** Which functions of the model a step goes through: where to look when a real kernel does something else. */
import type { Kernel } from '../../model/mm/kernel.ts';
import { walkOf } from './sequences.ts';
import type { Walk } from './walk.ts';

/** A kernel that notes the names of its functions as they are called. */
const noting = (kernel: Kernel, called: Set<string>): Kernel =>
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
  ) as unknown as Kernel;

/** Questions that releases answer differently, and machines; asked everywhere, they say nothing of one step. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['configured']);

/** By name, in the order of their first call, of step `at`. */
export const functionsOf = ({ stage, steps }: Walk, at: number): readonly string[] => {
  const called = new Set<string>();
  const noted = stage.instead?.((kernel) => noting(kernel, called));
  if (noted === undefined) return [];
  const moves = steps.map(({ move }) => move);
  const walk = walkOf(noted, moves.slice(0, at));
  called.clear();
  walk.take(moves[at]!);
  return [...called].filter((name) => !SAYS_NOTHING.has(name));
};
