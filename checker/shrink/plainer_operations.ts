/** Plainer operations: each step is replaced by any plainer one that is possible there, the plainest first. */
import type { Pass } from './pass.ts';

export const plainerOperations: Pass = function* ({ player, plainness }, first) {
  let best = first;
  for (let at = best.steps.length - 1; at >= 0; at--) {
    const ways = player
      .ways(best.states[at]!)
      .map(({ step }) => step)
      .filter((step) => plainness.compare([step], [best.steps[at]!]) < 0)
      .toSorted((a, b) => plainness.compare([a], [b]));
    for (const step of ways) {
      const before = best;
      if (at < best.steps.length) best = yield { keep: at, rest: [step, ...best.steps.slice(at + 1)] };
      if (best !== before) break;
    }
  }
};
