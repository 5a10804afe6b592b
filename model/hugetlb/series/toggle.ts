/** A point at which kernels of hugetlb part, with the replacements that each value stands for. */
import type { HugetlbPatch } from '../kernel.ts';

export interface HugetlbToggle {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  /** Its other values do not mend anything, they only keep clear of it. */
  readonly avoids?: boolean;
  /** The first one changes nothing: it is what v7.1 has. */
  readonly values: readonly { readonly value: string; readonly says: string; readonly patch: HugetlbPatch }[];
}

/** A value that changes nothing. */
export const asItIs = (value: string, says: string) => ({ value, says, patch: {} });
