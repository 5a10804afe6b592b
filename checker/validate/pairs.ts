/** What `mmcheck validate` compares: changes and worlds, in which order. */
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { worldsOfBoth } from '../equiv/worlds_of_both.ts';
import type { Asked } from '../plan.ts';
import { note, sayingOnce } from '../progress.ts';
import { explore, ModelFault } from '../search/index.ts';
import type { Size, WorldEntry } from '../catalogue.ts';
import { NothingToCheck } from '../unusable.ts';
import { type Change, changesNothing } from './targets.ts';

/** A change, to be compared in a world. */
export interface Pair {
  readonly change: Change;
  readonly world: string;
}

interface Wanted {
  readonly size: Size;
  /** The property of --bisect: who asks for it wants to know soon where it breaks. */
  readonly bisect: readonly string[] | undefined;
}

const hasAny = (world: WorldEntry, { base, patched }: Change, size: Size, names: readonly string[]): boolean =>
  [base, patched].some((kernel) => world.build(kernel, size).properties.some(({ name }) => names.includes(name)));

/** A search as short as this tells small worlds from large ones, and violations that are a few operations long. */
const GLANCE = { depthMax: 4, statesMax: 300 } as const;

interface Glanced {
  /** It has already seen one of the properties violated. */
  readonly violated: boolean;
  /** States that wait behind those that it has seen: the fewer, the smaller the world. */
  readonly waiting: number;
}

const UNSEEN: Glanced = { violated: false, waiting: 0 };

/** What is wrong with a kernel that breaks off is told where it is compared. */
const glance = (world: WorldEntry, { patched }: Change, size: Size, names: readonly string[]): Glanced => {
  const built = world.build(patched, size);
  // Assertions end paths, whoever asks.
  const properties = built.properties.filter(({ name, kind }) => kind === 'assertion' || names.includes(name));
  try {
    const { properties: found, waiting } = explore({ ...built, properties }, GLANCE);
    return { violated: found.some(({ name, verdict }) => names.includes(name) && verdict === 'violated'), waiting };
  } catch (error) {
    if (error instanceof ModelFault) return UNSEEN;
    throw error;
  }
};

/**
 * World by world, and in each the changes in their order: first those where a glance at the whole series sees a violation, then small ones.
 */
const soonestFirst = Effect.fnUntraced(function* (
  { catalogue, cells }: Setting,
  pairs: readonly Pair[],
  size: Size,
  names: readonly string[],
) {
  const glanced = new Map<string, Glanced>();
  for (const { world, change } of pairs.toReversed()) {
    if (glanced.has(world) || cells.stopAsked) continue;
    glanced.set(
      world,
      glance(
        catalogue.worlds.find(({ name }) => name === world)!,
        change,
        size,
        names,
      ),
    );
    // ^C is to be heard between two of them.
    yield* Effect.promise(() => new Promise(setImmediate));
  }
  const of = ({ world }: Pair): Glanced => glanced.get(world) ?? UNSEEN;
  return pairs.toSorted((x, y) => Number(of(y).violated) - Number(of(x).violated) || of(x).waiting - of(y).waiting);
});

export const pairsOf = Effect.fnUntraced(function* (
  setting: Setting,
  asked: Pick<Asked, 'world'>,
  changes: readonly Change[],
  { size, bisect }: Wanted,
) {
  const { err } = setting;
  const quiet = { ...setting, err: sayingOnce(err) };
  const pairs: Pair[] = [];
  const lacking: string[] = [];
  for (const change of changes.filter((one) => !changesNothing(one))) {
    const worlds = yield* worldsOfBoth(quiet, asked, change.base, change.patched);
    const having = bisect === undefined ? worlds : worlds.filter((one) => hasAny(one, change, size, bisect));
    if (having.length === 0) lacking.push(...worlds.map(({ name }) => name));
    pairs.push(...having.map(({ name }) => ({ change, world: name })));
  }
  if (bisect === undefined) return pairs;
  if (pairs.length === 0 && lacking.length > 0)
    return yield* new NothingToCheck({ properties: bisect, worlds: [...new Set(lacking)] });
  const worlds = new Set(pairs.map(({ world }) => world)).size;
  if (worlds > 1) note(err, `${bisect.join(', ')} is asked in ${worlds} worlds; those that show it soon come first`);
  return yield* soonestFirst(setting, pairs, size, bisect);
});
