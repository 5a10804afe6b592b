/** Each property of hugetlb catches a mistake that no other property catches before it; without the mistake nothing is violated. */
import { describe, expect, it } from '@effect/vitest';
import { hugetlbSpecOf } from '../../../spec/hugetlb/all.ts';
import { HUGETLB_MUTANTS } from './mutants.ts';
import { violatedBy, violatedWithout } from './run.ts';

describe.each(HUGETLB_MUTANTS)('$property: $says', (mutant) => {
  it('is caught by it first', () => {
    const caught = violatedBy(mutant);
    expect(caught.find(({ name }) => name === mutant.property)).toEqual({
      name: mutant.property,
      length: mutant.length,
    });
    expect(caught[0]!.length).toBe(mutant.length);
  });
  it('is all that is wrong', () => {
    expect(violatedWithout(mutant)).toEqual([]);
  });
});

it('every property has one', () => {
  // Assertions are caught where they are thrown; those of versions and releases are in the pinned tables.
  const properties = hugetlbSpecOf().filter(({ kind }) => kind !== 'assertion');
  const caught = new Set(HUGETLB_MUTANTS.map(({ property }) => property));
  expect(properties.filter(({ name }) => !caught.has(name)).map(({ name }) => name)).toEqual([]);
});

it('no two say the same', () => {
  expect(new Set(HUGETLB_MUTANTS.map(({ says }) => says)).size).toBe(HUGETLB_MUTANTS.length);
});
