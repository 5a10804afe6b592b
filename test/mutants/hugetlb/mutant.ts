/**
 * A mutant of hugetlb: a small mistake in the model, for a property that catches it before any other property does, or with none
 * before it. Each runs in the least world in which it shows.
 */
import type { HugetlbPatch } from '../../../model/hugetlb/kernel.ts';
import type { HugetlbAlphabet } from '../../../model/hugetlb/operations/alphabet.ts';
import type { HugetlbGeometry } from '../../../model/state/hugetlb/geometry.ts';

export interface HugetlbMutant {
  /** The property that catches it. */
  readonly property: string;
  /** The mistake; no other mutant says the same. */
  readonly says: string;
  /** High granularity without the mistakes of its versions, or a release. */
  readonly on: 'hgm' | 'v7.3' | 'v7.1';
  readonly geometry?: Partial<HugetlbGeometry>;
  /** Allocations that may fail in one operation; by default none. */
  readonly failuresMax?: 1;
  /** Toggles with which the unmutated kernel holds in this world. */
  readonly with?: Readonly<Record<string, string>>;
  /** The mistake: replaced functions, or toggles. */
  readonly patch?: HugetlbPatch;
  readonly set?: Readonly<Record<string, string>>;
  readonly alphabet: Partial<HugetlbAlphabet>;
  /** Operations on the shortest trace. */
  readonly length: number;
}
