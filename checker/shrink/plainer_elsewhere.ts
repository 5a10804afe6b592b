/** Plainer operations: one step is left out, and a plainer one taken anywhere else, the plainest first. */
import type { Pass } from './pass.ts';
import type { Step } from './player.ts';

/** In longer traces there are too many of them. */
const STEPS_MAX = 16;

export const plainerElsewhere: Pass = function* ({ player, plainness }, best) {
  if (best.steps.length > STEPS_MAX) return;
  const isPlainer = (a: Step, b: Step): boolean => plainness.weigh(a) < plainness.weigh(b);
  for (let out = best.steps.length - 1; out >= 0; out--) {
    const left = best.steps.toSpliced(out, 1);
    const states = player.statesAlong(best.states[0]!, left);
    for (let at = left.length; at >= 0; at--) {
      const plainer = player.ways(states[at]!).flatMap(({ step }) => (isPlainer(step, best.steps[out]!) ? [step] : []));
      for (const step of plainer.toSorted((a, b) => plainness.weigh(a) - plainness.weigh(b)))
        if ((yield { keep: 0, rest: left.toSpliced(at, 0, step) }) !== best) return;
    }
  }
};
