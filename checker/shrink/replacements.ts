/**
 * Fewer steps: one is left out, and another one replaced by any that is possible there. What the trace did by two may need
 * neither: a file is filled so that its pages can be mapped, and another operation fills it on the way.
 */
import type { Pass } from './pass.ts';

/** Longer traces have so many of them that the other passes go first. */
const STEPS_MAX = 24;

export const replacements: Pass = function* ({ player }, best) {
  if (best.steps.length > STEPS_MAX) return;
  for (let out = best.steps.length - 1; out >= 0; out--) {
    const left = best.steps.toSpliced(out, 1);
    const states = player.statesAlong(best.states[0]!, left);
    for (let at = left.length - 1; at >= 0; at--)
      for (const { step } of player.successors(states[at]!))
        if ((yield { keep: 0, rest: left.with(at, step) }) !== best) return;
  }
};
