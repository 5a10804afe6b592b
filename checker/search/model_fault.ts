/** A fault of the model itself: whatever a guard, an effect or a property threw, unless it is a declared `ModelBug`. */
import type { Trace } from './verdict.ts';
import { isEnabled, type Move, type World } from './world.ts';

/** An exception as it is told. */
export const thrown = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);

export class ModelFault extends Error {
  readonly trace: Trace;
  constructor(cause: unknown, trace: Trace, where: string) {
    super(`${where} threw ${thrown(cause)}`, { cause });
    this.trace = trace;
  }
}

const throws = (ask: () => unknown): boolean => {
  try {
    ask();
    return false;
  } catch {
    return true;
  }
};

/** Which guard or property throws on a state, found by asking each again. */
export const blame = <V, D>({ actions, properties }: World<V, D>, moves: readonly Move[], view: V): string => {
  const guard = moves.find(({ action, args }) => throws(() => isEnabled(actions[action]!, view, args)));
  if (guard !== undefined) return `the guard of ${guard.name}`;
  const property = properties.find((one) => {
    if (one.kind === 'never stuck') return throws(() => one.final?.(view));
    if (one.kind === 'always') return throws(() => one.subject?.(view) !== false && one.holds(view));
    return one.kind === 'sometimes' && throws(() => one.holds(view));
  });
  return property === undefined ? 'a property of steps or the symmetry' : `property ${property.name}`;
};
