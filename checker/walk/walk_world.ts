/** Walks through a world for the properties asked, shrinks what breaks them, and tells it as a search does. */
import { type FindsRest, type Told, tellFault, tellVerdict, type ToldProperty } from '../narrate.ts';
import type { AnyWorld } from '../outcomes.ts';
import { ModelFault, type Progress, type Property, type Trace } from '../search/index.ts';
import { countActions, type Cut, overall, type Verdict } from '../search/verdict.ts';
import { keptFor, type NothingAsked } from '../search_world.ts';
import { shrink } from '../shrink/shrink.ts';
import { drawsOfWalks } from './draws.ts';
import { Walker } from './walker.ts';

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

/** What was violated, on what way: as it was walked and as it was shrunk. */
interface Way {
  readonly walked: number;
  readonly trace: Trace;
}

/** Makes the walks; why they ended. */
const walkAll = (walker: Walker, { walks, length, seed }: Walks, { onProgress, bytesMax = Infinity }: Walking) => {
  let waiting = walks;
  for (const draws of drawsOfWalks(seed, walks)) {
    walker.walk(draws, length);
    waiting--;
    const { set, steps, longest } = walker;
    const now = { states: set.count, transitions: steps, depth: longest, waiting, bytes: set.bytes };
    if (onProgress?.(now) === true) return { cut: 'interrupted' as const, waiting };
    if (set.bytesSoon >= bytesMax) return { cut: 'memory' as const, waiting };
  }
  return { cut: 'walks' as const, waiting };
};

const verdictOf = (
  world: AnyWorld,
  walker: Walker,
  { cut, waiting, seconds }: { readonly cut: Cut; readonly waiting: number; readonly seconds: number },
  wayOf: (property: Property<unknown>, trace: Trace) => Trace,
): Verdict => {
  const all = walker.watch.verdicts(false, ({ state }, property) => wayOf(property, walker.wayTo(state)));
  // How a state was reached is of no use: nothing is short of it.
  const properties = all.map(({ trace, ...one }) => (one.kind === 'sometimes' || trace === undefined ? one : { ...one, trace }));
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
): Told | NothingAsked => {
  const kept = keptFor(world, properties);
  if ('nothing' in kept) return kept;
  const started = performance.now();
  const walker = new Walker(kept.world);
  const ways = new Map<string, Way>();
  try {
    const ended = walkAll(walker, walks, walking);
    walker.flush();
    const stop = (): boolean => false;
    const shrunk = ({ name, kind }: Property<unknown>, trace: Trace): Trace => {
      const way = { walked: trace.moves.length, trace: kind === 'sometimes' ? trace : shrink(kept.world, name, trace, { stop }) };
      ways.set(name, way);
      return way.trace;
    };
    const seconds = (performance.now() - started) / 1000;
    const told = tellVerdict(kept.world, verdictOf(kept.world, walker, { ...ended, seconds }, shrunk), kept.asked, rest);
    const walkedFor = (one: ToldProperty): ToldProperty => {
      const way = ways.get(one.name);
      return one.counterexample === undefined || way === undefined ? one : { ...one, walked: way.walked };
    };
    return { ...told, properties: told.properties.map(walkedFor) };
  } catch (error) {
    if (error instanceof ModelFault) return tellFault(kept.world, error, kept.asked);
    throw error;
  }
};
