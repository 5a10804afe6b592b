/** Which modelled hugetlb a real kernel is held against: that of the last release that is not later than it. */
import { hugetlbKernelWith } from '../../../model/hugetlb/releases/kernels.ts';
import { HUGETLB_RELEASES, type HugetlbRelease } from '../../../model/hugetlb/releases/releases.ts';
import type { Chosen } from '../against.ts';
import type { Sight } from '../observe.ts';
import { versionOf } from '../version.ts';
import type { HugetlbScope } from './scopes.ts';
import { hugetlbStage, type HugetlbStage } from './stage.ts';

/** `name` is that of a release, or what `uname -r` says. */
export const hugetlbReleaseFor = (name: string): HugetlbRelease =>
  HUGETLB_RELEASES.filter((one) => versionOf(one) <= versionOf(name)).toSorted(
    (one, other) => versionOf(other) - versionOf(one),
  )[0] ?? HUGETLB_RELEASES.at(-1)!;

/** The stage of a scope, for a kernel of this name with what was asked for by hand on top: the rest is of another release. */
export const hugetlbStageFor = (
  scope: HugetlbScope,
  name: string,
  settings: Chosen['choice']['settings'],
  sight: Sight,
): HugetlbStage =>
  hugetlbStage(
    scope,
    hugetlbKernelWith(
      hugetlbReleaseFor(name),
      settings.filter(({ evidence }) => evidence === 'asked'),
    ),
    sight,
  );
