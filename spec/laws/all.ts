/** Every law, in the order of their numbers. */
import { CACHE_LAWS } from './cache_mode.ts';
import { INVALID_LAWS } from './invalidate.ts';
import type { Law } from './law.ts';
import { MPROTECT_LAWS } from './mprotect.ts';
import { ROUND_TRIPS } from './round_trip.ts';
import { SPLIT_LAWS } from './split.ts';

const byName = new Intl.Collator('en', { numeric: true }).compare;

export const LAWS: readonly Law[] = [
  ...ROUND_TRIPS,
  ...SPLIT_LAWS,
  ...CACHE_LAWS,
  ...INVALID_LAWS,
  ...MPROTECT_LAWS,
].toSorted((a, b) => byName(a.name, b.name));
