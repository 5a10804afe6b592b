import { explore } from 'mmcheck/search';
import { describe, expect, it } from 'vitest';
import { strayTraces } from './trace_ends.ts';
import { knownWorlds } from './worlds/all.ts';

describe('the size of a world is as published', () => {
  it.for(knownWorlds)(
    '$world.name: $states states ($source)',
    ({ world, states, transitions, depth, violated = {} }) => {
      const verdict = explore(world);
      expect(verdict.states).toBe(states);
      expect(verdict.transitions).toBe(transitions ?? verdict.transitions);
      expect(verdict.depth).toBe(depth ?? verdict.depth);
      const broken = verdict.properties
        .filter((one) => one.verdict !== 'holds')
        .map(({ name, trace }) => [name, trace?.moves.length]);
      expect(Object.fromEntries(broken)).toEqual(violated);
      expect(strayTraces(world, verdict)).toEqual([]);
      expect(verdict.waiting).toBe(0);
      expect(verdict.actions.filter(({ fired }) => fired === 0)).toEqual([]);
    },
  );
});
