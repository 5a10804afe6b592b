/**
 * Smaller arguments: the same operations in the same order, with all the arguments that they can have. Arguments depend on each
 * other (what is mapped elsewhere is touched there), so they are chosen for all steps together, step by step: of the ways to
 * a state the one with the smallest arguments is kept, and of all states those to which the arguments are smallest.
 */
import type { Pass, Tools } from './pass.ts';
import { keyOf, type Played, type Step } from './player.ts';
import type { Words } from '../search/layout.ts';

/** States that are kept behind each step. */
const WIDTH = 128;

interface Way {
  readonly state: Words;
  readonly weight: number;
  readonly step?: Step;
  readonly before?: Way;
}

const stepsTo = (way: Way): readonly Step[] =>
  way.before === undefined || way.step === undefined ? [] : [...stepsTo(way.before), way.step];

/** The moves of the operation of a step. */
const likeIt = ({ player: { moves } }: Tools, { move }: Step): readonly number[] =>
  moves.flatMap(({ action }, number) => (action === moves[move]!.action ? [number] : []));

/** All ways on by one operation; those that break the property apart. */
const onward = (
  tools: Tools,
  ways: readonly Way[],
  step: Step,
  limit: number,
): { readonly on: ReadonlyMap<string, Way>; readonly broken: readonly Way[] } => {
  const { player, plainness } = tools;
  const moves = likeIt(tools, step);
  const on = new Map<string, Way>();
  const broken: Way[] = [];
  const { width } = player.world.layout;
  for (const before of ways)
    for (const move of moves) {
      const made = player.successor(before.state, { move, said: step.said });
      if (made === undefined) continue;
      const way: Way = {
        state: made.after,
        weight: before.weight + plainness.weigh(made.step),
        step: made.step,
        before,
      };
      if (way.weight > limit) continue;
      const key = keyOf(made.after, width);
      if (made.breaks) broken.push(way);
      else if ((on.get(key)?.weight ?? Infinity) > way.weight) on.set(key, way);
    }
  return { on, broken };
};

/** The lightest, and in any case the one on which the trace goes. */
const kept = (on: ReadonlyMap<string, Way>, own: string): readonly Way[] => {
  const lightest = [...on.values()].toSorted((a, b) => a.weight - b.weight).slice(0, WIDTH);
  const mine = on.get(own);
  return mine === undefined || lightest.includes(mine) ? lightest : [...lightest, mine];
};

export const smallerArguments: Pass = function* (tools, { steps, states }: Played) {
  const { width } = tools.player.world.layout;
  // What is heavier than the trace already becomes no plainer one: no step makes it lighter.
  const limit = steps.reduce((sum, step) => sum + tools.plainness.weigh(step), 0);
  let ways: readonly Way[] = [{ state: states[0]!, weight: 0 }];
  for (const [i, step] of steps.entries()) {
    const { on, broken } = onward(tools, ways, step, limit);
    const lightest = broken.toSorted((a, b) => a.weight - b.weight).slice(0, 4);
    for (const way of lightest) yield { keep: 0, rest: stepsTo(way) };
    ways = kept(on, keyOf(states[i + 1]!, width));
  }
};
