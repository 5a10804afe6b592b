/** The bug catalogue: every bug of which a patch brings it back, by name. */
import type { Bug } from './bug.ts';
import mprotect_clears_pud_leaf from './mprotect_clears_pud_leaf.ts';
import { DEVICE_MEMORY_BUGS } from './of_device_memory.ts';
import { HIGH_GRANULARITY_BUGS } from './of_high_granularity.ts';
import { HUGETLB_BUGS } from './of_hugetlb.ts';

export const BUGS: Readonly<Record<string, Bug>> = {
  mprotect_clears_pud_leaf,
  ...DEVICE_MEMORY_BUGS,
  ...HIGH_GRANULARITY_BUGS,
  ...HUGETLB_BUGS,
};
