/** Every world, in the order in which they are searched. */
import { DEVICE_WORLDS } from './devices.ts';
import { MEMORY_WORLDS } from './memory.ts';
import { PFNMAP_WORLDS } from './pfnmap.ts';
import type { MmWorldEntry } from './scope.ts';

export const MM_WORLDS: readonly MmWorldEntry[] = [...PFNMAP_WORLDS, ...MEMORY_WORLDS, ...DEVICE_WORLDS];
