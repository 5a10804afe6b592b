/** The bug catalogue: every bug of which a patch brings it back, by name. */
import type { Bug } from './bug.ts';
import { MM_BUGS } from './of_mm.ts';

export const BUGS: Readonly<Record<string, Bug>> = {
  ...MM_BUGS,
};
