import { describe, expect, it } from '@effect/vitest';
import { account } from './accounted.ts';
import { RECIPES } from './memory.ts';
import { ADVICE } from './memory_advice.ts';
import { REFUSALS } from './memory_errors.ts';
import { FILES } from './memory_files.ts';
import { PINS } from './memory_pins.ts';
import { BY_RELEASE } from './memory_releases.ts';

describe('folios and their counters', () => {
  it.each([...RECIPES, ...PINS, ...FILES, ...ADVICE, ...REFUSALS, ...BY_RELEASE])('$name: $says', (one) => {
    const { outcome, counts, state } = account(one);
    expect(outcome).toBe(one.outcome ?? 'ok');
    expect(counts).toEqual(one.counts);
    expect(state).toEqual(expect.arrayContaining([...(one.has ?? [])]));
  });
});
