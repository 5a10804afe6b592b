import fc from 'fast-check';
import { explore, type Limits, type Verdict, type World } from 'mmcheck/search';
import { describe, expect, it } from 'vitest';
import { reference } from '../../../checker/search/reference.ts';
import { strayTraces } from './trace_ends.ts';
import { knownWorlds } from './worlds/all.ts';
import { recipe, worldOf } from './worlds/random_world.ts';
import { symmetricRecipe, symmetricWorldOf } from './worlds/random_symmetry.ts';

/** All of a verdict but what was measured. */
const found = (verdict: Verdict): Verdict => ({ ...verdict, seconds: 0, peakBytes: 0 });

/** What a symmetry leaves as it was: not which of several moves found a state first. */
const foundInAnyOrder = (verdict: Verdict) => ({
  ...found(verdict),
  properties: verdict.properties.map(({ trace, ...rest }) => ({ ...rest, length: trace?.moves.length })),
  actions: verdict.actions.map(({ name, enabled, fired }) => ({ name, enabled, fired })),
});

const limits: fc.Arbitrary<Limits> = fc.oneof(
  fc.constant({}),
  fc.record(
    { first: fc.boolean(), statesMax: fc.nat({ max: 40 }), depthMax: fc.nat({ max: 8 }) },
    { requiredKeys: [] },
  ),
);

/** What each search found, as far as they must agree, and the traces that lead elsewhere. */
const searchBoth = <V, D>(world: World<V, D>, within: Limits = {}) => {
  const fast = explore(world, within);
  const slow = reference(world, within);
  const kept = world.canonical === undefined ? found : foundInAnyOrder;
  return { fast: kept(fast), slow: kept(slow), stray: strayTraces(world, fast) };
};

describe('explore and reference agree', () => {
  it.for(knownWorlds.filter(({ large }) => large !== true))('on $world.name', ({ world }) => {
    const { fast, slow, stray } = searchBoth(world);
    expect(fast).toEqual(slow);
    expect(stray).toEqual([]);
  });

  it('on worlds made by chance, whatever the limits', () => {
    fc.assert(
      fc.property(recipe, limits, (made, within) => {
        const { fast, slow, stray } = searchBoth(worldOf(made), within);
        expect(fast).toEqual(slow);
        expect(stray).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('on symmetric worlds made by chance', () => {
    fc.assert(
      fc.property(symmetricRecipe, (made) => {
        const { fast, slow, stray } = searchBoth(symmetricWorldOf(made).folded);
        expect(fast).toEqual(slow);
        expect(stray).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

const verdicts = ({ properties }: Verdict) =>
  properties.map(({ name, verdict, exercised, trace }) => ({
    name,
    verdict,
    exercised,
    length: trace?.moves.length,
  }));

describe('a symmetry', () => {
  it('changes neither verdicts nor lengths of traces, and never adds states', () => {
    fc.assert(
      fc.property(symmetricRecipe, (made) => {
        const { plain, folded } = symmetricWorldOf(made);
        const whole = explore(plain);
        const less = explore(folded);
        expect(verdicts(less)).toEqual(verdicts(whole));
        expect(less.depth).toBeLessThanOrEqual(whole.depth); // an initial state stands for its whole class
        expect(less.states).toBeLessThanOrEqual(whole.states);
        expect(strayTraces(folded, less)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
