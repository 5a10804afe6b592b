/** A mutant for each property of hugetlb. */
import type { HugetlbMutant } from './mutant.ts';
import { OF_FAILURES } from './of_failures.ts';
import { OF_READERS } from './of_readers.ts';
import { OF_STATES } from './of_states.ts';
import { OF_STEPS } from './of_steps.ts';
import { OLDER_KERNELS } from './older_kernels.ts';

export const HUGETLB_MUTANTS: readonly HugetlbMutant[] = [
  ...OF_STATES,
  ...OF_STEPS,
  ...OF_READERS,
  ...OF_FAILURES,
  ...OLDER_KERNELS,
];
