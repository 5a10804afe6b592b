/** The releases whose hugetlb is modelled, the newest first, and what a difference between them is. */
import type { HugetlbToggle } from '../series/toggle.ts';

export const HUGETLB_RELEASES = ['v7.3', 'v7.1', 'v6.18', 'v6.12.117', 'v6.12', 'v6.1.192', 'v6.1'] as const;
export type HugetlbRelease = (typeof HUGETLB_RELEASES)[number];
type Mainline = Exclude<HugetlbRelease, 'v6.12.117' | 'v6.1.192'>;

/** What the stable series of a release brought it later. */
const STABLE = { 'v6.12.117': 'v6.12', 'v6.1.192': 'v6.1' } as const satisfies Partial<
  Record<HugetlbRelease, Mainline>
>;
type Stable = keyof typeof STABLE;

/** A toggle whose value is a fact of each release, read in its source or in the notes of its stable series. */
export interface HugetlbDifference extends HugetlbToggle {
  readonly at: Readonly<Record<HugetlbRelease, string>>;
}

const MAINLINE: readonly Mainline[] = ['v6.1', 'v6.12', 'v6.18', 'v7.1', 'v7.3'];

/** The value of each release: that of v6.1, those that came with a later one, and what stable series have of their own. */
export const hugetlbHistory = (
  oldest: string,
  since: Partial<Record<Mainline, string>> = {},
  stable: Partial<Record<Stable, string>> = {},
): Readonly<Record<HugetlbRelease, string>> => {
  const at: Partial<Record<HugetlbRelease, string>> = {};
  let value = oldest;
  for (const release of MAINLINE) {
    value = since[release] ?? value;
    at[release] = value;
  }
  for (const [name, base] of Object.entries(STABLE) as [Stable, Mainline][]) at[name] = stable[name] ?? at[base]!;
  return at as Record<HugetlbRelease, string>;
};
