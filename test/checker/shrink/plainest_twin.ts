/**
 * The plainest of the shortest traces that break a property, slowly and without a doubt: level by level every state, without
 * symmetry, and to each the plainest way. Plainness adds up over steps, so the plainest way to a state begins plainest.
 */
import type { AnyWorld } from '../../../checker/outcomes.ts';
import { initialState, type Trace } from '../../../checker/search/index.ts';
import type { Words } from '../../../checker/search/layout.ts';
import { Plainness } from '../../../checker/shrink/plainness.ts';
import { keyOf, Player, type Step } from '../../../checker/shrink/player.ts';

interface Way {
  readonly state: Words;
  readonly steps: readonly Step[];
}

/** Undefined where a level has more states than `statesMax`, or nothing breaks the property. */
export const plainestOfAll = (world: AnyWorld, property: string, statesMax: number): Trace | undefined => {
  const plainness = new Plainness(world);
  const plainer = (a: Way, b: Way): Way => (plainness.compare(b.steps, a.steps) < 0 ? b : a);
  let level: readonly Way[] = [{ state: initialState(world, 0), steps: [] }];
  const seen = new Set<string>();
  while (level.length > 0 && level.length <= statesMax) {
    const player = new Player(world, property);
    const next = new Map<string, Way>();
    let broken: Way | undefined;
    for (const { state, steps } of level)
      for (const one of player.ways(state)) {
        const way = { state: one.after, steps: [...steps, one.step] };
        const key = keyOf(one.after, world.layout.width);
        const known = next.get(key);
        if (one.breaks) broken = broken === undefined ? way : plainer(broken, way);
        else if (!seen.has(key)) next.set(key, known === undefined ? way : plainer(known, way));
      }
    if (broken !== undefined)
      return { initial: 0, moves: broken.steps.map(({ move, answers }) => ({ move, answers })) };
    for (const key of next.keys()) seen.add(key);
    level = [...next.values()];
  }
  return undefined;
};
