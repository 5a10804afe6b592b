/** One transition: the steps of an action, run back to back on a draft. */
import { type Action, type Choose, END, NEVER } from './world.ts';

/** Runs the steps; false when this outcome does not exist. */
export const runSteps = <V, D>(
  one: Action<V, D>,
  draft: D,
  args: Readonly<Record<string, unknown>>,
  choose: Choose,
): boolean => {
  const { steps } = one;
  for (let i = 0; i < steps.length; i++) {
    const result = steps[i]!.run(draft, args, choose);
    if (result === undefined) continue;
    if (result === NEVER) return false;
    if (result === END) return true;
  }
  return true;
};
