/**
 * Fewer steps: one is left out, and another one replaced by any that is possible there. What the trace did by two may need
 * neither: a file is filled so that its pages can be mapped, and another operation fills it on the way.
 */
import type { Pass } from './pass.ts';

/** Longer traces have so many of them that the other passes go first. */
const STEPS_MAX = 24;

export const replacements: Pass = function* ({ player }, first) {
  let best = first;
  for (let out = best.steps.length - 1; out >= 0; out--) {
    if (out >= best.steps.length || best.steps.length > STEPS_MAX) continue;
    const rest = player.go(best, out, best.steps.slice(out + 1));
    for (let at = rest.steps.length; at >= 0; at--) {
      const keep = Math.min(at, out);
      for (const { step } of player.successors(rest.states[at]!)) {
        const before = best;
        best = yield { keep, rest: [...rest.steps.slice(keep, at), step, ...rest.steps.slice(at + 1)] };
        if (best !== before) return;
        if (rest.steps.length + 1 >= best.steps.length) continue;
        best = yield { keep, rest: [...rest.steps.slice(keep, at), step, ...rest.steps.slice(at)] };
        if (best !== before) return;
      }
    }
  }
};
