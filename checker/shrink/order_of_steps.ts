/** The order of steps: of two that do not depend on each other the plainer comes first; each step is moved forward as far as it can be. */
import type { Pass } from './pass.ts';

export const orderOfSteps: Pass = function* (_tools, first) {
  let best = first;
  for (let from = 1; from < best.steps.length; from++)
    for (let to = 0; to < from; to++) {
      const before = best;
      const step = best.steps[from]!;
      best = yield { keep: to, rest: [step, ...best.steps.slice(to).toSpliced(from - to, 1)] };
      if (best !== before) break;
    }
};
