/** Every world, in the order in which they are searched. */
import { ARCH_WORLDS } from './archs.ts';
import { ALTERNATIVE_WORLDS } from './alternatives.ts';
import { COLLAPSE_WORLDS } from './collapse.ts';
import { DAX_WORLDS } from './dax.ts';
import { DEVICE_PRIVATE_WORLDS } from './device_private.ts';
import { DEVICE_WORLDS } from './devices.ts';
import { GUP_WORLDS } from './gup.ts';
import { FSDAX_WORLDS } from './fsdax.ts';
import { LOOKUP_WORLDS } from './lookups.ts';
import { MEMTYPE_WORLDS } from './memtype.ts';
import { MEMORY_WORLDS } from './memory.ts';
import { HWPOISON_WORLDS } from './hwpoison.ts';
import { MBIND_WORLDS } from './mbind.ts';
import { MIGRATION_WORLDS } from './migration.ts';
import { PAGE_CACHE_WORLDS } from './page_cache.ts';
import { MLOCK_WORLDS } from './mlock.ts';
import { PFNMAP_WORLDS } from './pfnmap.ts';
import { PIN_WORLDS } from './pins.ts';
import { P2PDMA_WORLDS } from './p2pdma.ts';
import { READER_WORLDS } from './readers.ts';
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
  ...ARCH_WORLDS,
  ...ALTERNATIVE_WORLDS,
  ...READER_WORLDS,
  ...GUP_WORLDS,
  ...FSDAX_WORLDS,
  ...COLLAPSE_WORLDS,
  ...SWAP_WORLDS,
  ...PAGE_CACHE_WORLDS,
  ...LOOKUP_WORLDS,
  ...MEMTYPE_WORLDS,
  ...MLOCK_WORLDS,
  ...HWPOISON_WORLDS,
  ...MBIND_WORLDS,
  ...DEVICE_PRIVATE_WORLDS,
  ...P2PDMA_WORLDS,
];
