/** Searches a world for the properties asked, and tells what it found. */
import type { AnyWorld } from './outcomes.ts';
import { type FindsRest, type Told, tellFault, tellVerdict } from './narrate.ts';
import { explore, ModelFault, type Options, type PropertyVerdict, type Verdict } from './search/index.ts';
import { PLAINER, shrink } from './shrink/shrink.ts';

/** The world has none of the properties asked. */
export interface NothingAsked {
  readonly nothing: true;
  readonly has: readonly string[];
}

/** A world with the properties that are judged, and which of them were asked for. */
export interface Kept {
  readonly world: AnyWorld;
  readonly asked: (name: string) => boolean;
}

/**
 * An assertion cannot be left out: where it fails the path ends, asked or not. It stays in the search, and
 * one that was not asked is not judged.
 */
export const keptFor = (world: AnyWorld, properties: readonly string[]): Kept | NothingAsked => {
  const asked = (name: string): boolean => properties.length === 0 || properties.includes(name);
  if (!world.properties.some(({ name }) => asked(name)))
    return { nothing: true, has: world.properties.map(({ name }) => name) };
  const judged = world.properties.filter(({ name, kind }) => asked(name) || kind === 'assertion');
  return { world: { ...world, properties: judged }, asked };
};

/** With the plainest traces that are as short (shrink/plainness.ts), as far as the passes that never lengthen one find them. */
const plainly = (world: AnyWorld, found: Verdict): Verdict => {
  const plainest = (one: PropertyVerdict): PropertyVerdict =>
    one.trace === undefined || one.verdict !== 'violated'
      ? one
      : { ...one, trace: shrink(world, one.name, one.trace, { passes: PLAINER }) };
  return { ...found, properties: found.properties.map(plainest) };
};

export const searchWorld = (
  world: AnyWorld,
  properties: readonly string[],
  options: Options,
  rest?: FindsRest,
  placeOfFault: (cause: unknown) => string | undefined = () => undefined,
): Told | NothingAsked => {
  const kept = keptFor(world, properties);
  if ('nothing' in kept) return kept;
  const { asked } = kept;
  const search = (how: Options): Told =>
    tellVerdict(kept.world, plainly(kept.world, explore(kept.world, how)), asked, rest);
  try {
    const found = search(options);
    // Stopped by an assertion that nobody asked about: the first violation of the others is still to be found.
    const missed = found.cut === 'first' && found.verdict !== 'violated';
    return missed ? search({ ...options, first: false }) : found;
  } catch (error) {
    if (error instanceof ModelFault) return tellFault(kept.world, error, asked, placeOfFault(error.cause));
    throw error;
  }
};
