/** Fewer steps: where the trace comes back to a state, what lies between is cut out, the longest loop first. */
import type { Pass } from './pass.ts';
import { keyOf } from './player.ts';

export const cutLoops: Pass = function* ({ player }, first) {
  const { layout, canonical } = player.world;
  let best = first;
  // Up to symmetry: the steps behind the loop may name another process then, and are tried as they are.
  const keys = (): readonly string[] =>
    best.states.map((state) => {
      const representative = layout.zero();
      representative.set(state);
      canonical?.(layout.draftOf(representative));
      return keyOf(representative, layout.width);
    });
  for (let from = 0; from < best.steps.length; from++) {
    const all = keys();
    const to = all.lastIndexOf(all[from]!);
    if (to > from) best = yield { keep: from, rest: best.steps.slice(to) };
  }
};
