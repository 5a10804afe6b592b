/** Every world, in the order in which they are searched. */
import { DAX_WORLDS } from './dax.ts';
import { DEVICE_WORLDS } from './devices.ts';
import { MEMORY_WORLDS } from './memory.ts';
import { MIGRATION_WORLDS } from './migration.ts';
import { PFNMAP_WORLDS } from './pfnmap.ts';
import { PIN_WORLDS } from './pins.ts';
import type { MmWorldEntry } from './scope.ts';
import { SWAP_WORLDS } from './swap.ts';
import { TABLE_WORLDS } from './tables.ts';

export const MM_WORLDS: readonly MmWorldEntry[] = [
  ...PFNMAP_WORLDS,
  ...MEMORY_WORLDS,
  ...PIN_WORLDS,
  ...MIGRATION_WORLDS,
  ...TABLE_WORLDS,
  ...DEVICE_WORLDS,
  ...DAX_WORLDS,
  ...SWAP_WORLDS,
];
