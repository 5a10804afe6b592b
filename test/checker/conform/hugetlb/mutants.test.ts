/** A model of hugetlb with a mistake expects something else, somewhere in a few hundred random sequences. */
import { describe, expect, it } from '@effect/vitest';
import { randomWalks, walkOf } from '../../../../checker/conform/sequences.ts';
import type { HugetlbWalk } from '../../../../checker/conform/hugetlb/walk.ts';
import { type HugetlbPatch, patchedHugetlb } from '../../../../model/hugetlb/kernel.ts';
import { hugetlbStageOf } from '../../../support/hugetlb_walks.ts';

/** By scope: what is done wrong. */
const MISTAKES: readonly (readonly [scope: string, says: string, patch: HugetlbPatch])[] = [
  ['hugetlb-shared', 'a mapping that goes stays counted', { hugetlb_remove_rmap: () => () => undefined }],
  [
    'hugetlb-shared',
    'a mapping is counted twice',
    {
      hugetlb_add_file_rmap:
        (base) =>
        (s, ...of) =>
          [0, 1].forEach(() => base(s, ...of)),
    },
  ],
  ['hugetlb-private', 'no promise comes back', { zap_restores_reserve: () => () => false }],
  ['hugetlb-pmd-share', 'mapped once, whatever it is', { page_mapcount: () => () => 1 }],
  ['hugetlb-uffd', 'a fill overwrites what is there', { mfill_overwrites: () => () => true }],
  ['hugetlb-uffd', 'a poison marker is nothing', { fault_sees_poison_marker: () => () => false }],
  ['hugetlb-uffd', 'UFFDIO_CONTINUE in base pages', { continue_in_pages: () => () => true }],
];

/** What is expected of a sequence, as far as the model goes. */
const expectedOf = (walk: HugetlbWalk): string =>
  JSON.stringify(walk.steps.map(({ seen }) => [seen.answer, seen.pool, [...seen.processes]]));

describe('a model that is wrong', () => {
  it.each(MISTAKES)('of %s: %s', (scope, _, patch) => {
    const right = hugetlbStageOf(scope);
    const wrong = right.instead((kernel) => patchedHugetlb(kernel, patch));
    const differing = [...randomWalks([right], 1, 300, 10)].some((walk) => {
      const moves = walk.steps.map(({ move }) => move);
      return expectedOf(walkOf(wrong, moves)) !== expectedOf(walk);
    });
    expect(differing).toBe(true);
  });
});
