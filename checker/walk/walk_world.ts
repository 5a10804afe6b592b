/** Walks through a world for the properties asked, shrinks what breaks them, and tells it as a search does. */
import { type FindsRest, type Told, tellFault, tellVerdict, type ToldProperty } from '../narrate.ts';
import type { AnyWorld } from '../outcomes.ts';
import { ModelFault, type Progress, type Trace } from '../search/index.ts';
import { countActions, type Cut, overall, type PropertyVerdict, type Verdict } from '../search/verdict.ts';
import { keptFor, type NothingAsked } from '../search_world.ts';
import { Plainness } from '../shrink/plainness.ts';
import { shrink } from '../shrink/shrink.ts';
import { drawsOfWalks } from './draws.ts';
import { type Found, Walker } from './walker.ts';

export interface Walks {
  readonly walks: number;
  /** Steps of a walk, at most. */
  readonly length: number;
  readonly seed: number;
}

export interface Walking {
  /** Asked now and then; `true` ends the walks with what they have found. `waiting` are walks, and `depth` is the longest one. */
  readonly onProgress?: (progress: Progress) => boolean;
  /** What the states seen may take. */
  readonly bytesMax?: number;
}

/** A way to a violation: as long as it was walked, and as it was shrunk. */
interface Shrunk {
  readonly walked: number;
  readonly trace: Trace;
}

const progressOf = ({ set, steps, longest }: Walker, waiting: number): Progress => ({
  states: set.count,
  transitions: steps,
  depth: longest,
  waiting,
  bytes: set.bytes,
});

/** Makes the walks; why they ended. */
const walkAll = (walker: Walker, { walks, length, seed }: Walks, { onProgress, bytesMax = Infinity }: Walking) => {
  let waiting = walks;
  for (const draws of drawsOfWalks(seed, walks)) {
    walker.walk(draws, length);
    waiting--;
    if (onProgress?.(progressOf(walker, waiting)) === true) return { cut: 'interrupted' as const, waiting };
    if (walker.set.bytesSoon >= bytesMax) return { cut: 'memory' as const, waiting };
  }
  return { cut: 'walks' as const, waiting };
};

/** The plainest trace that any of the ways shrinks to. Who asks to stop gets the last one as it is by then. */
const plainestOf = (world: AnyWorld, { name, ways }: Found, stop: () => boolean): Shrunk => {
  const plainness = new Plainness(world);
  const all = ways.map((way) => ({ walked: way.moves.length, trace: shrink(world, name, way, { stop }) }));
  return all.reduce((a, b) => (plainness.compare(b.trace.moves, a.trace.moves) < 0 ? b : a));
};

interface Ended {
  readonly cut: Cut;
  readonly waiting: number;
  readonly seconds: number;
}

const verdictOf = (
  world: AnyWorld,
  walker: Walker,
  { cut, waiting, seconds }: Ended,
  shrunk: ReadonlyMap<string, Shrunk>,
): Verdict => {
  const properties = walker.found.map(({ ways: _ways, ...one }): PropertyVerdict => {
    const { trace } = shrunk.get(one.name) ?? {};
    return trace === undefined ? one : { ...one, trace };
  });
  const names = world.actions.map(({ name }) => name);
  return {
    verdict: overall(properties, cut),
    cut,
    states: walker.set.count,
    transitions: walker.steps,
    depth: walker.longest,
    waiting,
    seconds,
    peakBytes: walker.set.bytes,
    properties,
    actions: countActions(names, walker.moves, walker),
  };
};

export const walkWorld = (
  world: AnyWorld,
  properties: readonly string[],
  walks: Walks,
  walking: Walking = {},
  rest?: FindsRest,
  placeOfFault: (cause: unknown) => string | undefined = () => undefined,
): Told | NothingAsked => {
  const kept = keptFor(world, properties);
  if ('nothing' in kept) return kept;
  const started = performance.now();
  const walker = new Walker(kept.world);
  try {
    const ended = walkAll(walker, walks, walking);
    // Who watches sees that it goes on: a try of the shrinker counts as a transition.
    let { steps } = walker;
    const stop = (): boolean =>
      walking.onProgress?.({ ...progressOf(walker, ended.waiting), transitions: ++steps }) === true;
    const violated = walker.found.filter(({ verdict, name }) => verdict === 'violated' && kept.asked(name));
    const shrunk = new Map(violated.map((one) => [one.name, plainestOf(kept.world, one, stop)]));
    const seconds = (performance.now() - started) / 1000;
    const told = tellVerdict(
      kept.world,
      verdictOf(kept.world, walker, { ...ended, seconds }, shrunk),
      kept.asked,
      rest,
    );
    const walkedFor = (one: ToldProperty): ToldProperty => {
      const way = shrunk.get(one.name);
      return way === undefined ? one : { ...one, walked: way.walked };
    };
    return { ...told, properties: told.properties.map(walkedFor) };
  } catch (error) {
    if (error instanceof ModelFault) return tellFault(kept.world, error, kept.asked, placeOfFault(error.cause));
    throw error;
  }
};
