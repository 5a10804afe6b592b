/** A search in pieces against one that nobody cut short. */
import fc from 'fast-check';
import { explore, type Checkpoint, type Verdict, type World } from 'mmcheck/search';
import { expect, it } from 'vitest';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { knownWorlds } from './worlds/all.ts';
import { recipe, worldOf } from './worlds/random_world.ts';

const found = (verdict: Verdict): Verdict => ({ ...verdict, seconds: 0, peakBytes: 0 });

/** Stops after so many states each time, and goes on from what was kept then. */
const inPieces = <V, D>(world: World<V, D>, stops: readonly number[], depthMax = Infinity) => {
  let from: Checkpoint | undefined;
  let pieces = 0;
  const go = (limit: object): Verdict => {
    const kept = from === undefined ? {} : { from };
    const verdict = explore(world, { ...limit, ...kept, save: (now) => (from = structuredClone(now)) });
    pieces++;
    return verdict;
  };
  for (const statesMax of stops.toSorted((a, b) => a - b)) go({ statesMax, depthMax });
  return { whole: go({ depthMax }), pieces };
};

it.for(knownWorlds.filter(({ large }) => large !== true))('$world.name, cut thrice', ({ world }) => {
  const { states } = explore(world);
  const stops = [0.2, 0.5, 0.9].map((part) => Math.max(1, Math.floor(states * part)));
  const { whole, pieces } = inPieces(world, stops);
  expect(pieces).toBe(4);
  expect(found(whole)).toEqual(found(explore(world)));
});

it('worlds made by chance, cut anywhere', () => {
  fc.assert(
    fc.property(recipe, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }), (made, stops) => {
      const world = worldOf(made);
      expect(found(inPieces(world, stops).whole)).toEqual(found(explore(world)));
    }),
    { numRuns: 300 },
  );
});

it('worlds made by chance, cut anywhere and at some depth', () => {
  fc.assert(
    fc.property(recipe, fc.array(fc.nat({ max: 40 })), fc.nat({ max: 6 }), (made, stops, depthMax) => {
      const world = worldOf(made);
      const above = stops.map((stop) => stop + 1);
      expect(found(inPieces(world, above, depthMax).whole)).toEqual(found(explore(world, { depthMax })));
    }),
    { numRuns: 200 },
  );
});

it('a world of the model, with violations before and behind the cuts', () => {
  const entry = catalogue.worlds.find(({ name }) => name === 'vfio-dontfork')!;
  const build = () => entry.build({ kernel: 'v7.1', arch: 'x86_64', series: [], settings: [] }, 'quick');
  const { whole } = inPieces(build(), [7, 60, 61, 400, 2000]);
  expect(whole.verdict).toBe('violated');
  expect(found(whole)).toEqual(found(explore(build())));
});

it('more states than a chunk has', () => {
  const entry = catalogue.worlds.find(({ name }) => name === 'mixedmap-pud')!;
  const build = () => entry.build({ kernel: 'v7.1', arch: 'x86_64', series: [], settings: [] }, 'quick');
  const { whole } = inPieces(build(), [20_000, 70_000]);
  expect(whole.states).toBeGreaterThan(2 ** 16);
  expect(found(whole)).toEqual(found(explore(build())));
});
