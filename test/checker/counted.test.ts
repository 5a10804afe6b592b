/** Who is told when a record of a kernel is read that several patches have made. */
import { describe, expect, it } from 'vitest';
import { countedPatch, passingPatch } from '../../checker/counted.ts';

interface Facts {
  readonly deposits: boolean;
  readonly first: () => number;
}
type Replace = (base: Facts) => Facts;
type Patches = readonly (readonly [by: string, facts: Replace])[];
const FACTS: Facts = Object.freeze({ deposits: false, first: () => 1 });

/** Who was told while the kernel was made, and who once it was read; `-`: a patch that nobody counts. */
const told = (patches: Patches) => {
  const by = new Set<string>();
  const made = patches.reduce((base, [name, facts]) => {
    const patch = name === '-' ? passingPatch({ facts }) : countedPatch({ facts }, () => by.add(name));
    return patch.facts(base);
  }, FACTS);
  const before = [...by];
  expect(made.first()).toBeGreaterThan(0);
  return { before, after: [...by].toSorted() };
};

const deposits: Replace = (base) => ({ ...base, deposits: true });
const same: Replace = (base) => base;
const anew: Replace = () => ({ deposits: false, first: () => 2 });

describe('a record that patches make of each other', () => {
  it.each<readonly [what: string, patches: Patches, after: readonly string[]]>([
    [
      'one copies the other',
      [
        ['a', deposits],
        ['b', deposits],
      ],
      ['a', 'b'],
    ],
    [
      'one that is not counted copies it',
      [
        ['a', deposits],
        ['-', deposits],
      ],
      ['a'],
    ],
    [
      'one gives it back, another copies it',
      [
        ['a', deposits],
        ['b', same],
        ['-', same],
        ['c', deposits],
      ],
      ['a', 'b', 'c'],
    ],
    [
      'one reads it late',
      [
        ['a', deposits],
        ['b', (base) => ({ deposits: true, first: () => base.first() })],
      ],
      ['a', 'b'],
    ],
    [
      'one makes it anew',
      [
        ['a', deposits],
        ['b', anew],
      ],
      ['b'],
    ],
    [
      'one that is not counted makes it anew',
      [
        ['a', deposits],
        ['-', anew],
      ],
      [],
    ],
  ])('tells nothing while they make it, and all that matter when it is read: %s', (_what, patches, after) => {
    expect(told(patches)).toEqual({ before: [], after });
  });
});
