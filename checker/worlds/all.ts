/** Every world, in the order in which they are searched. */
import { PFNMAP_WORLDS } from './pfnmap.ts';
import type { MmWorldEntry } from './scope.ts';

export const MM_WORLDS: readonly MmWorldEntry[] = [...PFNMAP_WORLDS];
