/** What `mmcheck validate` compares: changes and worlds, in which order. */
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { worldsOfBoth } from '../equiv/worlds_of_both.ts';
import type { Asked } from '../plan.ts';
import { note, sayingOnce } from '../progress.ts';
import { explore } from '../search/index.ts';
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

/** A search as short as this tells small worlds from large ones. */
const GLANCE = { depthMax: 4, statesMax: 300 } as const;

/** How many states are waiting behind the first few: the fewer, the smaller the world. */
const glance = (world: WorldEntry, { patched }: Change, size: Size): number => {
  const built = world.build(patched, size);
  return explore({ ...built, properties: built.properties.filter(({ kind }) => kind === 'assertion') }, GLANCE).waiting;
};

/** Small worlds first, and in each the changes in their order. */
const smallFirst = Effect.fnUntraced(function* ({ catalogue, cells }: Setting, pairs: readonly Pair[], size: Size) {
  const waiting = new Map<string, number>();
  for (const { world, change } of pairs.toReversed()) {
    if (waiting.has(world)) continue;
    waiting.set(
      world,
      cells.stopAsked
        ? 0
        : glance(
            catalogue.worlds.find(({ name }) => name === world)!,
            change,
            size,
          ),
    );
    // ^C is to be heard between two of them.
    yield* Effect.promise(() => new Promise(setImmediate));
  }
  return pairs.toSorted((x, y) => waiting.get(x.world)! - waiting.get(y.world)!);
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
  if (worlds > 1) note(err, `${bisect.join(', ')} is asked in ${worlds} worlds, of which small ones come first`);
  return yield* smallFirst(setting, pairs, size);
});
