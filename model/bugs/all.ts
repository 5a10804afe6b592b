/** The bug catalogue: every bug of which a patch brings it back, by name. */
import type { Bug } from './bug.ts';
import { DEVICE_MEMORY_BUGS } from './of_device_memory.ts';
import { HIGH_GRANULARITY_BUGS } from './of_high_granularity.ts';
import { HUGETLB_BUGS } from './of_hugetlb.ts';
import { MM_BUGS } from './of_mm.ts';

export const BUGS: Readonly<Record<string, Bug>> = {
  ...MM_BUGS,
  ...DEVICE_MEMORY_BUGS,
  ...HUGETLB_BUGS,
  ...HIGH_GRANULARITY_BUGS,
};
