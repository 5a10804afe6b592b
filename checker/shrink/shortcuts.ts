/**
 * Fewer steps: one operation, any that is possible there, in place of two successive ones or more. What the trace did in steps
 * may be done at once: a mapping that is made writable and not by mprotect(), an allocation that fails instead of a detour.
 */
import type { Pass } from './pass.ts';

export const shortcuts: Pass = function* ({ player }, first) {
  let best = first;
  for (let span = best.steps.length; span >= 2; span--)
    for (let at = 0; at + span <= best.steps.length; at++)
      for (const { step } of player.successors(best.states[at]!)) {
        const before = best;
        best = yield { keep: at, rest: [step, ...best.steps.slice(at + span)] };
        if (best !== before) break;
      }
};
