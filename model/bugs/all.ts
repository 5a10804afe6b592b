/** The bug catalogue: every bug of which a patch brings it back, by name. */
import type { Bug } from './bug.ts';
import mprotect_clears_pud_leaf from './mprotect_clears_pud_leaf.ts';

export const BUGS: Readonly<Record<string, Bug>> = {
  mprotect_clears_pud_leaf,
};
