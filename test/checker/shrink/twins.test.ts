/** The shrinker against what is slow and leaves nothing out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TracedMove } from '../../../checker/search/verdict.ts';
import { cutLoops } from '../../../checker/shrink/cut_loops.ts';
import { dropRuns, dropSome } from '../../../checker/shrink/drop_steps.ts';
import { Plainness } from '../../../checker/shrink/plainness.ts';
import { Player } from '../../../checker/shrink/player.ts';
import { PLAINER, shrink } from '../../../checker/shrink/shrink.ts';
import { explore, movesOf, type Trace } from '../../../checker/search/index.ts';
import type { Told } from '../../../checker/narrate.ts';
import { searchWorld } from '../../../checker/search_world.ts';
import { plainestOfAll } from './plainest_twin.ts';
import { linesOf, stepsWorld } from './steps_world.ts';
import { worldOn } from './walked.ts';

const PROPERTIES = ['fresh', 'even', 'kept', 'worn'];
const moves = movesOf(stepsWorld);

/** Any ways through the world of steps: draws among what is possible, with and without a failure. */
const ways = fc.array(fc.nat(), { minLength: 4, maxLength: 9 }).map((draws): Trace => {
  const player = new Player(
    { ...stepsWorld, properties: [{ kind: 'always', name: 'any', says: '', holds: () => true }] },
    'any',
  );
  let state = stepsWorld.layout.zero();
  const taken: TracedMove[] = [];
  for (const draw of draws) {
    const all = player.ways(state);
    const { step, after } = all[draw % all.length]!;
    taken.push({ move: step.move, answers: step.answers });
    state = after;
  }
  return { initial: 0, moves: taken };
});

/** In words: only a fault asks anything. */
const said = ({ move, answers }: TracedMove) =>
  moves[move]!.name === 'handle_mm_fault'
    ? [{ question: 'pte_alloc_one', answer: answers[0] === 1 ? 'fails' : 'works' }]
    : [];

/** The length of the shortest subsequence that breaks a property: each of the 2^n is gone. */
const shortestSubsequence = (property: string, { initial, moves: all }: Trace): number => {
  const player = new Player(stepsWorld, property);
  const lengths = Array.from({ length: 2 ** all.length }, (_, chosen) => {
    const some = all.filter((_step, i) => ((chosen >> i) & 1) === 1);
    const steps = some.map((one) => ({ ...one, said: said(one) }));
    return player.from(initial, steps)?.steps.length ?? Infinity;
  });
  return Math.min(...lengths);
};

const breaking = (trace: Trace): readonly string[] =>
  PROPERTIES.filter((property) => new Player(stepsWorld, property).begin(trace) !== undefined);

describe('any trace', () => {
  it('is shrunk to the plainest of all that are as short', () => {
    const plainest = new Map(PROPERTIES.map((name) => [name, linesOf(plainestOfAll(stepsWorld, name, 10_000)!)]));
    fc.assert(
      fc.property(ways, (trace) => {
        for (const property of breaking(trace))
          expect(linesOf(shrink(stepsWorld, property, trace))).toEqual(plainest.get(property));
      }),
      { numRuns: 60 },
    );
  });
  it('has no shorter subsequence that breaks the property than leaving steps out finds', () => {
    let seen = 0;
    fc.assert(
      fc.property(ways, (trace) => {
        for (const property of breaking(trace)) {
          seen++;
          // Up to where the property breaks; behind that a shorter way might begin.
          const begun = shrink(stepsWorld, property, trace, { passes: [] });
          const shrunk = shrink(stepsWorld, property, begun, { passes: [cutLoops, dropRuns, dropSome] });
          expect(shrunk.moves.length).toBe(shortestSubsequence(property, begun));
        }
      }),
      { numRuns: 40 },
    );
    expect(seen).toBeGreaterThan(10);
  });
});

describe('the trace of a search', () => {
  it('is shown in its plainest form', () => {
    const told = searchWorld(stepsWorld, ['fresh'], {}) as Told;
    const { steps } = told.properties.find(({ name }) => name === 'fresh')!.counterexample!;
    // The search itself comes by page 3 first, which stands first in the alphabet.
    expect(linesOf(explore(stepsWorld).properties[0]!.trace!)[0]).toBe('mmap 0 3');
    expect(steps.map(({ op, args }) => [op, args])).toEqual([
      ['mmap', { mm: 0, page: 1 }],
      ['smaps', {}],
    ]);
  });
  // What a step from the end of the trace could do instead, and what several steps together could.
  it.each([
    ['vfio-dontfork', 'v7.1'],
    ['mixedmap', 'v7.1'],
    ['hugetlb-uffd', 'v7.1'],
    ['hugetlb-migration', 'v7.1'],
    ['pfnmap-hash', 'huge-remap-pfn-range@v1'],
    ['hgm-collapse', 'hgm@v2'],
    ['hgm-continue', 'hgm@rfc1'],
    ['hgm-readers', 'hgm@rfc1'],
  ])('is the plainest of all that are as short, in %s on %s', (name, kernel) => {
    const world = worldOn(name, kernel);
    const plainness = new Plainness(world);
    const found = explore(world).properties.filter(({ verdict }) => verdict === 'violated');
    expect(found.length).toBeGreaterThan(0);
    for (const { name: property, trace } of found) {
      const shown = shrink(world, property, trace!, { passes: PLAINER });
      const twin = plainestOfAll(world, property, 10_000)!;
      expect([property, plainness.compare(shown.moves, twin.moves)]).toEqual([property, 0]);
    }
  });
});
