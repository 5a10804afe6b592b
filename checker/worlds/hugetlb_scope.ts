/** What a world of hugetlb is made of: a question, and for each size a geometry and an alphabet. */
import { type HugetlbAlphabet, NO_HUGETLB_OPERATIONS } from '../../model/hugetlb/operations/alphabet.ts';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../model/state/hugetlb/geometry.ts';
import type { Size } from '../catalogue.ts';

export interface HugetlbScope {
  readonly geometry: HugetlbGeometry;
  readonly alphabet: HugetlbAlphabet;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
}

export interface HugetlbWorldEntry {
  readonly name: string;
  /** The question. */
  readonly says: string;
  readonly sizes: Readonly<Record<Size, HugetlbScope>>;
}

export const hugetlbScope = (
  alphabet: Partial<HugetlbAlphabet>,
  geometry: Partial<HugetlbGeometry> = {},
  failuresMax = 0,
): HugetlbScope => ({
  geometry: { ...SMALL_HUGETLB, ...geometry },
  alphabet: { ...NO_HUGETLB_OPERATIONS, ...alphabet },
  failuresMax,
});
