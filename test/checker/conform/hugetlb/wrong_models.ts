/** Wrong models of hugetlb, each of which a real kernel contradicts. */
import { type HugetlbPatch, patchedHugetlb } from '../../../../model/hugetlb/kernel.ts';
import { Result } from '../../../../model/state/hugetlb/hugetlb_types.ts';
import type { HugetlbStage } from '../../../../checker/conform/hugetlb/stage.ts';
import { hugetlbStageOf } from '../../../support/hugetlb_walks.ts';

export interface WrongHugetlb {
  readonly says: string;
  /** The scope in which it is looked for. */
  readonly scope: string;
  readonly patch: HugetlbPatch;
}

export const WRONG_HUGETLB: readonly WrongHugetlb[] = [
  {
    says: 'a mapping that goes stays counted',
    scope: 'hugetlb-shared',
    patch: { hugetlb_remove_rmap: () => () => undefined },
  },
  {
    says: 'a mapping is counted twice',
    scope: 'hugetlb-shared',
    patch: {
      hugetlb_add_file_rmap:
        (base) =>
        (s, ...of) => {
          base(s, ...of);
          base(s, ...of);
        },
    },
  },
  {
    says: 'HugetlbPages does not count what is mapped',
    scope: 'hugetlb-shared',
    patch: { hugetlb_count_add: () => () => undefined },
  },
  { says: 'no promise comes back', scope: 'hugetlb-private', patch: { zap_restores_reserve: () => () => false } },
  {
    says: 'fork() copies nothing of a private mapping',
    scope: 'hugetlb-private',
    patch: { copy_hugetlb_page_range: () => () => Result.ok },
  },
  {
    says: 'mapped once, whatever it is',
    scope: 'hugetlb-pmd-share',
    patch: { page_mapcount: () => () => 1 },
  },
  {
    says: 'nobody shares a PMD table',
    scope: 'hugetlb-pmd-share',
    patch: { shares_pmd_tables: () => () => false },
  },
  {
    says: 'munmap() takes hugepages out of a table that others have, too',
    scope: 'hugetlb-pmd-share',
    patch: { huge_pmd_unshare: () => () => false },
  },
  {
    says: 'a fill overwrites what is there',
    scope: 'hugetlb-uffd',
    patch: { mfill_overwrites: () => () => true },
  },
  {
    says: 'a poison marker is nothing',
    scope: 'hugetlb-uffd',
    patch: { fault_sees_poison_marker: () => () => false },
  },
  {
    says: 'UFFDIO_CONTINUE in base pages',
    scope: 'hugetlb-uffd',
    patch: { continue_in_pages: () => () => true },
  },
  {
    says: 'uffd-wp goes where a mapping goes',
    scope: 'hugetlb-moves',
    patch: { move_clears_wp: () => () => false },
  },
];

/** The stage of a scope with the mistake in it. */
export const wrongStage = ({ scope, patch }: WrongHugetlb, release?: string): HugetlbStage =>
  hugetlbStageOf(scope, release).instead((kernel) => patchedHugetlb(kernel, patch));
